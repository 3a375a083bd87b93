"""The lines' rules in the store are the operator's: whoever told others meanwhile, and however often files change."""

from collections.abc import Sequence

from ivr.core.queue_rules import QueueDefinition
from ivr.services.line_rules import INSIST_AT_MOST, LineRules
from tests.routing.conftest import Centre

OLD, NEW = QueueDefinition("tax", max_waiting=5), QueueDefinition("tax", max_waiting=9)


class Files:
    """A process's view of `queues.yaml`."""

    def __init__(self, *definitions: QueueDefinition) -> None:
        self.definitions = definitions

    def queues(self) -> Sequence[QueueDefinition]:
        return self.definitions

    def queue(self, name: str) -> QueueDefinition | None:
        return next((one for one in self.definitions if one.name == name), None)


def rules_of(centre: Centre, files: Files) -> LineRules:
    return LineRules(centre.lines, files)  # type: ignore[arg-type]


def kept(centre: Centre) -> str:
    return centre.lines.digests(["tax"], centre.now)["tax"]


def test_a_line_the_store_knows_nothing_of_has_no_digest(centre: Centre) -> None:
    assert centre.lines.digests(["tax", "desk"], centre.now) == {"tax": "", "desk": ""}
    assert centre.lines.digests([], centre.now) == {}


def test_a_process_that_had_not_read_the_file_yet_does_not_have_the_last_word(centre: Centre) -> None:
    here = rules_of(centre, Files(NEW))
    here.tell(centre.now)
    centre.lines.define("tax", OLD.rules(), centre.now)  # as a call joined there
    here.tell(centre.now)
    assert kept(centre) == NEW.rules().digest


def test_what_is_taken_back_at_once_is_taken_back(centre: Centre) -> None:
    files = Files(OLD)
    here = rules_of(centre, files)
    here.tell(centre.now)
    centre.lines.define("tax", NEW.rules(), centre.now)  # a call joined while the file said so; then it was put back
    here.tell(centre.now)
    assert kept(centre) == OLD.rules().digest


def test_two_of_different_opinions_do_not_change_a_line_by_the_second(centre: Centre) -> None:
    here, there = rules_of(centre, Files(OLD)), rules_of(centre, Files(NEW))
    changes, last = 0, ""
    for _ in range(60):
        for each in (here, there):
            each.tell(centre.now)
            changes, last = changes + (kept(centre) != last), kept(centre)
        centre.clock.pass_ms(1_000)
    assert changes <= 2 + 4 * INSIST_AT_MOST, "at most so often a minute each, in the two minutes this may touch"


def test_a_line_whose_file_is_gone_keeps_what_it_was_told(centre: Centre) -> None:
    files = Files(OLD)
    here = rules_of(centre, files)
    here.tell(centre.now)
    files.definitions = ()
    here.tell(centre.now)
    assert kept(centre) == OLD.rules().digest
