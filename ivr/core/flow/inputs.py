"""What can happen to a call between two turns. Each cause has a type of its own; nothing is told by emptiness.

Read next: `effects.py` (what a turn makes the caller hear), then `engine.py`.
"""

from dataclasses import dataclass, field
from typing import Literal

from ivr.core.flow.session import Incident
from ivr.core.queue_rules import Announce
from ivr.core.routing.told import Told

DialStatus = Literal["completed", "busy", "no-answer", "failed", "canceled"]
LeaveReason = Literal["talked", "timeout", "nobody", "full", "key", "failed", "closed", "unanswered"]
BookStatus = Literal["booked", "already", "taken", "cancelled", "refused", "failed"]
FetchOutcome = Literal["ok", "missing", "failed", "timeout"]


@dataclass(frozen=True, slots=True)
class Started:
    """The call was answered and enters its flow."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys pressed: one or more of `0-9 * #`."""

    keys: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words said. `confidence` is 0.0 to 1.0, or None where the carrier gave none."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class NoInput:
    """Neither key nor word within the time given."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message was recorded. `seconds` is its length; `ended_by` a key, `hangup` or `silence`."""

    recording_sid: str
    seconds: int
    ended_by: str


@dataclass(frozen=True, slots=True)
class Dialed:
    """A hand-over to another number ended. `seconds` is the talk time, 0 where nobody answered."""

    status: DialStatus
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class LeftLine:
    """The call left its line. `talked`: an agent was reached and the talk is over.

    `closed`: out of the line's hours. `unanswered`: phones rang as long as they may for one call, and nobody took it.
    `queue` is the line it left last, empty for the one its step led into.
    """

    reason: LeaveReason
    agent_name: str = ""
    talk_seconds: int = 0
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of a look-up. `body` is the answer's text where `outcome` is `ok`; `took_ms` what it cost.

    `missing`: the other side knows nothing of it (404, 410). `failed`: any other refusal, a host that is away or not
    allowed, an answer that is too long. `detail` says why, for the log, without values.
    """

    outcome: FetchOutcome
    body: str = ""
    took_ms: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotHandedOver:
    """The line a call was to be handed to can't take it: it doesn't exist, or its flow is unusable."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of booking a callback. `position` counts from 1, 0 where it isn't in line yet; `at` is ISO 8601 UTC.

    `booked`: it stands. `already`: one for this number waited, nothing was changed. `taken`: an agent has just accepted
    the call itself. `cancelled`: as asked. `refused`: the number may not be called, or not any more today.
    """

    status: BookStatus
    position: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller has gone. Whatever the turn says nobody hears; it may still leave commands."""


Input = Started | Digits | Spoken | NoInput | Recorded | Dialed | LeftLine | Fetched | NotHandedOver | Booked | HungUp


@dataclass(frozen=True, slots=True)
class Waiting:
    """One heartbeat of a wait in line, as facts. Not an input: a hold document changes no session (`engine.hold`).

    `position` counts from 1. `expected_seconds` is (low, high) from now on, or None where it can't be known. `told`
    is what was said of both before, `announce` how the line wants that; `breach`: its promise is expected to be
    broken, or another way was due already for as long a wait. `ringing`: an agent's phone rings for it. `asked`: the
    caller asked where they stand. `incidents` are those to be told in this one. `longest_seconds`: the line lets nobody
    wait longer; None where it does.
    """

    position: int
    waited_seconds: int
    expected_seconds: tuple[float, float] | None = None
    incidents: tuple[Incident, ...] = ()
    told: Told | None = None
    announce: Announce = field(default_factory=Announce)
    breach: bool = False
    ringing: bool = False
    asked: bool = False
    longest_seconds: int | None = None


SAME_TURN = (Fetched, NotHandedOver, Booked)
"""What comes of something done within a turn: no caller was asked for it."""
