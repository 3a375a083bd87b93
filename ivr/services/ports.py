"""What the product's verbs need of the outside, as Protocols.

Adapters in `ivr.carrier`, `ivr.store` and `ivr.flowfile` fulfil them; `ivr/wiring.py` puts them together. Each port has
one contract suite, run against the fake and the real thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ivr.core.events import Event
from ivr.core.flow.effects import Prompt, Wait
from ivr.core.flow.model import Flow
from ivr.core.flow.problem import Problem
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.queue_rules import QueueDefinition
from ivr.services.inputs import KeptInput


# --- the carrier -------------------------------------------------------------------------------------------------
class CarrierError(Exception):
    """A REST request to the carrier failed.

    `gone`: the call is no longer there (a normal race). `retry`: certainly not done, safe to repeat (429, connect).
    `ambiguous`: it may have been done (time-out, 5xx).
    """

    def __init__(
        self, detail: str, *, code: int = 0, gone: bool = False, retry: bool = False, ambiguous: bool = False
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.gone = gone
        self.retry = retry
        self.ambiguous = ambiguous


@dataclass(frozen=True, slots=True)
class Leg:
    """One carrier connection as the carrier sees it now."""

    sid: str
    status: str
    to_number: str = ""


class Carrier(Protocol):
    """The few REST verbs used. All raise CarrierError; none waits longer than its time-out (4 s)."""

    def call(self, *, to_number: str, from_number: str, path: str, status_path: str, ring_seconds: int) -> str:
        """Ring a phone; answered, it fetches its document from `path` below the public base. Returns the leg's SID."""

    def redirect(self, call_sid: str, path: str) -> None:
        """Make a live call fetch its next document from `path`."""

    def hang_up(self, call_sid: str) -> None:
        """End a leg in whatever state; gone already is fine."""

    def leg(self, call_sid: str) -> Leg:
        """What the carrier knows of a leg."""

    def legs_to(self, to_number: str, since: datetime) -> Sequence[Leg]:
        """Outbound legs to a number since a moment, newest first: the look-up after an ambiguous create."""

    def text(self, *, to_number: str, from_number: str, text: str, status_path: str) -> str:
        """Send a text; what becomes of it is told at `status_path`. Returns the message's SID."""

    def recording(self, recording_sid: str) -> bytes:
        """A recording's audio (WAV)."""

    def delete_recording(self, recording_sid: str) -> None:
        """Delete a recording at the carrier; gone already is fine."""


class Documents(Protocol):
    """Writes what a leg does next, in the carrier's language. Pure: the same arguments give the same text."""

    def turn(self, call_sid: str, next_turn: int, prompts: Sequence[Prompt], wait: Wait, *, caller_id: str = "") -> str:
        """A turn's prompts and its wait, whose answer goes to turn `next_turn`."""

    def hold(self, prompts: Sequence[Prompt], *, key_turn: int | None = None) -> str:
        """One round of a wait in line; never without length, so that heartbeats keep their distance.

        With `key_turn`, a key pressed meanwhile goes to that turn; silence goes nowhere.
        """

    def leave(self) -> str:
        """Out of the carrier's queue, on to its action."""

    def room(self, name: str, reservation: str, next_turn: int) -> str:
        """A caller's way into the room of a reservation; when they are out of it, turn `next_turn` follows."""

    def agent_room(self, name: str, reservation: str, prompts: Sequence[Prompt] = ()) -> str:
        """An agent's way into the room of a reservation, after some words."""

    def called_room(self, name: str, reservation: str) -> str:
        """The way into the room of a caller who was called back."""

    def ask(self, prompts: Sequence[Prompt], path: str, *, seconds: int = 8, digits: int | None = 1) -> str:
        """Prompts that a key interrupts, then the key goes to `path`; silence goes there as well."""

    def close(self, prompts: Sequence[Prompt]) -> str:
        """Last words, then the leg ends."""

    def fallback(self, sentence: str, language: str, number: str, *, caller_id: str = "") -> str:
        """A sentence and on to a number outside; where `number` is empty the leg ends after the sentence."""

    def words(self, prompts: Sequence[Prompt]) -> str:
        """Prompts and nothing else: what comes next is what the leg was called for."""

    def nothing(self) -> str:
        """A document without verbs."""


# --- the live moment (Redis) -------------------------------------------------------------------------------------
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


class StoreDown(Exception):  # noqa: N818 - a state of the world, not a mistake
    """Redis can't be reached, or the breaker is open."""


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

    def end(self, call_sid: str, outcome: str, at_ms: int) -> bool:
        """Mark a call ended, once; True the first time."""


class Jobs(Protocol):
    """Hints to the workers. Losing one harms nobody: deadlines find what was left."""

    def hint(self, job: str, *args: str) -> None:
        """Ask a worker to look at something soon. Never raises."""


class Live(Protocol):
    """The event stream."""

    def publish(self, event: Event) -> None:
        """Append an event. Never raises."""


# --- what must outlive the moment (SQL) --------------------------------------------------------------------------
class HistoryDown(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The database can't be reached, is busy too long or lacks its tables; the message says which."""


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """A person who answers. `skills` maps a skill to a level from 1 to 10. `number` is E.164: never log it."""

    id: str
    name: str
    number: str
    skills: dict[str, int]
    languages: tuple[str, ...] = ()
    pin_hash: str = ""


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


class Agents(Protocol):
    """The people who answer."""

    def all(self) -> Sequence[AgentProfile]:
        """Every agent, by id."""

    def get(self, agent_id: str) -> AgentProfile | None:
        """One agent."""

    def by_number(self, number: str) -> AgentProfile | None:
        """The agent who has this phone (E.164)."""


Role = Literal["agent", "supervisor", "operator"]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `name` is what they type; `agent_id` is theirs where they also answer calls."""

    id: str
    name: str
    role: Role
    agent_id: str = ""
    created_at: datetime | None = None
    disabled: bool = False


class Accounts(Protocol):
    """Who may sign in. Passwords are kept as argon2id hashes only."""

    def check(self, name: str, password: str) -> Account | None:
        """The account, where the password is right and it isn't disabled; as slow for a name that doesn't exist."""

    def get(self, account_id: str) -> Account | None:
        """One account that isn't disabled."""


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


class Meter(Protocol):
    """Counts for `/metrics`: kept in the process, added to the store every few seconds, well under a microsecond."""

    def count(self, name: str, label: str = "") -> None:
        """One more of `name` (`turns`, `carrier_errors`, `sweeps`, ...), by one label. Never raises."""

    def observe(self, kind: str, seconds: float) -> None:
        """A webhook of `kind` (`answer`, `turn`, `wait`, ...) took so long. Never raises."""


# --- the operator's files ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """A dialled number (E.164) and the flow that answers it. `languages` are those it can be answered in as well."""

    name: str
    number: str
    flow: str
    language: str
    title: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a flow. `number` counts from 1 by flow; `restores` is the one it brings back, 0 for none.

    `at` is aware UTC; `who` an account's name or `command line`.
    """

    flow: str
    number: int
    digest: str
    at: datetime
    who: str
    message: str
    restores: int = 0


class FileChanged(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The flow's file is no longer the one that was edited: somebody else has changed it meanwhile."""


class Shelf(Protocol):
    """Where flow files, drafts and published versions are kept. All raise OSError where the disk fails.

    `name` is a flow's, of small letters, digits and dashes; ValueError for any other.
    """

    def names(self) -> Sequence[str]:
        """Every flow that has a file."""

    def file(self, name: str) -> bytes | None:
        """The flow's file as it is now."""

    def draft(self, name: str) -> bytes | None:
        """The flow's draft."""

    def drafts(self) -> Sequence[str]:
        """Every flow that has a draft."""

    def keep_draft(self, name: str, source: bytes | None) -> None:
        """Write the draft as a whole; None takes it away."""

    def check(self, name: str, source: bytes) -> Sequence[Problem]:
        """Every problem a text would have as this flow's file, in the company of its neighbours."""

    def publish(self, version: Version, source: bytes, base: str | None) -> Version:
        """Write the flow's file and note the version, whose number is given here.

        `base` is the digest of the file as it was when the edit began, empty where there was none, None for whatever
        is there. Raises FileChanged where the file is another by now; nothing is written then.
        """

    def versions(self, name: str) -> Sequence[Version]:
        """The published versions, oldest first."""

    def source(self, digest: str) -> bytes | None:
        """The text of a version."""

    def pins(self) -> Mapping[str, str]:
        """The lines that answer with one version, whatever is published: its digest by the line's name."""

    def pin(self, line: str, digest: str | None) -> None:
        """Pin a line to a version; None frees it."""


class Flows(Protocol):
    """Flows, lines and queues as last read without error."""

    def line_for(self, number: str) -> Line | None:
        """The line a number belongs to."""

    def current(self, flow: str) -> Flow | None:
        """The newest version of a flow."""

    def answering(self, line: Line, caller: str) -> Flow | None:
        """The version a new call to a line gets: a draft for its testers, else a pinned version, else the newest."""

    def pinned(self, digest: str) -> Flow | None:
        """A version a live call is pinned to."""

    def queue(self, name: str) -> QueueDefinition | None:
        """A queue's definition."""

    def lines(self) -> Sequence[Line]:
        """Every line."""

    def queues(self) -> Sequence[QueueDefinition]:
        """Every queue."""
