"""What dispatch answers to a caller's and to an agent's leg. The web floor turns each into a document."""

from dataclasses import dataclass, field

from ivr.core.callback import Known
from ivr.core.flow.inputs import LeaveReason
from ivr.services.ports import AgentProfile


# --- the caller's side -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Joined:
    """The call stands in its line. `position` counts from 1; 1 as well where an agent's phone is about to ring."""

    position: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Go on waiting. `position` counts from 1; `queue` is the line the call is in."""

    position: int
    waited_seconds: int
    queue: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ToRoom:
    """An agent has accepted: out of the carrier's queue and into this reservation's room."""

    reservation: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The wait is over without an agent: on with the flow. `queue` is the line it was in last, empty where unknown."""

    reason: LeaveReason
    queue: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Again:
    """Out of the carrier's queue, but still in line: put the call back into the carrier's queue. It kept its place."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nobody is there to hear an answer, or another document has the call: an empty one."""


@dataclass(frozen=True, slots=True)
class Room:
    """The conference where both meet. Its name is unguessable: it contains the call's SID."""

    name: str


# --- the agent's side --------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Whisper:
    """What the agent is told before being asked for a key. `reason` is the caller's path in words.

    `callback` is what is known of who is to be called back; None where the caller is on the line.
    """

    call_sid: str
    queue: str
    reason: str
    waited_seconds: int
    agent: AgentProfile
    callback: Known | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """The offer is no longer open. `reason` is a key of `core/offer_words.py`, or `unknown`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The call is the agent's: into the room. `calling`: the caller is being dialled meanwhile."""

    room: Room
    calling: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The agent declined, or nobody pressed a key: goodbye."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Say it again."""


@dataclass(frozen=True, slots=True)
class WrapUp:
    """The talk is over: this long for after-call work."""

    seconds: int
