"""Who was on duty when: there is no roster, so an agent was on duty in an hour in which they were taking a call."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.cli.bank.records import Record

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Shift:
    """A change: at `at` seconds since midnight these agents start and those stop."""

    at: int
    starts: tuple[str, ...]
    stops: tuple[str, ...]


def skills_used(records: Sequence[Record]) -> dict[str, frozenset[str]]:
    """The call types each agent took that day."""
    used: dict[str, set[str]] = {}
    for record in records:
        if record.answered and record.agent:
            used.setdefault(record.agent, set()).add(record.type)
    return {agent: frozenset(types) for agent, types in sorted(used.items())}


def on_duty(records: Sequence[Record]) -> dict[int, frozenset[str]]:
    """The agents of each hour of the day: those who began a call in it or were still in one."""
    hours: dict[int, set[str]] = {}
    for record in records:
        if record.answered and record.agent:
            began = record.at + record.wait_seconds
            for hour in range(int(began // HOUR), int((began + record.service_seconds) // HOUR) + 1):
                hours.setdefault(hour, set()).add(record.agent)
    return {hour: frozenset(agents) for hour, agents in sorted(hours.items())}


def shifts(duty: dict[int, frozenset[str]]) -> list[Shift]:
    """The changes on the hour, in order; after the last hour everybody stops."""
    if not duty:
        return []
    changes, present = [], frozenset[str]()
    for hour in range(min(duty), max(duty) + 2):
        wanted = duty.get(hour, frozenset())
        if wanted != present:
            changes.append(Shift(hour * HOUR, tuple(sorted(wanted - present)), tuple(sorted(present - wanted))))
        present = wanted
    return changes
