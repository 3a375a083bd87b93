"""What must outlive the moment: callers, finished calls, who did what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.flow.session import CallerFacts
from ivr.services.inputs import KeptInput


class HistoryDown(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The database can't be reached, is busy too long or lacks its tables; the message says which."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in a call, when, and to what: `joined` a queue, `offered` to an agent, `talking`, ..."""

    name: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A finished call, immutable. Times are aware UTC; seconds are whole; `outcome` is a name of docs/glossary.md."""

    call_sid: str
    line: str
    flow: str
    digest: str
    from_number: str
    from_raw: str
    to_number: str
    caller_kind: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    path: tuple[str, ...] = ()
    queue: str = ""
    joined_at: datetime | None = None
    wait_seconds: int | None = None
    agent_id: str = ""
    talk_seconds: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    moments: tuple[Moment, ...] = ()
    inputs: tuple[KeptInput, ...] = ()


class History(Protocol):
    """Callers, calls and messages that were. Raises HistoryDown."""

    def caller(self, from_raw: str, region: str) -> CallerFacts:
        """Who calls, by number against contacts and past calls."""

    def remember(self, record: CallRecord) -> None:
        """Store a finished call; repeating it changes nothing."""

    def note(self, call_sid: str, key: str, value: str) -> None:
        """Add a note to a call that is stored, once; nothing where it isn't."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `actor` is an account's name, an agent's id or `command line`; nothing in it is a number or a secret."""

    at: datetime
    actor: str
    action: str
    subject: str = ""
    detail: str = ""


class Audit(Protocol):
    """Who did what. Raises HistoryDown."""

    def note(self, act: Act) -> None:
        """Add an act."""
