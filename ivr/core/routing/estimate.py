"""How long a call will still wait: a range, or nothing where that can't be known. Pure.

Sources of the parts, all from R. Ibrahim and W. Whitt, "Real-Time Delay Estimation Based on Delay History",
Manufacturing & Service Operations Management 11 (2009), and "Real-Time Delay Estimation in Overloaded Multiserver
Queues with Abandonments", Management Science 55 (2009):

    QL    calls ahead times the mean time between two answers. That time is known twice: from the answers of the last
          minutes, T, and from who is there, r = mean talk / agents not on a break.
    LES   how long the last to enter service had waited.
    HOL   how long the head of the line has waited so far.

LES and HOL are delays of a call at the end of the line; one with fewer calls ahead gets its share of them, (ahead + 1)
of those waiting. A fourth part is usual: how long calls waited in the same half-hour of past weeks.

They are blended by a weighted geometric mean. The weights of times add up to 1, so that they mean the same in a line of
seconds and in one of hours:

    scale = exp(c) (n + 1)^a (n + 1 + rivals)^b  r^(1 - t - l - h - u)  T^t  (LES + e r)^l  (HOL + e r)^h  usual^u

No weight is negative: more calls ahead never make it shorter, nor more agents longer. The scale is not what is told:
the range and the expectation are quantiles of (true wait / scale) as seen in records (calibration.py).

A callback ahead stands for a caller who doesn't hang up: it counts as 1 / (1 - share of callers who do).
"""

import math
from dataclasses import dataclass, field

from ivr.core.queue_figures import QueueFigures
from ivr.core.routing.calibration import BANK, Calibration, Weights
from ivr.core.routing.tuning import AS_FITTED, Tuning

STALE_MS = 30 * 60_000
"""How old the last answer may be for its wait to say anything."""

PRIOR_ANSWERS = 4
"""T is taken as if so many more answers had been seen, at r apart."""

USUAL_FROM = 20
"""From so many waits seen in past weeks on, there is a usual wait; the half-hour's own mean is held against as many."""

MOST_GIVE_UP = 0.5
LIKELY_ANSWERED_S = (0.0, 10.0, 60.0)
"""Low, expected and high where an agent is free for the call: a phone is ringing."""


@dataclass(frozen=True, slots=True)
class Past:
    """Waits of calls that waited and were answered: in the same half-hour of the same weekday of past weeks, and in all
    of these weeks. Means in seconds, each with how many they are of."""

    half_hour_s: float = 0.0
    half_hour_waits: int = 0
    usual_s: float = 0.0
    usual_waits: int = 0

    def expected_s(self) -> float | None:
        """The half-hour's mean, drawn to that of all weeks where it is of few; None where too little is known."""
        if self.usual_waits < USUAL_FROM or self.usual_s <= 0:
            return None
        known = self.half_hour_s * self.half_hour_waits
        return (known + USUAL_FROM * self.usual_s) / (self.half_hour_waits + USUAL_FROM)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much longer a call waits if it stays, in seconds: between `low_s` and `high_s` in four of five, `expected_s`
    as often less as more.

    `curve` is the whole of it, (seconds, share of such calls answered by then), both rising; empty where unknown.
    `made_of` is what it was made of, to be fitted anew by (`calibration_fit.py`).
    """

    low_s: float
    high_s: float
    expected_s: float
    curve: tuple[tuple[float, float], ...] = ()
    made_of: "Parts | None" = field(default=None, compare=False, repr=False)


def forecast(
    figures: QueueFigures,
    calibration: Calibration = BANK,
    past: Past | None = None,
    tuning: Tuning = AS_FITTED,
) -> Forecast | None:
    """The wait from now on of the call `figures` are about; None where it can't be known.

    It can't where nobody who may answer is there (logged in and not on a break), and where neither a talk nor an answer
    was seen of late.
    """
    serving = figures.staff - figures.paused
    if serving <= 0:
        return None
    known = parts(figures, past, calibration.weights.offset)
    found = None if known is None else (blend_s(known, calibration.weights), known.place)
    if figures.available > figures.ahead + figures.rivals:
        return _ringing(found, calibration, tuning)
    if found is None:
        return None
    seconds, place = found
    low, expected, high = _ends(found, calibration, tuning)
    opens_s = (figures.next_ring_ms - figures.at_ms) / 1000
    if figures.ring < figures.rings and 0 <= opens_s < low:
        low = opens_s  # more people may answer from then on
    curve = tuple((seconds * calibration.ratio(place, level), tuning.share(level)) for level in calibration.levels)
    return Forecast(low, high, expected, curve, known)


def _ends(found: tuple[float, float], calibration: Calibration, tuning: Tuning) -> tuple[float, float, float]:
    """Low end, middle and high end, in that order whatever was learnt of each."""
    seconds, place = found
    levels = (tuning.low, tuning.middle, tuning.high)
    low, expected, high = sorted(seconds * calibration.ratio(place, level) for level in levels)
    return low, expected, high


def _ringing(found: tuple[float, float] | None, calibration: Calibration, tuning: Tuning) -> Forecast:
    """The wait while a free agent's phone rings; never longer than it would be without one."""
    low, expected, high = LIKELY_ANSWERED_S
    if found is not None:
        _, expected_busy, high_busy = _ends(found, calibration, tuning)
        expected, high = min(expected, expected_busy), min(high, high_busy)
    return Forecast(low, high, expected)


@dataclass(frozen=True, slots=True)
class Parts:
    """What is blended. `r` is the time between two answers, in seconds; `place` counts calls ahead and rivals, from 1.

    `logs` are in the order of the weights: ahead, rivals, interval, last, head, usual; times are in multiples of r.

    What isn't known is stood for by what the length of the line says.
    """

    r: float
    place: float
    logs: tuple[float, float, float, float, float, float]

    def __str__(self) -> str:
        """As kept with a waiting call: eight numbers, short enough for Redis to keep them compactly (64 bytes)."""
        return " ".join((f"{self.r:.5g}", f"{self.place:.5g}", *(f"{log:.4g}" for log in self.logs)))

    @staticmethod
    def read(text: str) -> "Parts | None":
        """What `str` wrote; None for anything else."""
        try:
            r, place, *logs = map(float, text.split())
            ahead, rivals, interval, last, head, usual = logs
        except ValueError:
            return None
        known = (r, place, ahead, rivals, interval, last, head, usual)
        return Parts(r, place, known[2:]) if r > 0 and place >= 1 and all(map(math.isfinite, known)) else None


def parts(figures: QueueFigures, past: Past | None, offset: float) -> Parts | None:
    """The parts of the blend; None where no time between two answers is known. `offset` is e of the formula."""
    serving = figures.staff - figures.paused
    r = figures.talk_ms_recent / 1000 / serving if figures.talk_ms_recent > 0 and serving > 0 else _seen_s(figures)
    if r is None:
        return None
    ahead = figures.ahead + figures.callbacks_ahead * _given_up_for_one_answered(figures)
    interval = _interval_s(figures, r)
    by_length = (ahead + 1) * math.sqrt(interval * r)
    share = min(1.0, (figures.ahead + 1) / max(figures.ahead + 1, figures.waiting))
    last, usual = _last_wait_s(figures), past.expected_s() if past else None
    return Parts(
        r,
        ahead + 1 + figures.rivals,
        (
            math.log(ahead + 1),
            math.log(ahead + 1 + figures.rivals),
            math.log(interval / r),
            math.log((by_length if last is None else last * share) / r + offset),
            math.log(_head_wait_s(figures) * share / r + offset),
            math.log((by_length if usual is None else usual) / r),
        ),
    )


def scale(figures: QueueFigures, calibration: Calibration, past: Past | None) -> tuple[float, float] | None:
    """The blend in seconds, and the place in line it is for; None where no time between two answers is known."""
    known = parts(figures, past, calibration.weights.offset)
    return None if known is None else (blend_s(known, calibration.weights), known.place)


def blend_s(known: Parts, weights: Weights) -> float:
    """The blend of known parts, in seconds."""
    logs = sum(weight * log for weight, log in zip(weights.exponents, known.logs, strict=True))
    return known.r * math.exp(weights.constant + logs)


def _minutes_s(figures: QueueFigures) -> float:
    """How many seconds the counted minutes cover: the newest isn't over."""
    if not figures.answered:
        return 0.0
    return (len(figures.answered) - 1) * 60 + figures.at_ms % 60_000 / 1000


def _seen_s(figures: QueueFigures) -> float | None:
    answers = sum(figures.answered)
    return max(1.0, _minutes_s(figures)) / answers if answers else None


def _interval_s(figures: QueueFigures, r: float) -> float:
    return (_minutes_s(figures) + PRIOR_ANSWERS * r) / (sum(figures.answered) + PRIOR_ANSWERS)


def _given_up_for_one_answered(figures: QueueFigures) -> float:
    gone, answered = sum(figures.abandoned), sum(figures.answered)
    share = min(MOST_GIVE_UP, gone / (gone + answered)) if gone else 0.0
    return share / (1 - share)


def _last_wait_s(figures: QueueFigures) -> float | None:
    if not figures.last_answered_ms or figures.at_ms - figures.last_answered_ms > STALE_MS:
        return None
    return max(0, figures.last_wait_ms) / 1000


def _head_wait_s(figures: QueueFigures) -> float:
    """0 for the head itself: how long it has waited says nothing of how long it still will."""
    if not figures.ahead or not figures.head_since_ms:
        return 0.0
    return max(0, figures.at_ms - figures.head_since_ms) / 1000
