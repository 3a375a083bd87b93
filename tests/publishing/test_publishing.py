"""The verbs: checked, drafted, published, compared, brought back; who did what."""

import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.flowfile.atomic import write_whole
from ivr.flowfile.decode import digest_of
from ivr.flowfile.journal import JOURNALS
from ivr.services.publishing import FileChanged, NotPublished
from ivr.wiring import publishing_of
from tests.publishing.conftest import FLOW, Acts, Desk

EVENING = ("Bonjour et bienvenue", "Bonsoir et bienvenue")
BROKEN = ("otherwise: closed-now", "otherwise: closde-now")


def test_a_version_has_its_message_author_and_number(desk: Desk) -> None:
    first = desk.publish("first")
    second = desk.publish("  evening\nwords ", EVENING)
    assert [(one.number, one.message, one.who) for one in desk.publishing.versions(FLOW)] == [
        (2, "evening words", "ana"),
        (1, "first", "ana"),
    ]
    assert second.at > first.at
    assert second.digest == digest_of(FLOW, desk.file.read_bytes())
    assert "Bonsoir et bienvenue" in desk.file.read_text(encoding="utf-8")
    assert [(act.action, act.subject, act.actor, act.detail) for act in desk.acts.noted] == [
        ("flow published", FLOW, "ana", "1: first"),
        ("flow published", FLOW, "ana", "2: evening words"),
    ]


def test_an_error_is_never_published_and_changes_nothing(desk: Desk) -> None:
    before = desk.file.read_bytes()
    with pytest.raises(NotPublished) as refused:
        desk.publish("broken", BROKEN)
    assert "1 error" not in str(refused.value) or refused.value.problems
    assert {problem.code for problem in refused.value.problems} == {"F020"}
    assert refused.value.problems[0].file == str(desk.file)
    assert desk.file.read_bytes() == before
    assert desk.publishing.versions(FLOW) == []
    assert not desk.acts.noted


@pytest.mark.parametrize("message", ["", "  \n ", "x" * 201])
def test_a_message_is_asked_for(desk: Desk, message: str) -> None:
    with pytest.raises(NotPublished, match="characters"):
        desk.publish(message)


def test_publishing_is_refused_where_the_file_changed_meanwhile(desk: Desk) -> None:
    _, base = desk.publishing.text(FLOW)
    desk.file.write_text(desk.text(("star: matters", "9: matters")), encoding="utf-8")
    with pytest.raises(FileChanged):
        desk.publish("evening", EVENING, base=base)
    assert "Bonsoir" not in desk.file.read_text(encoding="utf-8")
    assert desk.publishing.versions(FLOW) == []
    _, base = desk.publishing.text(FLOW)
    assert desk.publish("evening", EVENING, base=base).number == 1


def test_a_new_flow_is_published_only_where_there_is_none(desk: Desk) -> None:
    text = desk.text()
    version = desk.publishing.publish("annexe", text, "new", "ana", desk.now, base="")
    assert version.number == 1
    assert (desk.folder / "annexe.yaml").read_text(encoding="utf-8") == text
    with pytest.raises(FileChanged):
        desk.publishing.publish("annexe", text, "new", "ana", desk.now, base="")


@pytest.mark.parametrize("name", ["../secrets", "Town", "", "a/b", "lines.yaml", "a" * 300 + "/"])
def test_a_name_that_is_none_touches_no_file(desk: Desk, name: str) -> None:
    with pytest.raises(ValueError, match="not a flow's name"):
        desk.publishing.publish(name, desk.text(), "x", "ana", desk.now)
    with pytest.raises(ValueError, match="not a flow's name"):
        desk.publishing.save_draft(name, desk.text(), "ana", desk.now)


def test_rolling_back_goes_further_back_each_time(desk: Desk) -> None:
    first = desk.text()
    desk.publish("one")
    desk.publish("two", EVENING)
    desk.publish("three", ("star: matters", "9: matters"))
    assert desk.publishing.rollback(FLOW, "ben", desk.now).restores == 2
    back = desk.publishing.rollback(FLOW, "ben", desk.now)
    assert (back.number, back.restores, back.message) == (5, 1, "back to version 1")
    assert desk.text() == first
    with pytest.raises(NotPublished, match="no version before"):
        desk.publishing.rollback(FLOW, "ben", desk.now)
    assert desk.publishing.rollback(FLOW, "ben", desk.now, 3).restores == 3
    assert desk.acts.noted[-1].action == "flow restored"


def test_a_version_that_has_an_error_by_now_is_not_brought_back(desk: Desk) -> None:
    desk.publish("one")
    desk.publish("two", ("queue: accueil", "queue: urbanisme"))
    queues = desk.folder / "queues.yaml"
    queues.write_text(queues.read_text(encoding="utf-8").replace("  accueil:\n", "  reception:\n"), encoding="utf-8")
    with pytest.raises(NotPublished) as refused:
        desk.publishing.rollback(FLOW, "ana", desk.now)
    assert {problem.code for problem in refused.value.problems} == {"F024"}


def test_versions_are_compared_with_each_other_and_with_the_file(desk: Desk) -> None:
    desk.publish("one")
    desk.publish("two", EVENING)
    (said,) = desk.publishing.diff(FLOW, 1, 2)
    assert said.startswith("say 'welcome': now \"Bonsoir et bienvenue")
    assert desk.publishing.diff(FLOW, 2, None) == []
    desk.file.write_text(desk.text(("0: {label: Autre question, next: reception}", "0: message")), encoding="utf-8")
    (said,) = desk.publishing.diff(FLOW, 2, None)
    assert said.startswith("menu 'matters': key 0 now goes to 'message' (was 'reception')")
    with pytest.raises(NotPublished, match="no version 9"):
        desk.publishing.diff(FLOW, 9, None)


def test_a_draft_may_be_broken_and_is_gone_when_it_is_published(desk: Desk) -> None:
    broken, good = desk.text(BROKEN), desk.text(EVENING)
    assert [one.code for one in desk.publishing.save_draft(FLOW, broken, "ana", desk.now)] == ["F020"]
    assert desk.publishing.draft(FLOW) == broken
    assert desk.publishing.save_draft(FLOW, good, "ana", desk.now) == []
    desk.publishing.publish(FLOW, good, "evening", "ana", desk.now)
    assert desk.publishing.draft(FLOW) is None
    desk.publishing.save_draft(FLOW, broken, "ana", desk.now)
    desk.publish("other", ("star: matters", "9: matters"))
    assert desk.publishing.draft(FLOW) == broken
    desk.publishing.drop_draft(FLOW, "ana", desk.now)
    assert desk.publishing.draft(FLOW) is None
    assert [act.action for act in desk.acts.noted].count("flow drafted") == 3


def test_the_audit_being_away_keeps_nobody_from_rolling_back(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.publish("one")
    desk.publish("two", EVENING)
    desk.acts.down = True
    assert desk.publishing.rollback(FLOW, "ana", desk.now).number == 3
    assert any("not noted in the audit" in record.getMessage() for record in caplog.records)
    assert desk.publishing.versions(FLOW)[0].who == "ana"


def test_a_journal_cut_off_within_a_line_is_read_and_written_on(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.publish("one")
    journal = desk.versions / JOURNALS / f"{FLOW}.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"number": 2, "dig')
    assert [one.number for one in desk.publishing.versions(FLOW)] == [1]
    assert any("can't be read" in record.getMessage() for record in caplog.records)
    assert desk.publish("two", EVENING).number == 2
    assert [one.message for one in desk.publishing.versions(FLOW)] == ["two", "one"]


def test_a_kept_text_that_was_changed_is_not_brought_back(desk: Desk) -> None:
    old = desk.publish("one")
    desk.publish("two", EVENING)
    (desk.versions / f"{old.digest}.yaml").write_text(desk.text(("Bonsoir", "Adieu")), encoding="utf-8")
    with pytest.raises(NotPublished, match="no longer kept"):
        desk.publishing.rollback(FLOW, "ana", desk.now)


def test_a_disk_that_fails_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.file.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            desk.publish("evening", EVENING)
    assert desk.file.read_bytes() == before
    assert desk.publishing.versions(FLOW) == []
    assert not [path for path in desk.folder.iterdir() if path.suffix == ".part"]


def test_a_link_is_followed_and_the_mode_kept(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


PUBLISHERS, EACH = 3, 8


def _publish_several(folder: Path, var: Path, who: str) -> None:
    publishing = publishing_of(folder, var, Acts())
    for number in range(EACH):
        text = (folder / f"{FLOW}.yaml").read_text(encoding="utf-8")
        publishing.publish(FLOW, f"{text}# {who} {number}\n", f"{who} {number}", who, datetime.now(UTC))


def test_processes_that_publish_at_once_get_numbers_of_their_own(desk: Desk) -> None:
    spawn = multiprocessing.get_context("spawn")
    several = [
        spawn.Process(target=_publish_several, args=(desk.folder, desk.var, f"p{number}"))
        for number in range(PUBLISHERS)
    ]
    for process in several:
        process.start()
    for process in several:
        process.join(60)
        assert process.exitcode == 0
    versions = desk.publishing.versions(FLOW)
    assert [one.number for one in reversed(versions)] == list(range(1, PUBLISHERS * EACH + 1))
    assert {one.message for one in versions} == {f"p{p} {n}" for p in range(PUBLISHERS) for n in range(EACH)}
    assert versions[0].digest == desk.publishing.text(FLOW)[1]
    assert desk.publishing.check_text(FLOW, desk.text()) == []
