"""The catalog: last good versions, versions calls are pinned to, and what survives a restart."""

import logging
import os
import time
from pathlib import Path
from shutil import copytree

import pytest

from ivr.core.flow import engine
from ivr.core.flow.inputs import Digits, Waiting
from ivr.core.flow.session import Session
from ivr.flowfile.catalog import Catalog
from ivr.flowfile.folder import check_path
from ivr.flowfile.watch import Watcher
from tests.flow.talk import MONDAY_MORNING

REAL = Path(__file__).parent / "house"
NUMBER = "+33199001000"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copytree(REAL, tmp_path / "flows")


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    return tmp_path / "var" / "flows"


def edit(path: Path, old: str, new: str) -> None:
    """Changes a file so that its time of change is another for sure."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    later = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(later, later))


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_demo_is_served(folder: Path, versions: Path) -> None:
    catalog = Catalog(folder, versions)
    assert catalog.problems == ()
    line = catalog.line_for(NUMBER)
    assert line is not None
    assert (line.name, line.flow, line.title, line.language) == ("mairie", "town-hall", "Mairie", "fr-FR")
    assert catalog.line_for("+33199001099") is None
    assert catalog.current("nothing") is None
    assert {queue.name for queue in catalog.queues()} == {"accueil", "etat-civil", "urbanisme"}
    queue = catalog.queue("etat-civil")
    assert queue is not None
    assert (queue.skills, queue.ring_seconds, queue.wrap_up_seconds, queue.max_wait_seconds) == (
        (("etat-civil", 1),),
        20,
        30,
        300,
    )
    assert [line.number for line in catalog.lines()] == [NUMBER]


def test_nothing_is_read_again_where_nothing_changed(folder: Path, versions: Path) -> None:
    catalog = Catalog(folder, versions)
    before = catalog.current("town-hall")
    assert not catalog.reload_if_changed()
    assert catalog.current("town-hall") is before


def test_a_change_answers_new_calls_and_leaves_the_old_version_to_old_ones(folder: Path, versions: Path) -> None:
    catalog = Catalog(folder, versions)
    old = catalog.current("town-hall")
    assert old is not None
    edit(folder / "town-hall.yaml", "Bonjour et bienvenue", "Bonsoir et bienvenue")
    assert catalog.reload_if_changed()
    new = catalog.current("town-hall")
    assert new is not None
    assert new.digest != old.digest
    assert catalog.pinned(old.digest) == old
    assert catalog.pinned(new.digest) is new


def test_a_call_keeps_its_version_over_a_restart_and_a_deploy(folder: Path, versions: Path) -> None:
    old = Catalog(folder, versions).current("town-hall")
    assert old is not None
    turn = engine.start(old, Session("CA1", "mairie", "town-hall", old.digest, "", "fr-FR"), MONDAY_MORNING)
    edit(folder / "town-hall.yaml", "star: matters", "9: matters")
    restarted = Catalog(folder, versions)
    pinned = restarted.pinned(turn.session.digest)
    assert pinned is not None
    assert pinned.digest == old.digest
    assert restarted.pinned(old.digest) is not None
    again = engine.resume(pinned, turn.session, Digits("*"), MONDAY_MORNING)
    assert again.trail[0].exit == "key *"


def test_a_broken_file_changes_nothing_and_is_logged_once(
    folder: Path, versions: Path, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = Catalog(folder, versions)
    good = catalog.current("town-hall")
    edit(folder / "town-hall.yaml", "next: matters", "next: mattres")
    assert catalog.reload_if_changed()
    assert {problem.code for problem in catalog.problems} == {"F020"}
    assert catalog.current("town-hall") == good
    assert catalog.line_for(NUMBER) is not None
    logged = len(errors(caplog))
    assert logged
    os.utime(folder / "queues.yaml")
    edit(folder / "queues.yaml", "ring: 20 s", "ring: 25 s")
    assert catalog.reload_if_changed()
    repeated = [message for message in errors(caplog)[logged:] if message.startswith("flow problem")]
    assert repeated == []
    edit(folder / "town-hall.yaml", "next: mattres", "next: matters")
    assert catalog.reload_if_changed()
    assert catalog.problems == ()


@pytest.mark.parametrize("file", ["lines.yaml", "queues.yaml", "town-hall.yaml"])
def test_a_broken_file_keeps_the_last_good_version_even_after_a_restart(
    folder: Path, versions: Path, file: str
) -> None:
    before = Catalog(folder, versions)
    (folder / file).write_text("{", encoding="utf-8")
    for catalog in (before, Catalog(folder, versions)):
        catalog.reload_if_changed()
        assert catalog.problems
        assert catalog.line_for(NUMBER) is not None
        assert len(catalog.queues()) == 3
        flow = catalog.current("town-hall")
        assert flow is not None
        assert flow.holds["accueil"]


def test_a_flow_whose_file_is_gone_answers_as_long_as_a_line_names_it(folder: Path, versions: Path) -> None:
    catalog = Catalog(folder, versions)
    (folder / "town-hall.yaml").unlink()
    assert catalog.reload_if_changed()
    assert {problem.code for problem in catalog.problems} == {"F030"}
    assert catalog.line_for(NUMBER) is not None
    assert catalog.current("town-hall") is not None


def test_a_queue_taken_away_breaks_the_flow_that_uses_it_not_the_calls(folder: Path, versions: Path) -> None:
    catalog = Catalog(folder, versions)
    good = catalog.current("town-hall")
    edit(folder / "queues.yaml", "  accueil:\n", "  reception:\n")
    catalog.reload_if_changed()
    assert {problem.code for problem in catalog.problems} == {"F024"}
    kept = catalog.current("town-hall")
    assert kept is not None
    assert good is not None
    assert kept.digest == good.digest


def test_hold_texts_of_the_queue_are_spoken(folder: Path, versions: Path) -> None:
    flow = Catalog(folder, versions).current("town-hall")
    assert flow is not None
    turn = engine.start(flow, Session("CA1", "mairie", "town-hall", flow.digest, "", "fr-FR"), MONDAY_MORNING)
    turn = engine.resume(flow, turn.session, Digits("0"), MONDAY_MORNING)
    first = engine.hold(flow, turn.session, Waiting(1, 0), MONDAY_MORNING)[0]
    assert getattr(first, "text", "") == "Merci de patienter, une personne de l'accueil va vous répondre."


@pytest.mark.parametrize(
    "digest", ["", "../../etc/passwd", "town-hall-0000000000000000", "x" * 200, "a/b-0000000000000000"]
)
def test_an_unknown_digest_is_none(folder: Path, versions: Path, digest: str) -> None:
    assert Catalog(folder, versions).pinned(digest) is None


def test_a_kept_version_that_was_changed_is_not_served(folder: Path, versions: Path) -> None:
    flow = Catalog(folder, versions).current("town-hall")
    assert flow is not None
    edit(folder / "town-hall.yaml", "Bonjour et bienvenue", "Bonsoir et bienvenue")
    edit(versions / f"{flow.digest}.yaml", "Bonjour et bienvenue", "Adieu et bienvenue")
    assert Catalog(folder, versions).pinned(flow.digest) is None


def test_a_folder_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "absent", tmp_path / "var")
    assert [problem.code for problem in catalog.problems] == ["F001"]
    assert catalog.line_for(NUMBER) is None


def test_versions_that_can_not_be_kept_are_logged_and_the_flow_answers(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    catalog = Catalog(folder, blocked / "flows")
    assert catalog.current("town-hall") is not None
    assert any("not kept" in message for message in errors(caplog))


def test_files_that_are_no_flows_are_left_alone_or_told(folder: Path, versions: Path) -> None:
    (folder / ".town-hall.yaml").write_text("{")
    (folder / "notes.txt").write_text("{")
    (folder / "old").mkdir()
    (folder / "old" / "flow.yaml").write_text("{")
    (folder / "night.yml").write_text("{")
    catalog = Catalog(folder, versions)
    assert [(problem.code, problem.hint) for problem in catalog.problems] == [("F012", "call it night.yaml")]


def test_a_watcher_picks_up_a_change(folder: Path, versions: Path) -> None:
    catalog = Catalog(folder, versions)
    before = catalog.current("town-hall")
    watcher = Watcher(catalog, seconds=0.05)
    watcher.start()
    edit(folder / "town-hall.yaml", "Bonjour et bienvenue", "Bonsoir et bienvenue")
    deadline = time.monotonic() + 30
    while catalog.current("town-hall") is before and time.monotonic() < deadline:
        time.sleep(0.02)
    watcher.stop()
    assert catalog.current("town-hall") is not before


@pytest.mark.parametrize(
    ("broken", "code"), [("overflow: {queue: etat-civil}", "F079"), ("hours: nowhere", "F038")], ids=["circle", "hours"]
)
def test_lines_that_do_not_fit_together_keep_the_last_good_ones(
    folder: Path, versions: Path, broken: str, code: str
) -> None:
    catalog = Catalog(folder, versions)
    edit(folder / "queues.yaml", "skills: {etat-civil: 1}", f"skills: {{etat-civil: 4}}\n    {broken}")
    assert catalog.reload_if_changed()
    assert [problem.code for problem in catalog.problems] == [code]
    queue = catalog.queue("etat-civil")
    assert queue is not None
    assert queue.skills == (("etat-civil", 1),)
    edit(folder / "queues.yaml", broken, "rings: [{after: 60 s, skills: {etat-civil: 1}}]")
    assert catalog.reload_if_changed()
    queue = catalog.queue("etat-civil")
    assert queue is not None
    assert queue.skills == (("etat-civil", 4),)
    assert [ring.after_seconds for ring in queue.rings] == [60]


def test_a_running_server_takes_a_line_nobody_of_the_agents_file_can_answer(folder: Path, versions: Path) -> None:
    agents = (
        "agents:\n  ana: {name: Ana, number: '+33 6 39 98 00 01', skills: {etat-civil: 2, urbanisme: 1, accueil: 1}}\n"
    )
    (folder / "agents.yaml").write_text(agents, encoding="utf-8")
    edit(folder / "queues.yaml", "skills: {etat-civil: 1}", "skills: {etat-civil: 9}")
    assert "F076" in {problem.code for problem in check_path(folder)}
    catalog = Catalog(folder, versions)
    assert "F076" not in {problem.code for problem in catalog.problems}
    queue = catalog.queue("etat-civil")
    assert queue is not None
    assert queue.skills == (("etat-civil", 9),)
