"""A recorded day as a load: who dials when, with which keys, patience and talk; and what the record says of it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exchange.load.plan import Arrival, Plan
from exchange.load.statistics import spread
from ivr.cli.bank.house import LINE, House
from ivr.cli.bank.patience import Patience
from ivr.cli.bank.records import Record

LEAST_SECONDS = 1.0
"""Nobody gives up or stops talking in less: the records know calls of 0 s."""
METHOD = (
    "Arrivals, call types, priorities and service times are the record's; each call enters its line at arrival plus "
    "recorded time in the voice unit. Patience is the recorded wait where the caller abandoned, else a seeded draw "
    "from the day's Kaplan-Meier estimate conditional on exceeding the recorded wait. On duty in an hour are the "
    "agents who took a call in it, with the call types they took that day. Callers who abandoned in the record and are "
    "answered here talk as long as a drawn answered call of their type. Priority 2 carries the bank's 90 s of credit. "
    "Waits include calling the agent and acceptance by key, which the bank's do not (connect_seconds); who queued "
    "here is who had no agent called for them within at_once_seconds."
)
ORIGIN = "Technion Anonymous Bank data, Guedj and Mandelbaum"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Second `origin` of the day (since midnight) is `start` on the exchange's clock."""

    start: datetime
    origin: float


def plan_of(records: Sequence[Record], house: House, patience: Patience, anchor: Anchor, chance: random.Random) -> Plan:
    """The load."""
    talks = talks_of(records, chance)
    arrivals = []
    for n, (record, talk) in enumerate(zip(records, talks, strict=True)):
        endures = patience.draw(record.wait_seconds, chance) if record.answered else record.wait_seconds
        arrivals.append(
            Arrival(
                at=max(0.0, record.at - anchor.origin),
                from_number=house.caller(record, n),
                to_number=LINE,
                keys=house.keys(record),
                patience=max(LEAST_SECONDS, endures),
                talk=max(LEAST_SECONDS, talk),
                label=f"{record.arrived_at:%H:%M:%S} {record.type}",
            )
        )
    return Plan(anchor.start, tuple(arrivals))


def talks_of(records: Sequence[Record], chance: random.Random) -> list[float]:
    """How long each talks once answered; those who abandoned: a service time drawn from the answered of their type."""
    by_type: dict[str, list[float]] = {}
    for record in records:
        if record.answered:
            by_type.setdefault(record.type, []).append(record.service_seconds)
    everyone = [seconds for times in by_type.values() for seconds in times] or [LEAST_SECONDS]
    return [
        record.service_seconds if record.answered else chance.choice(by_type.get(record.type, everyone))
        for record in records
    ]


def recorded(records: Sequence[Record]) -> dict[str, Any]:
    """What the bank's own record says."""
    answered = [record for record in records if record.answered]
    return {
        "offered": len(records),
        "answered": len(answered),
        "abandoned": len(records) - len(answered),
        "wait_seconds_of_all": spread([record.wait_seconds for record in records]),
        "wait_seconds_of_queued": spread([record.wait_seconds for record in records if record.queued]),
    }
