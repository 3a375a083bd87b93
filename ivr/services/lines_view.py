"""A line as people and other programs see it, and how it is put together from figures, agents and calls. Pure.

Times are aware datetimes in UTC, waits whole seconds; numbers are masked already.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.core.agent import Agent
from ivr.core.callback_record import CallbackFigures
from ivr.core.queue import WaitingCall
from ivr.core.queue_rules import OVERFLOW_CAUSES, Overflow, QueueDefinition
from ivr.core.routing.order import CLASS_SPAN, is_urgent
from ivr.core.routing.rings import OpenRing
from ivr.core.routing.skills import SkillProblem, may_answer
from ivr.services.asking import ask, ask_again
from ivr.services.desk_ports import Face, Range, Record


@dataclass(frozen=True, slots=True)
class Expected:
    """A wait still to come, in seconds from now: most calls like this are answered within this range."""

    low_seconds: int
    high_seconds: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How the waits told came out of late: of `told` callers who were answered, the share `within` (0 to 1) of the
    range they had been told, and how many seconds the middle of it was off on average.
    """

    told: int
    within: float
    error_seconds: int


@dataclass(frozen=True, slots=True)
class CalledBack:
    """How callbacks of the last days came out. Of those `promised` a time that is over, the shares whose phone first
    rang within it (`in_time`, 0 to 1) and `early`; the others by `late_seconds` too late on average.

    Of `over`, which have ended, the share `reached`, the mean number of `tries`, and `waited_seconds` from when they
    were asked for, or the moment chosen, until they were reached.
    """

    promised: int
    in_time: float
    early: float
    late_seconds: int
    over: int
    reached: float
    tries: float
    waited_seconds: int


@dataclass(frozen=True, slots=True)
class Break:
    """Agents who are paused for one reason."""

    reason: str
    agents: int


@dataclass(frozen=True, slots=True)
class Team:
    """The agents logged in who may answer in this line, in its first ring or a later one, by what they do now."""

    staff: int = 0
    available: int = 0
    ringing: int = 0
    talking: int = 0
    wrap_up: int = 0
    paused: int = 0
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class RingView:
    """Who may answer from `after_seconds` of the wait on: agents who meet `wanted` (`fr:3,tax:2-5|@ana`), empty for
    anybody.
    """

    after_seconds: int
    wanted: str


@dataclass(frozen=True, slots=True)
class CallInLine:
    """A call that waits. `position` counts from 1, 0 while a phone rings for it (`state` is `offered`, to `agents`).

    `since` is when its place in line counts from, `waited_seconds` how long ago that was; `boost_seconds` is what it
    is worth in waiting time beyond that. `wanted` is what an agent must meet by now, `ring` of `rings` the one open.
    `number` is masked; `name` is empty where the caller isn't known.
    """

    call: str
    position: int
    state: str
    mode: str
    since: datetime
    waited_seconds: int
    number: str = ""
    name: str = ""
    caller: str = "new"
    reason: str = ""
    urgent: bool = False
    boost_seconds: int = 0
    wanted: str = ""
    ring: int = 1
    rings: int = 1
    next_ring_at: datetime | None = None
    agents: tuple[str, ...] = ()
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class CallHere:
    """A call and the line it is in."""

    line: str
    call: CallInLine


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line. `callbacks` of those `waiting` are to be called back. `wanted` is what the line itself asks of an agent.

    `expected` is what a call that joined now would be told, nothing where it can't be known. `next` is where the next
    page of `calls` starts, if there is one.
    """

    name: str
    title: str
    waiting: int
    callbacks: int
    team: Team
    wanted: str = ""
    oldest_since: datetime | None = None
    oldest_seconds: int = 0
    expected: Expected | None = None
    accuracy: Accuracy | None = None
    called_back: CalledBack | None = None
    calls: tuple[CallInLine, ...] = ()
    next: int | None = None


@dataclass(frozen=True, slots=True)
class LeadsOn:
    """Where a line leads a call on that it doesn't take, or keeps no longer, for one `cause`: `timeout`, `full`,
    `nobody`, `unanswered`, `closed`. `kind` is `queue`, `voicemail`, `callback` or `office`, `to` which.
    """

    cause: str
    kind: str
    to: str


@dataclass(frozen=True, slots=True)
class LineRules:
    """How a line works, in seconds; nothing where there is no limit. `prefer_seconds`: how long a call stays with its
    preferred agents. `overflow` is the line it runs over into after too long a wait, `leads_on` says for each cause
    where it leads; `hours` is the calendar outside of which it is closed. `keep_place_seconds`: how long the place of a
    caller who dropped out is kept.
    """

    strategy: str
    rings: tuple[RingView, ...]
    ring_seconds: int
    wrap_up_seconds: int
    ring_several: int
    ringing_budget_seconds: int
    prefer_seconds: int
    boost_seconds: int
    max_wait_seconds: int | None = None
    max_waiting: int | None = None
    max_talking: int | None = None
    overflow: str = ""
    promise: str = ""
    hours: str = ""
    leads_on: tuple[LeadsOn, ...] = ()
    keep_place_seconds: int = 0


def moment(ms: int) -> datetime:
    """Milliseconds since the epoch as a time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def rings_in(definition: QueueDefinition, call: WaitingCall | None = None) -> tuple[OpenRing, ...]:
    """The rings of a line, or of a call in it. What its flow asked for is left out where no such call can be asked."""
    if call is None:
        return ask(definition, {}).rings
    try:
        return ask_again(definition, call.asks, call.prefer).rings
    except SkillProblem:
        return ask(definition, {}).rings


def rules_of(definition: QueueDefinition) -> LineRules:
    """A line's rules for people."""
    overflow = definition.overflow or Overflow()
    ways = ((cause, overflow.of(cause)) for cause in OVERFLOW_CAUSES)
    return LineRules(
        strategy=definition.strategy,
        rings=tuple(RingView(ring.after_ms // 1000, ring.wanted) for ring in rings_in(definition)),
        ring_seconds=definition.ring_seconds,
        wrap_up_seconds=definition.wrap_up_seconds,
        ring_several=definition.rules().several,
        ringing_budget_seconds=definition.ringing_budget_seconds,
        prefer_seconds=definition.prefer_seconds,
        boost_seconds=definition.boost_seconds,
        max_wait_seconds=definition.max_wait_seconds,
        max_waiting=definition.max_waiting,
        max_talking=definition.max_talking,
        overflow=overflow.line_for("timeout"),
        leads_on=tuple(LeadsOn(cause, way.kind, way.to) for cause, way in ways if way is not None),
        keep_place_seconds=definition.keep_place_seconds,
        promise=definition.promise,
        hours=definition.hours,
    )


def team_of(wanted: str, agents: Iterable[tuple[Agent, Mapping[str, int]]]) -> Team:
    """Those of `agents` (each with their skills) who are logged in and meet `wanted`."""
    able = [agent for agent, skills in agents if agent.state != "offline" and may_answer(skills, wanted, agent.id)]
    states = Counter(agent.state for agent in able)
    breaks = Counter(agent.pause_reason for agent in able if agent.state == "paused")
    return Team(
        staff=len(able),
        available=states["available"],
        ringing=states["reserved"],
        talking=states["on_call"],
        wrap_up=states["wrap_up"],
        paused=states["paused"],
        breaks=tuple(Break(reason, number) for reason, number in sorted(breaks.items())),
    )


def call_in_line(
    call: WaitingCall, definition: QueueDefinition, face: Face, now_ms: int, position: int = 0
) -> CallInLine:
    """A waiting call for people, without a forecast."""
    rings = rings_in(definition, call)
    opens = call.next_ring_ms if call.state == "waiting" else 0
    return CallInLine(
        call=call.call,
        position=position,
        state=call.state,
        mode=call.mode,
        since=moment(call.virtual_start_ms),
        waited_seconds=max(0, now_ms - call.virtual_start_ms) // 1000,
        number=face.number,
        name=face.name,
        caller=face.kind,
        reason=face.path if face.path.startswith(call.reason) else call.reason,
        urgent=is_urgent(call.score),
        boost_seconds=boost_of(call),
        wanted=rings[min(call.ring, len(rings)) - 1].wanted,
        ring=call.ring,
        rings=max(1, len(call.rings)),
        next_ring_at=moment(opens) if opens else None,
        agents=call.agents if call.state != "waiting" else (),
    )


def boost_of(call: WaitingCall) -> int:
    """What a call is worth in seconds of waiting, beyond what it has waited."""
    span = 0 if is_urgent(call.score) else CLASS_SPAN
    return round((span - call.offset_ms) / 1000)


def range_of(found: Range | None) -> Expected | None:
    """A forecast for people."""
    return None if found is None else Expected(max(0, round(found.low_s)), max(0, round(found.high_s)))


def accuracy_of(record: Record) -> Accuracy | None:
    """A forecast's record for people; None where there is none yet."""
    return Accuracy(record.calls, round(record.within, 3), round(record.error_s)) if record.calls else None


def called_back_of(figures: CallbackFigures) -> CalledBack | None:
    """Callbacks' figures for people; None where there are none yet."""
    if not figures.promised:
        return None
    return CalledBack(
        promised=figures.promised,
        in_time=round(figures.in_time, 3),
        early=round(figures.early, 3),
        late_seconds=round(figures.late_s),
        over=figures.over,
        reached=round(figures.reached, 3),
        tries=round(figures.tries, 1),
        waited_seconds=round(figures.waited_s),
    )
