"""In which time zone a line's callers and agents live."""

from collections.abc import Iterator
from typing import Protocol
from zoneinfo import ZoneInfo

from ivr.core.flow.model import Flow
from ivr.core.flow.steps.callback import CallbackStep
from ivr.core.flow.steps.queue import QueueStep
from ivr.services.ports import Flows

_UTC = ZoneInfo("UTC")


class Zones(Protocol):
    """Whoever knows a line's time zone."""

    def __call__(self, queue: str) -> ZoneInfo:
        """A line's time zone."""


def utc(queue: str) -> ZoneInfo:
    """Where nobody knows."""
    del queue
    return _UTC


class LineZones:
    """That of the calendar the line opens by, else of the flow that leads into it, else of the house's first flow."""

    def __init__(self, flows: Flows) -> None:
        self._flows = flows

    def __call__(self, queue: str) -> ZoneInfo:
        """A line's time zone; UTC for a house without flows."""
        flows = [flow for line in self._flows.lines() if (flow := self._flows.current(line.flow)) is not None]
        known = self._flows.queue(queue)
        hours = known.hours if known is not None else ""
        calendars = (flow.calendars[hours].zone for flow in flows if hours in flow.calendars)
        leading = (one.time_zone for flow in flows for one in _with_those_it_runs(flow) if _leads(one, queue))
        for zone in (*calendars, *leading, *(flow.time_zone for flow in flows)):
            if zone:
                return ZoneInfo(zone)
        return _UTC


def _with_those_it_runs(flow: Flow) -> Iterator[Flow]:
    yield flow
    yield from (flow.library[name] for name in flow.runs if name in flow.library)


def _leads(flow: Flow, queue: str) -> bool:
    return any(isinstance(step, QueueStep | CallbackStep) and step.queue == queue for step in flow.steps.values())
