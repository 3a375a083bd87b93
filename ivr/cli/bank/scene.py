"""A recorded day as something to simulate: its callers, and its agents as far as the record shows them.

Calls that hung up with no wait at all never stood in line and are left out. What is drawn where the record doesn't say
is drawn as for `hotline load` (`day.py`): how long an answered caller would have waited, and how long one who gave up
would have talked.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ivr.cli.bank.day import talks_of
from ivr.cli.bank.house import CREDIT_SECONDS, HIGH_PRIORITY
from ivr.cli.bank.patience import Patience
from ivr.cli.bank.presence import Reading, presence_of
from ivr.cli.bank.records import Record
from ivr.cli.bank.staffing import HOUR, on_duty, shifts, skills_used
from ivr.core.queue_rules import QueueDefinition
from ivr.simulation.moments import midnight_ms
from ivr.simulation.scenario import Caller, Hands, Person, Scenario, Turn

AT_ONCE = Hands()
SEEN_LEVEL, ASKED_LEVEL, OTHER_LEVEL = 5, 3, 2
"""An agent's level in the call types they took that day, in those they only took on other days of the month;
in between, what the lines ask for."""
UNKNOWN_SECONDS = 1
"""An agent without a label is there to take one call: logged in as it began, for so long."""

Duty = Literal[Reading, "hour"]
"""How it is read who was there: as in `presence.py`, or `hour`: for all of an hour in which they were taking a call."""

Skills = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A day of the record. `skills` are the call types each agent took that day, `known` those of the whole month."""

    day: date
    records: Sequence[Record]
    skills: Skills
    known: Skills


def first_come(kinds: Iterable[str]) -> dict[str, QueueDefinition]:
    """A line for each call type, as the bank's was: first come, first served, by those who took such calls that day."""
    names = sorted({kind.lower() for kind in kinds})
    return {name: QueueDefinition(name, skills=((name, ASKED_LEVEL),), wrap_up_seconds=0) for name in names}


def scenarios(
    days: Sequence[Scene], patience: Patience, queues: Mapping[str, QueueDefinition], duty: Duty, seed: int
) -> list[Scenario]:
    """What to play, a day each. Raises BadScenario where a call type has no line."""
    found = [Scenario(callers_of(day, patience, seed), people_of(day, duty), queues, seed) for day in days]
    for scenario in found:
        scenario.check()
    return found


def in_line(records: Sequence[Record]) -> list[Record]:
    """The calls that stood in line, if only for the moment until somebody answered."""
    return [record for record in records if record.answered or record.wait_seconds > 0]


def scenes(days: Mapping[date, Sequence[Record]]) -> list[Scene]:
    """The days of a month, in order."""
    known = skills_used([record for records in days.values() for record in records])
    return [Scene(day, records, skills_used(records), known) for day, records in sorted(days.items())]


def callers_of(scene: Scene, patience: Patience, seed: int) -> list[Caller]:
    """Who calls: in line by the record, in the queue of their call type, high priority with the bank's credit."""
    chance = random.Random(f"{seed} {scene.day}")  # noqa: S311 - repeatable draws
    begin = midnight_ms(scene.day)
    calls = in_line(scene.records)
    callers = []
    for record, talk in zip(calls, talks_of(calls, chance), strict=True):
        endures = patience.draw(record.wait_seconds, chance) if record.answered else record.wait_seconds
        callers.append(
            Caller(
                at_ms=begin + round(record.at * 1000),
                queue=record.type.lower(),
                patience_ms=max(1, round(endures * 1000)),
                talk_ms=max(1000, round(talk * 1000)),
                priority_seconds=CREDIT_SECONDS if record.priority >= HIGH_PRIORITY else 0,
            )
        )
    return callers


def people_of(scene: Scene, duty: Duty) -> list[Person]:
    """Who answers, each with the breaks the record lets see."""
    turns = _hourly(scene) if duty == "hour" else _inferred(scene, duty)
    people = [Person(agent.lower(), _levels(scene, agent), turns[agent], AT_ONCE) for agent in scene.skills]
    return people + _unknown(scene)


def _levels(scene: Scene, agent: str) -> dict[str, int]:
    levels = dict.fromkeys((kind.lower() for kind in scene.known[agent]), OTHER_LEVEL)
    return levels | dict.fromkeys((kind.lower() for kind in scene.skills[agent]), SEEN_LEVEL)


def _inferred(scene: Scene, reading: Reading) -> dict[str, tuple[Turn, ...]]:
    begin = midnight_ms(scene.day)
    found = {}
    for agent, presence in presence_of(scene.records, scene.skills, reading).items():
        breaks = [
            Turn(begin + round(left * 1000), "pause", round((back - left) * 1000)) for left, back in presence.away
        ]
        coming = Turn(begin + round(presence.begin * 1000), "in")
        found[agent] = (coming, *breaks, Turn(begin + round(presence.end * 1000), "out"))
    return found


def _hourly(scene: Scene) -> dict[str, tuple[Turn, ...]]:
    begin = midnight_ms(scene.day)
    found: dict[str, list[Turn]] = {agent: [] for agent in scene.skills}
    for shift in shifts(on_duty(scene.records)):
        at = begin + shift.at // HOUR * HOUR * 1000
        for agent in shift.starts:
            found[agent].append(Turn(at, "in"))
        for agent in shift.stops:
            found[agent].append(Turn(at, "out"))
    return {agent: tuple(turns) for agent, turns in found.items()}


def _unknown(scene: Scene) -> list[Person]:
    begin = midnight_ms(scene.day)
    people: list[Person] = []
    for record in scene.records:
        if record.answered and not record.agent:
            at = begin + round((record.at + record.wait_seconds) * 1000)
            there = Turn(at, "in"), Turn(at + UNKNOWN_SECONDS * 1000, "out")
            people.append(Person(f"unknown-{len(people) + 1}", {record.type.lower(): SEEN_LEVEL}, there, AT_ONCE))
    return people
