"""What Erlang A expects of a recorded month: each half-hour a steady state of its own, all agents alike.

Of a half-hour: the calls in line that came in it; the mean service time of its answered calls (of the month where it
has none); as many agents as were there on average, talking or free, away time out; a fraction between two whole numbers
is read off the line between the two. Patience is exponential, its mean fitted to the month with answered calls as
censored: all seconds waited, by the number who gave up. Half-hours count by their calls.

The theory knows neither skills nor credit, nor that a crowded half-hour leaves its line to the next.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ivr.cli.bank.presence import presence_of
from ivr.cli.bank.records import Record
from ivr.cli.bank.scene import Scene, in_line
from ivr.core.erlang import Expected, erlang_a

HALF_HOUR = 1800.0


@dataclass(frozen=True, slots=True)
class HalfHour:
    """`agents` there on average; `calls` in line, of which those answered talked `service` seconds on average."""

    calls: int
    service: float
    agents: float


def theory_of(scenes: Sequence[Scene]) -> dict[str, Any]:
    """The share who give up, the mean waits and the occupancy that Erlang A expects of these days."""
    calls = [record for scene in scenes for record in in_line(scene.records)]
    patience = mean_patience(calls)
    service = _mean(record.service_seconds for record in calls if record.answered)
    found = [(half, expected(half, patience)) for scene in scenes for half in half_hours(scene, service)]
    whole = sum(half.calls for half, _ in found)

    def weighed(figure: str) -> float:
        return float(sum(half.calls * getattr(one, figure) for half, one in found) / whole)

    return {
        "wait_seconds": {
            "all": {"mean": round(weighed("wait"), 1)},
            "queued": {"mean": round(weighed("wait") / weighed("waits"), 1)},
        },
        "abandoned_share": round(weighed("abandons"), 4),
        "queued_share": round(weighed("waits"), 4),
        "patience_mean_seconds": round(patience),
        "half_hours": len(found),
    }


def mean_patience(calls: Sequence[Record]) -> float:
    """Of an exponential, by maximum likelihood: all seconds waited, by the number who gave up."""
    gave_up = sum(not record.answered for record in calls)
    return sum(record.wait_seconds for record in calls) / max(1, gave_up)


def expected(half: HalfHour, patience: float) -> Expected:
    """Erlang A, also for a fraction of an agent."""
    rate = half.calls / HALF_HOUR
    fewer = erlang_a(rate, half.service, patience, math.floor(half.agents))
    more = erlang_a(rate, half.service, patience, math.ceil(half.agents))
    part = half.agents - math.floor(half.agents)

    def between(one: float, other: float) -> float:
        return one + part * (other - one)

    return Expected(
        between(fewer.waits, more.waits),
        between(fewer.abandons, more.abandons),
        between(fewer.wait, more.wait),
        between(fewer.occupancy, more.occupancy),
    )


def half_hours(scene: Scene, service: float) -> list[HalfHour]:
    """A day's half-hours in which somebody called. `service` is the mean where nobody was answered."""
    calls: dict[int, list[Record]] = {}
    for record in in_line(scene.records):
        calls.setdefault(int(record.at // HALF_HOUR), []).append(record)
    there = _there(scene)
    return [
        HalfHour(
            calls=len(those),
            service=_mean(record.service_seconds for record in those if record.answered) or service,
            agents=there.get(number, 0.0) / HALF_HOUR,
        )
        for number, those in sorted(calls.items())
    ]


def _there(scene: Scene) -> dict[int, float]:
    """Agent seconds by half-hour: in the house and not away."""
    seconds: dict[int, float] = {}
    for presence in presence_of(scene.records, scene.skills, "evidence").values():
        _add(seconds, presence.begin, presence.end, 1)
        for begin, end in presence.away:
            _add(seconds, begin, end, -1)
    for record in scene.records:
        if record.answered and not record.agent:
            began = record.at + record.wait_seconds
            _add(seconds, began, began + record.service_seconds, 1)
    return seconds


def _add(seconds: dict[int, float], begin: float, end: float, sign: int) -> None:
    for number in range(int(begin // HALF_HOUR), int(end // HALF_HOUR) + 1):
        here = min(end, (number + 1) * HALF_HOUR) - max(begin, number * HALF_HOUR)
        seconds[number] = seconds.get(number, 0.0) + sign * max(0.0, here)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
