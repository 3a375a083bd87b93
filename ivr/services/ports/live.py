"""The live moment: sessions of calls, the event stream, hints to the workers, counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.core.events import Event
from ivr.core.flow.session import Session


class StoreDown(Exception):  # noqa: N818 - a state of the world, not a mistake
    """Redis can't be reached, or the breaker is open."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The turn is stored."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """This turn had been taken before: `answer` is the document it got then."""

    answer: str


@dataclass(frozen=True, slots=True)
class Behind:
    """The session kept here was not the newest; `session` is, with the document of its last turn."""

    session: Session
    answer: str


class SessionStore(Protocol):
    """Keeps the sessions of live calls. Raises StoreDown."""

    def load(self, call_sid: str, at_turn: int | None = None) -> tuple[Session, str] | None:
        """The session and the document of its last turn, or None for an unknown call.

        With `at_turn`, a copy this process kept will do if it is of that turn: `save` finds out whether it was newest.
        """

    def save(
        self, session: Session, answer: str, events: Sequence[Event], facts: Mapping[str, str] | None = None
    ) -> Saved | Repeated | Behind:
        """Store turn `session.turn` unless that turn or a later one is stored (compare-and-set), in one round trip.

        `events` are published and `facts` kept beside the session only where the turn is stored, so they happen once.
        """

    def facts(self, call_sid: str) -> Mapping[str, str]:
        """Every fact kept beside a session, by name; empty for an unknown call."""

    def again(self, call_sid: str) -> bool:
        """Store once more what this process stored last of a call, with its facts; True where the store had lost it."""

    def end(self, call_sid: str, outcome: str, at_ms: int) -> bool:
        """Mark a call ended, once; True the first time."""

    def has_ended(self, call_sid: str) -> bool:
        """Whether a call was marked so."""


class Jobs(Protocol):
    """Hints to the workers. Losing one harms nobody: deadlines find what was left."""

    def hint(self, job: str, *args: str) -> None:
        """Ask a worker to look at something soon. Never raises."""


class Live(Protocol):
    """The event stream."""

    def publish(self, event: Event) -> None:
        """Append an event. Never raises."""


class Meter(Protocol):
    """Counts for `/metrics`: kept in the process, added to the store every few seconds, well under a microsecond."""

    def count(self, name: str, label: str = "") -> None:
        """One more of `name` (`turns`, `carrier_errors`, `sweeps`, ...), by one label. Never raises."""

    def observe(self, kind: str, seconds: float) -> None:
        """A webhook of `kind` (`answer`, `turn`, `wait`, ...) took so long. Never raises."""
