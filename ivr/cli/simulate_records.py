"""Call records as arrivals of `hotline simulate`: who called is recorded, who was there to answer is read from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.cli.bank.patience import patience_of
from ivr.cli.bank.records import COLUMNS, BadRecords, Record, days_of
from ivr.cli.bank.scene import Duty, first_come, in_line, scenarios, scenes
from ivr.cli.bank.theory import theory_of
from ivr.core.queue_rules import QueueDefinition
from ivr.simulation.call_list import columns_of
from ivr.simulation.report import spread
from ivr.simulation.scenario import BadScenario, Scenario

ORIGIN = "Technion Anonymous Bank data, Guedj and Mandelbaum"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What to play, and what the record and Erlang A say of the same calls."""

    scenarios: Sequence[Scenario]
    recorded: Mapping[str, Any]
    erlang_a: Mapping[str, Any]


def are_records(path: Path) -> bool:
    """Whether a file has the columns of call records. Raises BadScenario, OSError."""
    return set(COLUMNS) <= set(columns_of(path))


def recorded_days(
    path: Path, period: str, queues: Mapping[str, QueueDefinition] | None, duty: Duty, seed: int
) -> Recorded:
    """The days of a period (`1999-03`, `1999-03-01`). Without `queues`: first come, first served. Raises BadScenario.

    What agents can do, and how patient callers are, is read from the whole month.
    """
    try:
        month = days_of(path, period[: len("1999-03")])
    except BadRecords as error:
        raise BadScenario(str(error)) from error
    days = [scene for scene in scenes(month) if scene.day.isoformat().startswith(period) and in_line(scene.records)]
    if not days:
        raise BadScenario(f"{path} has no calls in {period or 'no period: say --period 1999-03'}")
    calls = [record for records in month.values() for record in records]
    lines = queues or first_come(record.type for record in calls)
    played = [record for day in days for record in day.records]
    return Recorded(
        scenarios(days, patience_of(calls), lines, duty, seed),
        figures_of(played) | {"data": ORIGIN},
        theory_of(days),
    )


def figures_of(records: Sequence[Record]) -> dict[str, Any]:
    """What the record says of the calls in line."""
    calls = in_line(records)
    answered = [record for record in calls if record.answered]
    return {
        "offered": len(calls),
        "answered": len(answered),
        "abandoned_share": round(1 - len(answered) / len(calls), 4),
        "wait_seconds": {
            "all": spread(record.wait_seconds for record in calls),
            "answered": spread(record.wait_seconds for record in answered),
            "queued": spread(record.wait_seconds for record in calls if record.wait_seconds > 0),
        },
        "hung_up_before_the_line": len(records) - len(calls),
        "answered_by_nobody_known": sum(record.answered and not record.agent for record in calls),
    }
