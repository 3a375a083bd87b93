"""Arrivals by rates, as YAML: how many calls come each half-hour, how patient they are and how long they talk.

    arrivals:
      service-client:
        rates: {"08:00": 20, "12:00": 8, "13:30": 24, "18:00": 0}
        patience: {mean: 4 min}
        service: {mean: 200 s, kind: lognormal, deviation: 240 s}

A rate holds from its time until the next one's or midnight; calls come independently of each other (Poisson). The name
is the queue's, unless `queue` says another: so several kinds of callers may come to one queue.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from ivr.core.flow.fields import Clock, Duration, Level, Name, Range
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.values import read_table
from ivr.simulation.distributions import Distribution
from ivr.simulation.moments import DAY_SECONDS, SOME_DAY, midnight_ms, seconds_of_day
from ivr.simulation.scenario import BadScenario, CallBack, Caller

HALF_HOUR = 1800

_Rate = Annotated[int, Range(0, 100_000)]


@dataclass(frozen=True, slots=True)
class _CallBack:
    """Of a hundred who have waited so long, `accept` take a callback; of a hundred dials `reached` find them."""

    after: Annotated[int, Duration(1, 14_400)]
    accept: Annotated[int, Range(0, 100)] = 50
    reached: Annotated[int, Range(0, 100)] = 85

    def drawn(self, chance: random.Random) -> CallBack | None:
        return CallBack(self.after * 1000, self.reached / 100) if chance.random() * 100 < self.accept else None


@dataclass(frozen=True, slots=True)
class _Entry:
    rates: Mapping[Clock, _Rate]
    patience: Distribution
    service: Distribution
    queue: Name = ""
    skills: Mapping[Name, Level] = field(default_factory=dict)
    priority: Annotated[int, Duration(0, 2_592_000)] = 0
    urgent: bool = False
    callback: _CallBack | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of callers. `pieces` are (from, to, calls per half-hour), in seconds of the day."""

    queue: str
    pieces: tuple[tuple[int, int, int], ...]
    patience: Distribution
    service: Distribution
    skills: tuple[tuple[str, int], ...]
    priority_seconds: int
    urgent: bool
    callback: _CallBack | None = None


def read_rates(path: Path) -> list[Stream]:
    """The kinds of callers. Raises BadScenario with every problem and its place, OSError."""
    reading, tables = read_entries(path.read_bytes(), str(path), "arrivals")
    streams = []
    for name, node in tables.items():
        values = read_table(reading, _Entry, node, f"arrivals.{name}")
        if values is not None:
            streams.append(_stream(name, _Entry(**values)))
    if reading.problems:
        raise BadScenario("\n".join(map(str, reading.problems)))
    return streams


def drawn(streams: list[Stream], days: int, seed: int) -> list[Caller]:
    """So many days of such callers, by arrival; the same for the same seed."""
    callers = []
    for number, stream in enumerate(streams):
        chance = random.Random(f"{seed} {number} {stream.queue}")  # noqa: S311 - repeatable draws
        for day in range(days):
            begin = midnight_ms(SOME_DAY + timedelta(days=day))
            callers += [_caller(stream, begin, at, chance) for at in _arrivals(stream, chance)]
    return sorted(callers, key=lambda caller: caller.at_ms)


def _stream(name: str, entry: _Entry) -> Stream:
    moments = sorted((seconds_of_day(clock), rate) for clock, rate in entry.rates.items())
    ends = [moment for moment, _ in moments[1:]] + [DAY_SECONDS]
    return Stream(
        queue=entry.queue or name,
        pieces=tuple((begin, end, rate) for (begin, rate), end in zip(moments, ends, strict=True)),
        patience=entry.patience,
        service=entry.service,
        skills=tuple(sorted(entry.skills.items())),
        priority_seconds=entry.priority,
        urgent=entry.urgent,
        callback=entry.callback,
    )


def _arrivals(stream: Stream, chance: random.Random) -> list[float]:
    moments = []
    for begin, end, rate in stream.pieces:
        at = float(begin)
        while rate:
            at += chance.expovariate(rate / HALF_HOUR)
            if at >= end:
                break
            moments.append(at)
    return moments


def _caller(stream: Stream, begin_ms: int, at: float, chance: random.Random) -> Caller:
    return Caller(
        at_ms=begin_ms + round(at * 1000),
        queue=stream.queue,
        patience_ms=round(stream.patience.draw(chance) * 1000),
        talk_ms=round(stream.service.draw(chance) * 1000),
        skills=stream.skills,
        priority_seconds=stream.priority_seconds,
        urgent=stream.urgent,
        callback=stream.callback.drawn(chance) if stream.callback else None,
    )
