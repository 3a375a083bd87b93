"""Who calls when, presses what, puts up with how much and talks how long: a load as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEYS = frozenset("0123456789*#")


class PlanProblem(ValueError):  # noqa: N818 - reads as what it is
    """A plan can't be used; the message is why."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call. `at`: seconds after the plan's start. `keys`: one entry for each time the hotline listens.

    `patience`: seconds in line after which the caller hangs up unless connected. `talk`: seconds of conversation after
    which the caller hangs up. `label` comes back in the results.
    """

    at: float
    from_number: str
    to_number: str
    keys: tuple[str, ...]
    patience: float
    talk: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Arrivals in order of time, from `start` (aware, exchange time) on."""

    start: datetime
    arrivals: tuple[Arrival, ...]


def plan_from(data: object) -> Plan:
    """A plan from plain data: `{start: ISO 8601, arrivals: [{at, from, to, keys, patience, talk, label?}]}`.

    Raises PlanProblem naming what can't be used.
    """
    if not isinstance(data, dict) or not isinstance(data.get("arrivals"), list):
        raise PlanProblem("a plan has `start` and a list of `arrivals`")
    try:
        start = datetime.fromisoformat(str(data.get("start")))
    except ValueError as error:
        raise PlanProblem(f"start: {error}") from error
    if start.tzinfo is None:
        raise PlanProblem("start has no time zone")
    arrivals = [_arrival(item, f"arrivals[{n}]") for n, item in enumerate(data["arrivals"], 1)]
    return Plan(start, tuple(sorted(arrivals, key=lambda arrival: arrival.at)))


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plain data `plan_from` reads."""
    return {
        "start": plan.start.isoformat(),
        "arrivals": [
            {
                "at": one.at,
                "from": one.from_number,
                "to": one.to_number,
                "keys": list(one.keys),
                "patience": one.patience,
                "talk": one.talk,
                "label": one.label,
            }
            for one in plan.arrivals
        ],
    }


def _arrival(item: object, where: str) -> Arrival:
    if not isinstance(item, Mapping):
        raise PlanProblem(f"{where}: expected fields, not {item!r}")
    keys = item.get("keys", [])
    if not isinstance(keys, list) or any(not isinstance(key, str) or not key or set(key) - KEYS for key in keys):
        raise PlanProblem(f"{where}: keys has to be a list of texts of 0-9 * #")
    for name in ("from", "to"):
        if not isinstance(item.get(name), str):
            raise PlanProblem(f"{where}: {name} has to be a number as text")
    at, patience, talk = (_seconds(item, name, where) for name in ("at", "patience", "talk"))
    return Arrival(at, item["from"], item["to"], tuple(keys), patience, talk, str(item.get("label", "")))


def _seconds(item: Mapping[str, Any], name: str, where: str) -> float:
    value = item.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
        raise PlanProblem(f"{where}: {name} has to be seconds, 0 or more")
    return float(value)
