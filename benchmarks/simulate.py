"""A day of a large centre, simulated: 24 hours, 200 agents, 40,000 calls, the scripts in a real Redis.

    python -m benchmarks.run simulate

Required: under 120 s on two cores. The house has eight lines with skills at levels, rings, boosts and wrap-up, four
shifts, and agents who take 2 s to 8 s to pick up, miss 3 % of their offers and decline 1 %.
"""

import json
import os
import random
import time
from pathlib import Path
from typing import Any

from ivr.cli.simulation_redis import bench
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.rings import Ring
from ivr.simulation.distributions import Distribution
from ivr.simulation.moments import SOME_DAY, midnight_ms, seconds_of_day
from ivr.simulation.play import Play
from ivr.simulation.rates import Stream, drawn
from ivr.simulation.report import report_of
from ivr.simulation.scenario import Caller, Hands, Person, Scenario, Turn

BENCHMARK = True
AGENTS = 200
LEAST_CALLS = 40_000
MOST_SECONDS = 120.0
SEED = 1
LINES = ("accounts", "cards", "loans", "claims", "moving", "orders", "support", "sales")
RATES = (("00:00", 125), ("06:00", 880), ("09:00", 1890), ("14:00", 1510), ("17:00", 505), ("22:00", 125))
"""Calls in a half-hour from then on, of all lines together."""
SHIFTS = (("06:00", "14:00", 70), ("09:00", "17:00", 80), ("14:00", "22:00", 40), ("22:00", "06:00", 10))
HANDS = Hands(2000, 8000, miss=0.03, decline=0.01)
KEPT = (
    "offered", "answered", "left", "abandoned_share", "wait_seconds", "service_level", "occupancy",
    "overtaken_without_a_reason", "overtaken_by_priority", "events", "wall_seconds", "events_per_second",
)  # fmt: skip


def house(share: float = 1.0) -> Scenario:
    """The whole day; a `share` below 1 has fewer of everything, for a quick look."""
    return Scenario(_callers(share), _people(share), _lines(), SEED)


def main(results: Path) -> None:
    """Plays the day, prints and keeps the figures."""
    report = measure(house())
    kept = {name: report[name] for name in KEPT}
    held = report["wall_seconds"] < MOST_SECONDS and report["offered"] >= LEAST_CALLS
    found = {
        "simulated_hours": 24,
        "agents": AGENTS,
        **kept,
        "required": {"wall_seconds_below": MOST_SECONDS, "calls_at_least": LEAST_CALLS, "agents": AGENTS},
        "holds": held and not report["overtaken_without_a_reason"],
        "cores": os.cpu_count(),
    }
    print(
        f"simulated day: {report['offered']} calls, {AGENTS} agents in {report['wall_seconds']:.1f} s, "
        f"{report['events_per_second']} events/s; {'holds' if found['holds'] else 'DOES NOT HOLD'}"
    )
    (results / "simulate.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def measure(scenario: Scenario) -> dict[str, Any]:
    """The day's report."""
    began = time.monotonic()
    with bench() as place:
        played = Play(place.fresh(), scenario).run()
    return report_of([played], 30, time.monotonic() - began)


def _lines() -> dict[str, QueueDefinition]:
    lines = {}
    for number, name in enumerate(LINES):
        lines[name] = QueueDefinition(
            name,
            skills=((name, 3),),
            rings=(Ring(30, ((name, 2),)), Ring(90, ((name, 1),))),
            strategy=("longest_idle", "least_skilled", "fewest_calls", "fair_load")[number % 4],
            boost_seconds=30 if name == "cards" else 0,
            wrap_up_seconds=15,
            max_wait_seconds=1200,
        )
    return lines


def _callers(share: float) -> list[Caller]:
    moments = [seconds_of_day(clock) for clock, _ in RATES]
    ends = [*moments[1:], 86_400]
    streams = [
        Stream(
            queue=name,
            pieces=tuple(
                (begin, end, round(rate * share / len(LINES)))
                for begin, end, (_, rate) in zip(moments, ends, RATES, strict=True)
            ),
            patience=Distribution(240),
            service=Distribution(108, "lognormal", 120),
            skills=(),
            priority_seconds=60 if name == "claims" else 0,
            urgent=False,
        )
        for name in LINES
    ]
    return drawn(streams, 1, SEED)


def _people(share: float) -> list[Person]:
    chance = random.Random(SEED)
    begin = midnight_ms(SOME_DAY)
    people: list[Person] = []
    for start, end, count in SHIFTS:
        at, until = (begin + seconds_of_day(clock) * 1000 for clock in (start, end))
        for _ in range(max(1, round(count * share))):
            skills = {name: chance.randint(1, 5) for name in chance.sample(LINES, 4)}
            turns = [Turn(at, "in"), Turn(until, "out")]
            if until < at:
                turns = [Turn(begin, "in"), Turn(until, "out"), Turn(at, "in")]
            people.append(Person(f"agent-{len(people) + 1}", skills, tuple(turns), HANDS))
    return people
