"""Recorded days as the live system would have seen them: a line's figures at each moment a call was told its wait.

Each call type is a line; agents are shared by several. There is no roster: somebody is there from a call of theirs
until half an hour after it, and may answer the types they have answered before. Breaks can't be seen. Nothing is used
of what came later than the moment, but for the wait that the forecast is held against.
"""

import csv
import gzip
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.queue_figures import MINUTES, QueueFigures
from ivr.core.routing.estimate import Past

CREDIT_S = 90
"""What a call of the highest priority is worth in waiting time: the bank's own rule."""

TALKS = 20
"""Over how many talks `talk_ms_recent` is a mean."""

THERE_S = 1800
TAKES_TYPE_FROM = 5
WEEK_S, DAY_S, HALF_HOUR_S = 7 * 86400, 86400, 1800
WEEKS = 4
ENDED, ANSWERED, LOOKED, JOINED, TOLD = range(5)
"""What happens in one second happens in this order: whoever joins hears of the line with themselves in it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call; `joined` in seconds of the epoch, as if the wall clock were UTC."""

    joined: float
    type: str
    priority: int
    queued: bool
    waited: float
    answered: bool
    talked: float
    agent: str

    @property
    def order(self) -> float:
        """Who goes first."""
        return self.joined - (CREDIT_S if self.priority == 2 else 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """A call as the system saw it `since_s` after it joined, and what came of it. `remaining` is the wait from then.

    `running_mean_s`: three quarters of what it was and one quarter the wait of whoever was just answered.
    """

    call: Call
    figures: QueueFigures
    past: Past
    since_s: float
    running_mean_s: float

    @property
    def remaining(self) -> float:
        """How much longer it waited, in seconds."""
        return self.call.waited - self.since_s


@dataclass(slots=True)
class _Line:
    waiting: dict[int, Call] = field(default_factory=dict)
    arrived: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    abandoned: Counter[int] = field(default_factory=Counter)
    talks: deque[float] = field(default_factory=lambda: deque(maxlen=TALKS))
    last_wait: float = 0.0
    last_answered: float = 0.0
    running_mean: float = 0.0
    half_hours: dict[int, tuple[float, int]] = field(default_factory=dict)
    days: dict[int, tuple[float, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Agent:
    last: float = 0.0
    talking: bool = False
    took: Counter[str] = field(default_factory=Counter)

    def there(self, now: float) -> bool:
        return self.talking or now - self.last <= THERE_S

    def takes(self, kind: str) -> bool:
        return self.took[kind] >= TAKES_TYPE_FROM


def calls_of(path: Path) -> list[Call]:
    """All of a records file, in the order they joined their line."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return sorted((_call(row) for row in csv.DictReader(file)), key=lambda call: call.joined)


def _call(row: dict[str, str]) -> Call:
    arrived = datetime.fromisoformat(row["arrived_at"]).replace(tzinfo=UTC).timestamp()
    return Call(
        arrived + float(row["ivr_seconds"]),
        row["type"],
        int(row["priority"]),
        row["queued"] == "1",
        float(row["wait_seconds"]),
        row["outcome"] == "answered",
        float(row["service_seconds"]),
        row["agent"],
    )


def seen_in(calls: list[Call], looks_s: tuple[float, ...] = (0.0,)) -> Iterator[Seen]:
    """Each call that queued, at each of these seconds after joining if it still waited then; in order of time."""
    house = _House()
    for at, kind, number, since in sorted(_moments(calls, looks_s)):
        call = calls[number]
        if kind in (LOOKED, TOLD):
            line = house.lines[call.type]
            yield Seen(call, house.figures(number, call, at), house.past(call.type, at), since, line.running_mean)
        elif kind == JOINED:
            house.joined(number, call, at)
        elif kind == ANSWERED:
            house.answered(number, call, at)
        else:
            house.ended(call, at)


def _moments(calls: list[Call], looks_s: tuple[float, ...]) -> Iterator[tuple[float, int, int, float]]:
    for number, call in enumerate(calls):
        over = call.joined + call.waited
        if call.waited:
            yield (call.joined, JOINED, number, 0.0)
            for since in looks_s:
                if since < call.waited:
                    yield (call.joined + since, LOOKED if since else TOLD, number, since)
        yield (over, ANSWERED, number, 0.0)
        if call.answered:
            yield (over + call.talked, ENDED, number, 0.0)


class _House:
    def __init__(self) -> None:
        self.lines: dict[str, _Line] = defaultdict(_Line)
        self.agents: dict[str, _Agent] = defaultdict(_Agent)

    def joined(self, number: int, call: Call, at: float) -> None:
        line = self.lines[call.type]
        line.arrived[int(at // 60)] += 1
        line.waiting[number] = call

    def answered(self, number: int, call: Call, at: float) -> None:
        line = self.lines[call.type]
        if line.waiting.pop(number, None) is None:
            line.arrived[int(at // 60)] += 1
        if not call.answered:
            line.abandoned[int(at // 60)] += 1
            return
        line.answered[int(at // 60)] += 1
        line.last_wait, line.last_answered = call.waited, at
        line.running_mean += (call.waited - line.running_mean) / 4
        if call.waited:
            _add(line.half_hours, int(call.joined // HALF_HOUR_S), call.waited)
            _add(line.days, int(call.joined // DAY_S), call.waited)
        if call.agent:
            agent = self.agents[call.agent]
            agent.talking, agent.last = True, at
            agent.took[call.type] += 1

    def ended(self, call: Call, at: float) -> None:
        self.lines[call.type].talks.append(call.talked)
        if call.agent:
            agent = self.agents[call.agent]
            agent.talking, agent.last = False, at

    def figures(self, number: int, call: Call, at: float) -> QueueFigures:
        line = self.lines[call.type]
        order = sorted(line.waiting, key=lambda one: (line.waiting[one].order, one))
        there = [agent for agent in self.agents.values() if agent.takes(call.type) and agent.there(at)]
        others = {kind for agent in there for kind in agent.took if agent.takes(kind)} - {call.type}
        talking = sum(agent.talking for agent in there)
        minute = int(at // 60)
        return QueueFigures(
            at_ms=round(at * 1000),
            waiting=len(order),
            ahead=order.index(number),
            rivals=sum(one.order <= call.order for kind in others for one in self.lines[kind].waiting.values()),
            staff=len(there),
            busy=len(there),
            talking=talking,
            head_since_ms=round(line.waiting[order[0]].joined * 1000),
            last_wait_ms=round(line.last_wait * 1000),
            last_answered_ms=round(line.last_answered * 1000),
            answered=_minutes(line.answered, minute),
            arrived=_minutes(line.arrived, minute),
            abandoned=_minutes(line.abandoned, minute),
            talk_ms_recent=round(1000 * sum(line.talks) / len(line.talks)) if line.talks else 0,
        )

    def past(self, kind: str, at: float) -> Past:
        line = self.lines[kind]
        slots = [line.half_hours.get(int((at - week * WEEK_S) // HALF_HOUR_S)) for week in range(1, WEEKS + 1)]
        days = [line.days.get(int(at // DAY_S) - day) for day in range(1, 7 * WEEKS + 1)]
        half_hour, half_hour_waits = _mean(slots)
        usual, usual_waits = _mean(days)
        return Past(half_hour, half_hour_waits, usual, usual_waits)


def _minutes(counted: Counter[int], newest: int) -> tuple[int, ...]:
    return tuple(counted[newest - back] for back in range(MINUTES))


def _add(sums: dict[int, tuple[float, int]], slot: int, waited: float) -> None:
    total, count = sums.get(slot, (0.0, 0))
    sums[slot] = (total + waited, count + 1)


def _mean(slots: list[tuple[float, int] | None]) -> tuple[float, int]:
    count = sum(slot[1] for slot in slots if slot)
    return (sum(slot[0] for slot in slots if slot) / count if count else 0.0), count
