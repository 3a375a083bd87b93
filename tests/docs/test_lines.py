"""The page about lines: its example is right, shows every field, and comes out as the page says."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.flows import flows
from ivr.core.promise_presets import PRESETS
from ivr.core.routing.strategies import STRATEGIES
from ivr.core.wav import silence
from ivr.flowfile.folder import check_path
from ivr.flowfile.queues import decode_queues
from ivr.flowfile.schema import queues_schema
from tests.databases import make_tables

PAGE = (Path(__file__).parents[2] / "docs" / "lines.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("```yaml\n")[1].split("```")[0]
SHOWN = PAGE.split("```\n")[2].split("```")[0]
AGENTS = """
agents:
  ines: {name: Inès, number: "+33 6 39 98 00 05", skills: {impots: 7, fr: 9}}
  thomas: {name: Thomas, number: "+33 6 39 98 00 08", skills: {impots: 3, fr: 9}}
  camille: {name: Camille, number: "+33 6 39 98 00 01", skills: {accueil: 8, fr: 9}}
  lotte: {name: Lotte, number: "+33 6 39 98 00 09", skills: {nl: 9}}
  uma: {name: Uma, number: "+33 6 39 98 00 10", skills: {impots: 9}}
"""
CALENDARS = "calendars:\n  office:\n    hours: {monday-friday: 08:30-17:00}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queues.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "agents.yaml").write_text(AGENTS, encoding="utf-8")
    (tmp_path / "calendars.yaml").write_text(CALENDARS, encoding="utf-8")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "attente.wav").write_bytes(silence(10))
    return tmp_path


def test_the_example_is_right_as_it_stands(folder: Path) -> None:
    assert check_path(folder) == []


def test_the_example_is_read_in_full() -> None:
    found, problems = decode_queues(EXAMPLE.encode(), "queues.yaml")
    assert problems == []
    assert found is not None
    line = found.definitions["impots"]
    assert line.skills == (("fr", 1), ("impots", 5))
    assert [(ring.after_seconds, ring.skills, ring.instead) for ring in line.rings] == [
        (60, (("impots", 3),), False),
        (120, (("accueil", 1),), True),
        (240, (), True),
    ]
    assert (line.prefer_seconds, line.strategy, line.boost_seconds, line.hours) == (20, "most_skilled", 30, "office")
    assert (line.ring_seconds, line.ring_several, line.ringing_budget_seconds, line.wrap_up_seconds) == (20, 2, 120, 30)
    assert (line.max_wait_seconds, line.max_waiting, line.max_talking) == (480, 40, 6)
    assert line.entry is not None
    assert (line.entry.expected_under_seconds, line.entry.waiting_per_agent, line.entry.staffed) == (1200, 8.0, 1)
    assert line.overflow is not None
    assert line.overflow.moved == "timeout=accueil nobody=accueil"
    full = line.overflow.of("full")
    assert full is not None
    assert (full.kind, full.to, line.overflow.line_for("unanswered"), line.overflow.of("closed")) == (
        "voicemail",
        "impots",
        "accueil",
        None,
    )
    assert line.keep_place_seconds == 120
    menu = found.flows[found.ways["impots"].menu]
    assert [choice.next for choice in menu.steps["menu"].keys.values()] == ["callback-1", "queue-2", "position", "stay"]
    assert (line.announce.position, line.announce.wait, line.announce.every_seconds) == (True, True, 45)
    assert (line.dispositions[1], line.disposition_required) == ("À rappeler", True)
    assert line.promise in PRESETS
    assert found.definitions["experts"].skills == (("impots", (8, 10)),)


def test_the_example_shows_every_field_and_the_page_tells_of_each() -> None:
    fields = set(queues_schema()["properties"]["queues"]["additionalProperties"]["anyOf"][0]["properties"])
    written = set(re.findall(r"^    ([a-z_]+):", EXAMPLE, re.MULTILINE))
    assert written == fields
    assert {field for field in fields - {"title"} if f"| `{field}` |" not in PAGE} == set()


def test_who_may_answer_is_shown_as_the_page_says(folder: Path) -> None:
    shown = CliRunner().invoke(flows, ["lines", str(folder)]).output
    (folder / "agents.yaml").write_text(AGENTS.split("  uma", maxsplit=1)[0], encoding="utf-8")
    without = CliRunner().invoke(flows, ["lines", str(folder)]).output
    assert without.startswith(SHOWN)
    assert "+ lotte, uma" in shown
    assert "  1  at once      uma   [impots 8 or better]" in shown


def test_who_may_answer_is_told_to_programs_and_by_the_database(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(CliRunner().invoke(flows, ["lines", str(folder), "--json"]).output)
    assert told["impots"]["rings"][0] == {
        "after_seconds": 0,
        "asks": "fr 1 or better and impots 5 or better",
        "agents": ["ines"],
        "added": ["ines"],
    }
    assert told["impots"]["overflow"] == {
        "timeout": {"kind": "queue", "to": "accueil"},
        "full": {"kind": "voicemail", "to": "impots"},
        "nobody": {"kind": "queue", "to": "accueil"},
        "unanswered": {"kind": "queue", "to": "accueil"},
    }
    assert told["impots"]["menu"] == [
        {"key": "1", "does": "callback", "to": "impots", "label": "Rappel"},
        {"key": "2", "does": "queue", "to": "accueil", "label": "Accueil"},
        {"key": "3", "does": "position", "to": "", "label": ""},
        {"key": "*", "does": "stay", "to": "", "label": ""},
    ]
    assert (told["accueil"]["overflow"], told["accueil"]["menu"]) == ({}, [])
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'h.sqlite'}")
    make_tables(f"sqlite:///{tmp_path / 'h.sqlite'}")
    empty = CliRunner().invoke(flows, ["lines", str(folder), "--agents", "database"]).output
    assert "  1  at once      nobody   [impots 8 or better]" in empty
    assert "no agents are known" in empty


def test_lines_that_cannot_be_read_are_not_shown(folder: Path) -> None:
    (folder / "queues.yaml").write_text("queues: {desk: {ring: soon}}", encoding="utf-8")
    said = CliRunner().invoke(flows, ["lines", str(folder)])
    assert said.exit_code == 1
    assert "hotline flows check" in said.output


def test_every_strategy_and_every_promise_is_told_of() -> None:
    assert {name for name in (*STRATEGIES, *PRESETS) if f"| `{name}` |" not in PAGE} == set()
