"""Who hears which version: everybody, testers, a pinned line, a live call; files followed or published only."""

import os
import time
from pathlib import Path

import pytest

from ivr.core.flow import engine
from ivr.core.flow.inputs import Digits
from ivr.core.flow.session import Session
from ivr.flowfile.catalog import Catalog
from ivr.flowfile.watch import LOOK_SECONDS, Watcher
from ivr.services.ports import Line
from ivr.services.publishing import Version
from tests.publishing.conftest import FLOW, NOW, Desk

NUMBER, TESTER, CALLER = "+33199001000", "+33611000001", "+33611000002"
EVENING = ("Bonjour et bienvenue", "Bonsoir et bienvenue")


def catalog_of(desk: Desk, *, published_only: bool = False) -> Catalog:
    return Catalog(desk.folder, desk.versions, published_only=published_only, testers=[TESTER])


def line(catalog: Catalog) -> Line:
    found = catalog.line_for(NUMBER)
    assert found is not None
    return found


def heard(catalog: Catalog, caller: str = CALLER) -> str:
    """What a caller hears first."""
    flow = catalog.answering(line(catalog), caller)
    if flow is None:
        return ""
    turn = engine.start(flow, Session("CA1", "mairie", FLOW, flow.digest, "", "fr-FR"), NOW)
    return " ".join(getattr(prompt, "text", "") for prompt in getattr(turn.wait, "prompts", ()))


def test_a_draft_is_heard_by_testers_only(desk: Desk) -> None:
    (desk.folder / "testers.yaml").write_text('testers:\n  ben: {number: "+33 6 11 00 00 03"}\n', encoding="utf-8")
    desk.publishing.save_draft(FLOW, desk.text(EVENING), "ana", desk.now)
    catalog = catalog_of(desk)
    assert heard(catalog).startswith("Bonjour")
    assert heard(catalog, TESTER).startswith("Bonsoir")
    assert heard(catalog, "+33611000003").startswith("Bonsoir")
    draft = catalog.draft(FLOW)
    assert draft is not None
    assert catalog.pinned(draft.digest) is not None, "a live call on a draft keeps it"
    desk.publishing.drop_draft(FLOW, "ana", desk.now)
    assert catalog.reload_if_changed()
    assert heard(catalog, TESTER).startswith("Bonjour")
    assert catalog.pinned(draft.digest) is not None


def test_a_broken_draft_is_heard_by_nobody_and_troubles_nobody(desk: Desk) -> None:
    desk.publishing.save_draft(FLOW, desk.text(("next: opening", "next: openign")), "ana", desk.now)
    catalog = catalog_of(desk)
    assert catalog.problems == ()
    assert heard(catalog, TESTER).startswith("Bonjour")


def test_a_pinned_line_keeps_its_version_until_it_is_freed(desk: Desk) -> None:
    desk.publish("one")
    desk.publish("two", EVENING)
    catalog = catalog_of(desk)
    desk.publishing.pin("mairie", FLOW, 1, "ana", desk.now)
    assert catalog.reload_if_changed()
    assert heard(catalog).startswith("Bonjour")
    assert heard(catalog_of(desk)).startswith("Bonjour"), "after a restart"
    desk.publishing.pin("mairie", FLOW, None, "ana", desk.now)
    assert catalog.reload_if_changed()
    assert heard(catalog).startswith("Bonsoir")
    assert [act.action for act in desk.acts.noted[-2:]] == ["line pinned", "line freed"]


def test_a_pin_whose_text_is_gone_answers_with_the_newest(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    old = desk.publish("one")
    desk.publish("two", EVENING)
    desk.publishing.pin("mairie", FLOW, 1, "ana", desk.now)
    (desk.versions / f"{old.digest}.yaml").unlink()
    assert heard(catalog_of(desk)).startswith("Bonsoir")
    assert any("pinned" in record.getMessage() for record in caplog.records)


def test_a_live_call_keeps_its_version_over_a_publish_and_a_rollback(desk: Desk) -> None:
    desk.publish("one")
    catalog = catalog_of(desk)
    flow = catalog.answering(line(catalog), CALLER)
    assert flow is not None
    turn = engine.start(flow, Session("CA1", "mairie", FLOW, flow.digest, "", "fr-FR"), NOW)
    desk.publish("two", ("1: {label: État civil, next: civil-registry-matters}", "1: message"))
    catalog.reload_if_changed()
    kept = catalog.pinned(turn.session.digest)
    assert kept is not None
    assert engine.resume(kept, turn.session, Digits("1"), NOW).trail[-1].step == "civil-registry-matters"
    new = catalog.answering(line(catalog), CALLER)
    assert new is not None
    begun = engine.start(new, Session("CA2", "mairie", FLOW, new.digest, "", "fr-FR"), NOW).session
    assert engine.resume(new, begun, Digits("1"), NOW).trail[-1].step == "message"


def test_only_what_was_published_answers_where_it_is_so_set(desk: Desk) -> None:
    catalog = catalog_of(desk, published_only=True)
    assert heard(catalog) == "", "never published"
    desk.publish("one")
    assert catalog.reload_if_changed()
    assert heard(catalog).startswith("Bonjour")
    edited = desk.text(EVENING)
    desk.file.write_text(edited, encoding="utf-8")
    catalog.reload_if_changed()
    assert heard(catalog).startswith("Bonjour"), "edited, not published"
    desk.file.write_text("{ broken", encoding="utf-8")
    catalog.reload_if_changed()
    assert catalog.problems == ()
    assert heard(catalog).startswith("Bonjour")
    desk.publishing.publish(FLOW, edited, "two", "ana", desk.now)
    assert catalog.reload_if_changed()
    assert heard(catalog).startswith("Bonsoir")
    desk.publishing.rollback(FLOW, "ana", desk.now)
    assert catalog.reload_if_changed()
    assert heard(catalog).startswith("Bonjour")
    desk.file.unlink()
    assert heard(catalog_of(desk, published_only=True)).startswith("Bonjour"), "the file is gone, the version is not"


def test_a_running_server_picks_up_a_publish_within_a_second(desk: Desk) -> None:
    assert LOOK_SECONDS <= 1.0
    catalog = catalog_of(desk)
    watcher = Watcher(catalog, seconds=0.05)
    watcher.start()
    try:
        version: Version = desk.publish("evening", EVENING)
        deadline = time.monotonic() + 30
        while (flow := catalog.current(FLOW)) is not None and flow.digest != version.digest:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        watcher.stop()
    assert heard(catalog).startswith("Bonsoir")


def test_a_broken_file_never_answers_while_it_is_followed(desk: Desk) -> None:
    desk.publish("one")
    catalog = catalog_of(desk)
    desk.file.write_text(desk.text(("next: opening", "next: openign")), encoding="utf-8")
    later = desk.file.stat().st_mtime_ns + 1_000_000
    os.utime(desk.file, ns=(later, later))
    assert catalog.reload_if_changed()
    assert {problem.code for problem in catalog.problems} == {"F020"}
    assert heard(catalog).startswith("Bonjour")
    assert heard(catalog_of(desk)).startswith("Bonjour")


def test_testers_that_can_not_be_read_are_told(desk: Desk) -> None:
    (desk.folder / "testers.yaml").write_text('testers:\n  ben: {number: "12"}\n', encoding="utf-8")
    catalog = catalog_of(desk)
    assert [(Path(problem.file).name, problem.code) for problem in catalog.problems] == [("testers.yaml", "F026")]
