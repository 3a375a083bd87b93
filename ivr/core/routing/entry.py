"""Who is let into a line: its entry conditions (`QueueDefinition.entry`) against what it is like now. Pure."""

from typing import Literal

from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import Entry
from ivr.core.routing.estimate import Forecast

Refused = Literal["", "staffed", "crowded", "expected"]


def may_enter(figures: QueueFigures, forecast: Forecast | None, entry: Entry | None) -> Refused:
    """Empty where a call may join, else which condition isn't met; both as a call that joined now would find them.

    An empty line always lets in. A wait that can't be known keeps nobody out: whether somebody is there at all is
    another condition. Agents on a break count as logged in.
    """
    if entry is None or figures.waiting <= 0:
        return ""
    if entry.staffed is not None and figures.staff < entry.staffed:
        return "staffed"
    if entry.waiting_per_agent is not None and figures.waiting + 1 > entry.waiting_per_agent * figures.staff:
        return "crowded"
    if (
        entry.expected_under_seconds is not None
        and forecast is not None
        and forecast.high_s >= entry.expected_under_seconds
    ):
        return "expected"
    return ""
