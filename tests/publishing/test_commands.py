"""`hotline flows publish, list, diff, rollback, pin, draft`: what they say, and how they end."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.flows import flows
from ivr.flowfile.catalog import Catalog
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.engine import Database
from tests.databases import make_tables
from tests.publishing.conftest import FLOW, Desk


@pytest.fixture
def house(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The folders as settings name them, with a database for the audit."""
    url = f"sqlite:///{desk.var / 'hotline.sqlite'}"
    desk.var.mkdir()
    make_tables(url)
    monkeypatch.setenv("HOTLINE_FLOWS", str(desk.folder))
    monkeypatch.setenv("HOTLINE_VAR", str(desk.var))
    monkeypatch.setenv("DATABASE_URL", url)
    for name in ("SUDO_USER", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("USER", "ana")
    return desk


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(flows, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def edit(desk: Desk, old: str, new: str) -> None:
    desk.file.write_text(desk.text((old, new)), encoding="utf-8")


def test_a_day_of_an_operator(house: Desk) -> None:
    assert run("list") == (0, f"{FLOW}: never published\n")
    code, out = run("publish", FLOW, "-m", "first")
    assert code == 0
    assert out.startswith(f"{FLOW} 1  ")
    assert out.endswith("command line (ana): first\n")
    edit(house, "0: {label: Autre question, next: reception}", "0: message")
    assert run("list")[1].endswith("[the file has been edited since]\n")
    code, out = run("diff", FLOW)
    assert out.startswith("menu 'matters': key 0 now goes to 'message' (was 'reception')")
    assert run("publish", "--all", "-m", "second")[0] == 0
    assert run("publish", "--all", "-m", "third") == (
        0,
        "every flow's file is its newest version: nothing to publish\n",
    )
    assert [line.split("  ")[0] for line in run("list", FLOW)[1].splitlines()] == [f"{FLOW} 2", f"{FLOW} 1"]
    assert run("diff", FLOW, "2") == (0, "nothing that a caller would notice is different\n")
    assert run("diff", FLOW, "1", "2")[1].startswith("menu 'matters': key 0")
    code, out = run("rollback", FLOW)
    assert (code, out.startswith(f"{FLOW} 3  "), out.endswith(": back to version 1\n")) == (0, True, True)
    assert "next: reception}" in house.text()
    assert run("pin", "mairie", "2") == (0, f"mairie: {FLOW} version 2\n")
    assert "line mairie is pinned to" in run("list")[1]
    assert run("pin", "mairie", "none") == (0, "mairie: follows its flow again\n")
    audit = [
        (act.action, act.subject) for act in SqlAudit(Database(f"sqlite:///{house.var / 'hotline.sqlite'}")).newest()
    ]
    assert audit[::-1] == [
        ("flow published", FLOW),
        ("flow published", FLOW),
        ("flow restored", FLOW),
        ("line pinned", "mairie"),
        ("line freed", "mairie"),
    ]


def test_a_broken_flow_is_told_and_nothing_is_published(house: Desk) -> None:
    (house.folder / "annexe.yaml").write_text(house.text(), encoding="utf-8")
    edit(house, "otherwise: closed-now", "otherwise: closde-now")
    code, out = run("publish", "annexe", FLOW, "-m", "both")
    assert code == 1
    assert f"{house.file}:" in out
    assert "F020 error: there is no step 'closde-now'" in out
    assert run("list")[1] == f"annexe: never published\n{FLOW}: never published\n"


def test_a_draft_from_file_to_published(house: Desk, tmp_path: Path) -> None:
    idea = tmp_path / "idea.yaml"
    idea.write_text(house.text(("Bonjour et bienvenue", "Bonsoir et bienvenue")), encoding="utf-8")
    assert run("draft", FLOW)[0] == 1
    assert run("draft", FLOW, "--from", str(idea)) == (0, f"{FLOW}: draft kept: testers hear it\n")
    assert run("list")[1] == f"{FLOW}: never published [has a draft]\n"
    assert run("check", str(house.folder / "drafts" / f"{FLOW}.yaml"))[0] == 0
    assert Catalog(house.folder, house.versions).draft(FLOW) is not None
    code, out = run("draft", FLOW, "--publish", "evening words")
    assert (code, out.endswith(": evening words\n")) == (0, True)
    assert "Bonsoir et bienvenue" in house.text()
    assert run("draft", FLOW)[0] == 1, "the draft is done with"
    idea.write_text("steps: {", encoding="utf-8")
    code, out = run("draft", FLOW, "--from", str(idea))
    assert code == 1
    assert "nobody hears it" in out
    code, out = run("check", str(house.folder / "drafts" / f"{FLOW}.yaml"))
    assert code == 1
    assert out.startswith(str(house.folder / "drafts" / f"{FLOW}.yaml"))
    assert run("check", str(house.folder))[0] == 0, "a draft is not part of the folder's check"
    assert run("draft", FLOW, "--drop") == (0, f"{FLOW}: draft dropped\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish", "-m", "x"], "name one or more flows, or --all"),
        (["publish", FLOW], "-m"),
        (["publish", "nothing", "-m", "x"], "there is no flow 'nothing'"),
        (["publish", "../x", "-m", "x"], "not a flow's name"),
        (["diff", FLOW], "has never been published"),
        (["diff", FLOW, "x"], "'x' is not the number of a version"),
        (["rollback", FLOW], "no version before its newest"),
        (["rollback", FLOW, "7"], "has no version 7"),
        (["pin", "nowhere", "1"], "there is no line 'nowhere'; lines are mairie"),
        (["pin", "mairie", "newest"], "is not the number of a version"),
    ],
)
def test_what_can_not_be_done_is_said(house: Desk, arguments: list[str], said: str) -> None:
    code, out = run(*arguments)
    assert code != 0
    assert said in out
    assert "Traceback" not in out


def test_no_folder_of_flows_is_said(house: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_FLOWS", str(house.folder / "absent"))
    assert "there is no folder" in run("list")[1]
