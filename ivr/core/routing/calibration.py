"""How far true waits lie from the blend of `estimate.py`, as quantiles fitted on records.

The quantiles are of (true wait / scale), by the place in line: the further back, the smaller the relative spread.
Neither has a unit of time, so that a fit holds for lines of other speeds; what doesn't hold, `tuning.py` corrects.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass

from ivr.core.routing.calibration_bank import BY_LEVEL, CONSTANT, KNOTS, WEIGHTS

STRETCH = 4.0
"""How fast a bound grows where even the longest wait fitted was too short, a line's own learning says."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The exponents of the blend (`estimate.py`). `offset` is e, in intervals."""

    constant: float
    ahead: float
    rivals: float
    interval: float
    last: float
    head: float
    usual: float
    offset: float = 0.3

    @property
    def exponents(self) -> tuple[float, float, float, float, float, float]:
        """In the order of `estimate.Parts.logs`."""
        return (self.ahead, self.rivals, self.interval, self.last, self.head, self.usual)


@dataclass(frozen=True, slots=True)
class Calibration:
    """`ratios[k][j]` is the quantile at `levels[j]` of (true wait / scale) at place `knots[k]`."""

    weights: Weights
    knots: tuple[float, ...]
    levels: tuple[float, ...]
    ratios: tuple[tuple[float, ...], ...]

    def ratio(self, place: float, level: float) -> float:
        """The quantile at any level and place (from 1): straight lines between what is known, the ends beyond.

        Above level 1 it grows, by a factor e for each 1 / STRETCH.
        """
        k, part = _between([math.log(knot) for knot in self.knots], math.log(max(place, self.knots[0])))
        j, within = _between(self.levels, level)
        rows = (self.ratios[k], self.ratios[min(k + 1, len(self.knots) - 1)])
        low, high = (row[j] + within * (row[min(j + 1, len(row) - 1)] - row[j]) for row in rows)
        stretched = math.exp(STRETCH * (level - self.levels[-1])) if level > self.levels[-1] else 1.0
        return (low + part * (high - low)) * stretched


def _between(known: tuple[float, ...] | list[float], value: float) -> tuple[int, float]:
    """Between which two of `known` a value lies: the index of the first, and the part of the way to the next."""
    if value <= known[0]:
        return 0, 0.0
    if value >= known[-1]:
        return len(known) - 1, 0.0
    k = bisect_right(known, value) - 1
    return k, (value - known[k]) / (known[k + 1] - known[k])


BANK = Calibration(Weights(CONSTANT, *WEIGHTS), KNOTS, tuple(BY_LEVEL), tuple(zip(*BY_LEVEL.values(), strict=True)))
"""What ships: a bank's call centre, January to March 1999 (`calibration_bank.py`)."""
