"""Who is there to answer, as YAML: an `agents.yaml`, with what a simulated day needs besides.

    agents:
      ana:
        skills: {fr: 5, tax: 3}
        shifts: [08:00-12:00, 13:00-17:00]
        breaks: [10:00-10:15]
      night:
        count: 3
        skills: {fr: 5}
        shifts: [22:00-06:00]
        answers: {least: 3 s, most: 9 s, misses: 2, declines: 1}

Without `shifts` somebody is always there. A break is taken whole, after the call they are in. `count` makes several who
are alike: night-1, night-2, night-3. Of a hundred offers they miss and decline so many.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from ivr.core.flow.fields import Duration, Label, Language, Level, Name, Range, Shape
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.nodes import Table
from ivr.flowfile.reading import Reading
from ivr.flowfile.values import read_table
from ivr.simulation.moments import DAY_SECONDS, midnight_ms, seconds_of_day
from ivr.simulation.scenario import BadScenario, Hands, Person, Turn

_PERIOD = Shape(re.compile(r"\d\d:\d\d(?::\d\d)?-\d\d:\d\d(?::\d\d)?"), "a time such as 08:00-12:00")
_Period = Annotated[str, _PERIOD]
_Pause = Annotated[int, Duration(0, 600)]
_Share = Annotated[int, Range(0, 100)]


@dataclass(frozen=True, slots=True)
class _Answers:
    least: _Pause = 2
    most: _Pause = 8
    misses: _Share = 0
    declines: _Share = 0
    away: Annotated[int, Duration(1, 14_400)] = 60


@dataclass(frozen=True, slots=True)
class _Entry:
    """`name`, `number`, `languages` and `pin` are of `agents.yaml` and play no part here."""

    name: Label = ""
    number: str = ""
    skills: Mapping[Name, Level] = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    pin: str = ""
    count: Annotated[int, Range(1, 10_000)] = 1
    shifts: tuple[_Period, ...] = ()
    breaks: tuple[_Period, ...] = ()
    answers: _Answers = _Answers()


def read_roster(path: Path, first: date, last: date) -> list[Person]:
    """The agents, on duty from the first day to the last. Raises BadScenario with every problem's place, OSError."""
    reading, tables = read_entries(path.read_bytes(), str(path), "agents")
    people: list[Person] = []
    for name, node in tables.items():
        values = read_table(reading, _Entry, node, f"agents.{name}")
        if values is not None:
            people += _people(reading, node, name, _Entry(**values), (first, last))
    if reading.problems:
        raise BadScenario("\n".join(map(str, reading.problems)))
    return people


def _people(reading: Reading, node: Table, name: str, entry: _Entry, days: tuple[date, date]) -> list[Person]:
    hands = Hands(
        least_ms=entry.answers.least * 1000,
        most_ms=entry.answers.most * 1000,
        miss=entry.answers.misses / 100,
        decline=entry.answers.declines / 100,
        away_ms=entry.answers.away * 1000,
    )
    if hands.least_ms > hands.most_ms or hands.miss + hands.decline > 1:
        reading.bad(node, "F011", "`answers` must have least up to most, and misses and declines together up to 100")
    try:
        turns = _turns(entry, *days)
    except ValueError as error:
        reading.bad(node, "F017", str(error))
        return []
    ids = [name] if entry.count == 1 else [f"{name}-{n}" for n in range(1, entry.count + 1)]
    return [Person(one, entry.skills, turns, hands) for one in ids]


def _turns(entry: _Entry, first: date, last: date) -> tuple[Turn, ...]:
    turns = [] if entry.shifts else [Turn(midnight_ms(first), "in")]
    for number in range((last - first).days + 1):
        midnight = midnight_ms(first + timedelta(days=number))
        for begin, end in map(_period, entry.shifts):
            turns += Turn(midnight + begin, "in"), Turn(midnight + end, "out")
        for begin, end in map(_period, entry.breaks):
            turns.append(Turn(midnight + begin, "pause", end - begin))
    return tuple(sorted(turns, key=lambda turn: (turn.at_ms, turn.turning == "in")))


def _period(text: str) -> tuple[int, int]:
    """In ms of the day; one that ends before it begins ends the day after."""
    begin, end = (seconds_of_day(part) for part in text.split("-"))
    return begin * 1000, (end if end > begin else end + DAY_SECONDS) * 1000
