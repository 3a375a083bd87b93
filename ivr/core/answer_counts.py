"""What was asked of the house's knowledge, added up from the notes of calls: answered, helped, and never answered.

The notes are written by the `answers` step in these words; a call's are kept once, so the counts are exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

PREFIX = "answers."
"""Of a note's key; the knowledge file's name follows."""

ANSWERED, HELPED, DID_NOT_HELP, NO_ANSWER = "answered: ", "helped: ", "did not help: ", "no answer: "


@dataclass(slots=True)
class EntryCount:
    """How often an entry was told, and what its callers said of it. The rest hung up or asked for a person."""

    answered: int = 0
    helped: int = 0
    did_not_help: int = 0


@dataclass(slots=True)
class AnswerCounts:
    """One knowledge file's: entries by name, and by callers' words how often nobody had an answer for them."""

    entries: dict[str, EntryCount] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)

    @property
    def missed(self) -> list[tuple[str, int]]:
        """What nobody had an answer for, most asked first."""
        return sorted(self.unanswered.items(), key=lambda one: (-one[1], one[0]))


def add_up(notes: Iterable[tuple[str, str, int]]) -> dict[str, AnswerCounts]:
    """The counts of each knowledge file from (key, value, how often) of notes; other notes are passed over."""
    found: dict[str, AnswerCounts] = {}
    for key, value, many in notes:
        if not key.startswith(PREFIX):
            continue
        counts = found.setdefault(key[len(PREFIX) :], AnswerCounts())
        if value.startswith(NO_ANSWER):
            words = value[len(NO_ANSWER) :].casefold()
            counts.unanswered[words] = counts.unanswered.get(words, 0) + many
        for prefix, name in ((ANSWERED, "answered"), (HELPED, "helped"), (DID_NOT_HELP, "did_not_help")):
            if value.startswith(prefix):
                entry = counts.entries.setdefault(value[len(prefix) :], EntryCount())
                setattr(entry, name, getattr(entry, name) + many)
    return found
