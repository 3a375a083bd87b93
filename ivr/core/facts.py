"""What each type of event carries, as one dataclass a type, and how an event is read as one.

Reading is lenient, because events are written by scripts, by other processes, and by versions before and after this
one: an unknown type is no fact, an unknown field is passed over, one that is missing or of another kind has its
default. docs/events.md is made from these classes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, get_type_hints

from ivr.core.events import Event, EventType, Scalar
from ivr.core.routing.order import CLASS_SPAN, EVERYONE


@dataclass(frozen=True, slots=True)
class Fact:
    """An event's data, read. `TYPE` is the event's type."""

    TYPE: ClassVar[EventType]


@dataclass(frozen=True, slots=True)
class CallStarted(Fact):
    """A call came in."""

    TYPE = "call.started"
    line: Annotated[str, "line dialled"] = ""
    kind: Annotated[str, "`known`, `new` or `hidden` caller"] = ""
    number: Annotated[str, "the caller's number, masked"] = ""


@dataclass(frozen=True, slots=True)
class CallHeard(Fact):
    """The caller was told something."""

    TYPE = "call.heard"
    text: Annotated[str, "the words"] = ""


@dataclass(frozen=True, slots=True)
class CallDid(Fact):
    """The caller pressed or said something. Nothing is written of a sensitive answer."""

    TYPE = "call.did"
    text: Annotated[str, "keys or words"] = ""


@dataclass(frozen=True, slots=True)
class CallJoined(Fact):
    """A call or a callback joined a line."""

    TYPE = "call.joined"
    queue: Annotated[str, "the line"] = ""
    wanted: Annotated[str, "who may answer by now, as a requirement: `line/fr:3,tax:2-5~strategy`"] = ""
    ring: Annotated[int, "open ring, from 1"] = 1
    rings: Annotated[int, "how many rings it has"] = 1
    skipped: Annotated[int, "rings passed over at once because nobody in them was logged in"] = 0
    staff: Annotated[int, "agents logged in who may answer"] = 0
    free: Annotated[int, "of those, available"] = 0
    ahead: Annotated[int, "calls before it that the same agents may answer"] = 0
    offset: Annotated[int, "added to its start to order it, ms: 10^15 less its boost; 0 less its boost for urgent"] = (
        EVERYONE * CLASS_SPAN
    )
    took_over: Annotated[int, "age of the place that a caller who had dropped out took over, ms; 0 for none"] = 0


@dataclass(frozen=True, slots=True)
class RingOpened(Fact):
    """More people may answer a call, or the line's rules changed while it waited."""

    TYPE = "call.ring_opened"
    queue: Annotated[str, "the line"] = ""
    ring: Annotated[int, "the ring that is open now, from 1"] = 1
    rings: Annotated[int, "how many rings it has"] = 1
    wanted: Annotated[str, "who may answer by now, as in `call.joined`"] = ""
    why: Annotated[str, "`time`; `nobody` where nobody in the ring before was logged in; `rules` changed"] = ""


@dataclass(frozen=True, slots=True)
class WaitTold(Fact):
    """A caller was told how long it will take."""

    TYPE = "wait.told"
    queue: Annotated[str, "the line"] = ""
    low: Annotated[int, "at least, s"] = 0
    high: Annotated[int, "at most, s"] = 0


@dataclass(frozen=True, slots=True)
class WaitMeasured(Fact):
    """An agent answered a caller whose wait had been forecast: how true was it?"""

    TYPE = "wait.measured"
    queue: Annotated[str, "the line"] = ""
    waited_ms: Annotated[int, "the true wait, from the forecast on"] = 0
    low_ms: Annotated[int, "low end of the forecast"] = 0
    middle_ms: Annotated[int, "its middle"] = 0
    high_ms: Annotated[int, "its high end"] = 0
    ahead: Annotated[int, "calls ahead then: 0 for none, 1 for one or two, 2 for more"] = 0
    made_of: Annotated[str, "what it was made of, for `hotline forecast fit`"] = ""


@dataclass(frozen=True, slots=True)
class CallOffered(Fact):
    """A call is held for an agent, whose phone is about to ring."""

    TYPE = "call.offered"
    agent: Annotated[str, "the agent"] = ""
    offer: Annotated[str, "the reservation"] = ""
    queue: Annotated[str, "the line"] = ""
    ring: Annotated[int, "open ring, from 1"] = 1
    group: Annotated[str, "id of the skill group"] = ""
    free: Annotated[int, "agents who might have been chosen; 1 where they had just become free"] = 0
    behind: Annotated[int, "calls still waiting in the line"] = 0
    waited_ms: Annotated[int, "how long the call had waited"] = 0
    why: Annotated[str, "`order`; `several` for a further phone; `pulled` by a supervisor"] = "order"


@dataclass(frozen=True, slots=True)
class OfferEnded(Fact):
    """An agent's phone rang, or was to ring, and they didn't take the call."""

    TYPE = "offer.ended"
    agent: Annotated[str, "the agent"] = ""
    offer: Annotated[str, "the reservation"] = ""
    state: Annotated[str, "`rejected`, `timed_out`, `rescinded` or `cancelled`"] = ""
    cause: Annotated[
        str, "`declined`, `hung_up`, `busy`, `no_answer`, `no_key`, `machine`, `carrier`, `taken`, ..."
    ] = ""


@dataclass(frozen=True, slots=True)
class CallAccepted(Fact):
    """An agent took a call by key."""

    TYPE = "call.accepted"
    agent: Annotated[str, "the agent"] = ""
    offer: Annotated[str, "the reservation"] = ""
    losers: Annotated[int, "colleagues whose phones rang for it as well"] = 0


@dataclass(frozen=True, slots=True)
class CallBridged(Fact):
    """Agent and caller meet."""

    TYPE = "call.bridged"
    agent: Annotated[str, "the agent"] = ""
    offer: Annotated[str, "the reservation"] = ""
    queue: Annotated[str, "the line"] = ""
    waited_ms: Annotated[int, "how long the caller had waited"] = 0


@dataclass(frozen=True, slots=True)
class CallMoved(Fact):
    """A supervisor moved a waiting call to another line; it keeps its place in time."""

    TYPE = "call.moved"
    queue: Annotated[str, "the line it waits in now"] = ""
    came_from: Annotated[str, "the line it waited in (`from` in the event)"] = ""
    by: Annotated[str, "who did it"] = ""
    dropped: Annotated[str, "what its step asked for and nobody there has, such as `tax:3`; empty for nothing"] = ""


@dataclass(frozen=True, slots=True)
class CallBoosted(Fact):
    """A supervisor let a call go before others that came up to so many seconds earlier."""

    TYPE = "call.boosted"
    seconds: Annotated[int, "what it is worth in waiting time, s; negative: put back"] = 0
    by: Annotated[str, "who did it"] = ""


@dataclass(frozen=True, slots=True)
class CallPulled(Fact):
    """A supervisor gave a call to one agent, whatever the order."""

    TYPE = "call.pulled"
    agent: Annotated[str, "the agent"] = ""
    by: Annotated[str, "who did it"] = ""


@dataclass(frozen=True, slots=True)
class CallLeft(Fact):
    """A call left its line."""

    TYPE = "call.left"
    reason: Annotated[str, "`talked`, `abandoned`, `timeout`, `nobody`, `full`, `closed`, `unanswered`, ..."] = ""
    queue: Annotated[str, "the line"] = ""
    waited_ms: Annotated[int, "how long it had been in it"] = 0


@dataclass(frozen=True, slots=True)
class CallEnded(Fact):
    """A call is over."""

    TYPE = "call.ended"
    outcome: Annotated[str, "how its flow ended"] = ""


@dataclass(frozen=True, slots=True)
class CallbackBooked(Fact):
    """A caller asked to be called back, in the place they had."""

    TYPE = "callback.booked"
    queue: Annotated[str, "the line"] = ""
    wanted: Annotated[str, "who may answer, as in `call.joined`"] = ""
    ring: Annotated[int, "open ring, from 1"] = 1
    rings: Annotated[int, "how many rings it has"] = 1
    origin: Annotated[str, "the call in which it was asked for, whose place it takes"] = ""


@dataclass(frozen=True, slots=True)
class CallbackDue(Fact):
    """The time a caller asked for has come: the callback takes its place in the line."""

    TYPE = "callback.due"
    queue: Annotated[str, "the line"] = ""


@dataclass(frozen=True, slots=True)
class CallbackMissed(Fact):
    """A caller was called back and wasn't reached."""

    TYPE = "callback.missed"
    cause: Annotated[str, "why"] = ""
    queue: Annotated[str, "the line"] = ""


@dataclass(frozen=True, slots=True)
class AgentChanged(Fact):
    """An agent's state, but `reserved`, which `call.offered` tells. `paused` with a cause of an offer's end is the
    machinery's back-off."""

    TYPE = "agent.changed"
    agent: Annotated[str, "the agent"] = ""
    state: Annotated[str, "`offline`, `available`, `on_call`, `wrap_up` or `paused`"] = ""
    reason: Annotated[str, "why they are paused: their own word, or the cause of an offer's end"] = ""
    misses: Annotated[int, "offers in a row that rang out; from 2 on the pause lasts until the agent resumes"] = 0


@dataclass(frozen=True, slots=True)
class QueueChanged(Fact):
    """A line's rules changed, also for calls that wait in it."""

    TYPE = "queue.changed"
    queue: Annotated[str, "the line"] = ""
    why: Annotated[str, "what changed it"] = ""


@dataclass(frozen=True, slots=True)
class Fault(Fact):
    """Something broke; the caller was given an exit."""

    TYPE = "fault"
    code: Annotated[str, "what, as a short name"] = ""
    detail: Annotated[str, "what, in words"] = ""


FACTS: Mapping[str, type[Fact]] = MappingProxyType({kind.TYPE: kind for kind in Fact.__subclasses__()})
"""Every type of event there is, with what it carries."""

DECISIONS = frozenset(
    {"call.joined", "call.ring_opened", "wait.told", "call.offered", "offer.ended", "call.accepted", "call.bridged",
     "call.moved", "call.boosted", "call.pulled", "call.left", "callback.booked", "callback.due", "callback.missed"}
)  # fmt: skip
"""Types that say what was decided of a call in its lines: kept for as long as explanations are."""

_RENAMED: Mapping[str, str] = MappingProxyType({"came_from": "from"})
"""Fields whose name in the event is a word of Python's."""


def fact_of(event: Event) -> Fact | None:
    """What an event says; None for a type this version doesn't know."""
    kind = FACTS.get(event.type)
    if kind is None:
        return None
    read = {name: _read(hint, event.data.get(_RENAMED.get(name, name))) for name, hint in _kinds(kind).items()}
    return kind(**{name: value for name, value in read.items() if value is not None})


def data_of(fact: Fact) -> dict[str, Scalar]:
    """A fact as the data of an event, each field under its name there."""
    return {_RENAMED.get(each.name, each.name): getattr(fact, each.name) for each in fields(fact)}


def described(kind: type[Fact]) -> list[tuple[str, str, str]]:
    """The fields of a type: name in the event, `text` or `number`, and what it says."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        (
            _RENAMED.get(each.name, each.name),
            "number" if _kinds(kind)[each.name] is int else "text",
            hint.__metadata__[0],
        )
        for each in fields(kind)
        for hint in [hints[each.name]]
    ]


def _kinds(kind: type[Fact]) -> Mapping[str, Any]:
    found = _KINDS.get(kind)
    if found is None:
        hints = get_type_hints(kind)
        found = _KINDS[kind] = {each.name: hints[each.name] for each in fields(kind)}
    return found


_NUMBER = re.compile(r"-?[0-9]{1,18}")
_KINDS: dict[type[Fact], Mapping[str, Any]] = {}


def _read(kind: type, value: Scalar) -> str | int | None:
    if kind is int:
        if isinstance(value, str):
            return int(value) if _NUMBER.fullmatch(value) else None
        return int(value) if value is not None and isfinite(value) else None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
