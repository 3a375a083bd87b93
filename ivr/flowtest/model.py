"""What a test call is: a call as given, then turns, each an act and what is expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.core.flow.inputs import BookStatus, DialStatus, LeaveReason
from ivr.core.flow.model import Position
from ivr.core.flow.session import CallerFacts, Incident
from ivr.services.ports import Line

CALL_SID = "CA" + "0" * 32
"""The call's, where nothing is to be drawn."""


# --- acts: what happens in a turn ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Presses:
    """The caller presses keys, `0-9 * #`."""

    keys: str


@dataclass(frozen=True, slots=True)
class Speaks:
    """The caller says words; `confidence` is how sure the recogniser is, 0.0 to 1.0, or None where it doesn't say."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class StaysSilent:
    """The caller does nothing until the time given is over."""


@dataclass(frozen=True, slots=True)
class Records:
    """The caller leaves a message of so many seconds; `ended_by` a key, `hangup` or `silence`."""

    seconds: int
    ended_by: str = "#"


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """The caller stays in line for so many seconds, or until something happens there."""

    seconds: int


@dataclass(frozen=True, slots=True)
class AgentAnswers:
    """An agent answers the waiting caller; they talk for so many seconds."""

    talk_seconds: int = 60


@dataclass(frozen=True, slots=True)
class NumberEnds:
    """The hand-over to another number ends so."""

    status: DialStatus
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class HangsUp:
    """The caller hangs up."""


@dataclass(frozen=True, slots=True)
class FlowBreaks:
    """Something in the flow fails at this step, as a mistake in the program would: the call takes its `on_fault`."""


Act = Presses | Speaks | StaysSilent | Records | WaitsFor | AgentAnswers | NumberEnds | HangsUp | FlowBreaks


# --- the call as given --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Staff:
    """Who is there for a queue. `present`: somebody is logged in. `answers_after` seconds, None for never.

    `refuses` is why the line doesn't take the call, or lets it go at once (`full`, `failed`, `closed`, `unanswered`).
    """

    present: bool = True
    answers_after: int | None = 5
    refuses: LeaveReason | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """All that is fixed before a call begins. Nothing else decides what the call becomes.

    `at` is aware. `staff` says by queue who is there; "" stands for every queue not named. `lookups` gives by step what
    it is answered: plain data, or one of `around.NO_ANSWER`, or a list of such, one for each time it asks. `booking` is
    what becomes of callbacks asked for; `texts`: whether texts are sent; `lines_down`: lines no call can be handed to.
    """

    flow: str
    at: datetime
    line: Line
    from_number: str = ""
    caller: CallerFacts = field(default_factory=CallerFacts)
    staff: Mapping[str, Staff] = field(default_factory=dict)
    lookups: Mapping[str, Any] = field(default_factory=dict)
    booking: BookStatus = "booked"
    incidents: tuple[Incident, ...] = ()
    texts: bool = True
    call_sid: str = CALL_SID
    lines_down: frozenset[str] = frozenset()


# --- the test -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing expected: its kind (a word of `expect.KINDS`), what is expected, and where it is written."""

    kind: str
    value: Any
    at: Position


@dataclass(frozen=True, slots=True)
class CaseTurn:
    """One turn: what happens (None for the call's beginning) and what is expected after it."""

    act: Act | None
    expected: tuple[Expectation, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Case:
    """A test call. `file` and `at` say where it stands; `last` is expected when all turns are over."""

    name: str
    file: str
    at: Position
    given: Given
    turns: tuple[CaseTurn, ...]
    last: tuple[Expectation, ...] = ()
