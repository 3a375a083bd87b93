"""Two calibrations on the same waits, in the order of time: which one tells truer? Pure.

Both learn as lines do, from each call at the moment it is answered (`tuning.py`); only waits after a moment are scored.
The score is the mean pinball loss of the three bounds told: it is least for who tells the wanted quantiles, so neither
a range too wide nor one too narrow wins by it. Better is who has less of it beyond chance, on waits neither was fitted
on, and still keeps its promise of how many are within.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ivr.core.routing.calibration import BANK, Calibration
from ivr.core.routing.calibration_fit import Sample, fitted
from ivr.core.routing.estimate import blend_s
from ivr.core.routing.tuning import AS_FITTED, HIGH_SHARE, LOW_SHARE, SHARES, Tuning, learn

FEWEST_WAITS = 1_000
FEWEST_DAYS = 14
HELD_OUT = 0.25
"""The newest share of the waits, never fitted on."""

LEAST_GAIN = 0.01
STANDARD_ERRORS = 2.0
WANTED = HIGH_SHARE - LOW_SHARE
MOST_OFF = 0.03
"""How far from WANTED the share within may be, where that of the calibration there is isn't as far."""

DAY_S = 86_400.0

Verdict = Literal["better", "no better", "beside the promise"]


@dataclass(frozen=True, slots=True)
class Score:
    """How a calibration told `calls` waits. Means in seconds; `loss` is what is compared."""

    calls: int
    within: float
    under: float
    over: float
    width_s: float
    error_s: float
    loss: float


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Not enough was measured to fit anything on. `days` are from the first wait to the last."""

    waits: int
    days: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of fitting on the older waits and trying on the newer. Moments in seconds of the epoch."""

    calibration: Calibration
    verdict: Verdict
    present: Score
    fitted: Score
    gain: float
    gain_error: float
    fitted_on: int
    tried_on: int
    from_s: float
    split_s: float
    until_s: float


def tried(samples: Sequence[Sample], present: Calibration) -> Trial | TooLittle:
    """Fit a house's waits and hold it against the calibration it has."""
    ordered = sorted(samples, key=lambda one: one.at_s)
    days = (ordered[-1].at_s - ordered[0].at_s) / DAY_S if ordered else 0.0
    if len(ordered) < FEWEST_WAITS or days < FEWEST_DAYS:
        return TooLittle(len(ordered), days)
    split = ordered[int(len(ordered) * (1 - HELD_OUT))].at_s
    older = [one for one in ordered if one.at_s < split]
    calibration = fitted(older, BANK.weights)
    losses_now, now = scored(ordered, present, split)
    losses_then, then = scored(ordered, calibration, split)
    gains = [old - new for old, new in zip(losses_now, losses_then, strict=True)]
    gain, error = _mean_and_error(gains)
    return Trial(
        calibration=calibration,
        verdict=_verdict(now, then, gain, error),
        present=now,
        fitted=then,
        gain=gain / now.loss if now.loss else 0.0,
        gain_error=error / now.loss if now.loss else 0.0,
        fitted_on=len(older),
        tried_on=then.calls,
        from_s=ordered[0].at_s,
        split_s=split,
        until_s=ordered[-1].at_s,
    )


def scored(ordered: Sequence[Sample], calibration: Calibration, since_s: float) -> tuple[list[float], Score]:
    """Tell each wait in the order of time; the losses of those from `since_s` on, and their score."""
    tunings: dict[tuple[str, int], Tuning] = defaultdict(lambda: AS_FITTED)
    open_: list[tuple[float, int, tuple[str, int], tuple[float, float, float], float]] = []
    losses: list[float] = []
    under = over = 0
    width = error = 0.0
    for number, one in enumerate(ordered):
        while open_ and open_[0][0] <= one.at_s:
            _, _, line, was, waited = heapq.heappop(open_)
            tunings[line] = learn(tunings[line], was, waited)
        learner = (one.line, one.ahead)
        told = _told(one, calibration, tunings[learner])
        heapq.heappush(open_, (one.at_s + one.waited_s, number, learner, told, one.waited_s))
        if one.at_s < since_s:
            continue
        low, middle, high = told
        losses.append(sum(_pinball(share, end, one.waited_s) for share, end in zip(SHARES, told, strict=True)))
        under += one.waited_s < low
        over += one.waited_s > high
        width += high - low
        error += abs(one.waited_s - middle)
    calls = len(losses)
    return losses, Score(
        calls=calls,
        within=(calls - under - over) / calls,
        under=under / calls,
        over=over / calls,
        width_s=width / calls,
        error_s=error / calls,
        loss=sum(losses) / calls,
    )


def _told(one: Sample, calibration: Calibration, tuning: Tuning) -> tuple[float, float, float]:
    seconds = blend_s(one.parts, calibration.weights)
    levels = (tuning.low, tuning.middle, tuning.high)
    low, middle, high = sorted(seconds * calibration.ratio(one.parts.place, level) for level in levels)
    return low, middle, high


def _pinball(share: float, bound: float, waited: float) -> float:
    return share * (waited - bound) if waited > bound else (1 - share) * (bound - waited)


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    spread = sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
    return mean, math.sqrt(spread / len(values))


def _verdict(now: Score, then: Score, gain: float, error: float) -> Verdict:
    if gain < LEAST_GAIN * now.loss or gain < STANDARD_ERRORS * error:
        return "no better"
    off_now, off_then = abs(now.within - WANTED), abs(then.within - WANTED)
    return "better" if off_then <= max(MOST_OFF, off_now) else "beside the promise"
