"""Whether a promise will be broken: that a person answers within so many seconds of the caller's last choice. Pure."""

from itertools import pairwise

from ivr.core.routing.estimate import Forecast

LIKELY = 0.5
"""From this chance on a breach is predicted, and another way is offered before it has happened."""


def breach_at(told: Forecast, waited_s: float, promise_s: float) -> float:
    """The chance, 0 to 1, that a call which has waited so long will have to wait longer than was promised.

    1 once it has; 0 where all of what was forecast is over by then.
    """
    left = promise_s - waited_s
    if left <= 0:
        return 1.0
    return 1.0 - answered_by(told, left)


def answered_by(told: Forecast, seconds: float) -> float:
    """The share of such calls answered within `seconds` from now: straight lines between what the forecast knows."""
    curve = told.curve or ((told.low_s, 0.0), (told.expected_s, 0.5), (told.high_s, 1.0))
    if seconds >= curve[-1][0]:
        return 1.0
    share = 0.0
    for (left, share_left), (right, share_right) in pairwise(((0.0, 0.0), *curve)):
        if seconds < right:
            part = (seconds - left) / (right - left) if right > left else 1.0
            return share_left + max(0.0, part) * (share_right - share_left)
        share = share_right
    return share


def predicted(told: Forecast, waited_s: float, promise_s: float) -> bool:
    """Whether the promise will more likely be broken than kept; never where nothing (0 s) was promised."""
    return promise_s > 0 and breach_at(told, waited_s, promise_s) >= LIKELY
