"""A line's own correction of what was fitted elsewhere: it learns from each range told whether the call kept to it.

Adaptive conformal inference (I. Gibbs and E. Candes, "Adaptive Conformal Inference Under Distribution Shift", NeurIPS
2021): instead of the quantile asked for, the one at a level that moves after each answer,

    level <- level + STEP * (wanted share - 1 if the wait was within the bound else 0)

so that over many calls the share within tends to the one wanted, whatever changes in the line. It is done for the low
end, the middle and the high end of the range, each with its own wanted share.

A level may leave 0 to 1, or a line unlike all that was fitted would never reach its share: below 0 the bound is now,
above 1 it grows beyond the longest wait fitted (`Calibration.ratio`). LEVELS is how far.

A line has one tuning for each `class_of` calls ahead, so that who is next is told as truly as who is far back.
"""

from dataclasses import dataclass
from itertools import pairwise

LOW_SHARE, MIDDLE_SHARE, HIGH_SHARE = 0.03, 0.50, 0.84
"""How many calls in a hundred are to be answered before the low end, the middle and the high end of what was told.

81 within: a little more than the four of five promised. Few under and more over, since waits have a long tail: that is
the narrowest range of its coverage."""

STEP = 0.01
CLASSES_FROM = (1, 3)
CLASSES = 1 + len(CLASSES_FROM)
LEVELS = (-0.25, 2.0)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The levels at which a line's quantiles are taken now."""

    low: float = LOW_SHARE
    middle: float = MIDDLE_SHARE
    high: float = HIGH_SHARE

    def share(self, level: float) -> float:
        """The share of calls really answered by the quantile at `level`: straight lines between what was learnt."""
        learnt = sorted(zip(self._levels(), SHARES, strict=True))
        known = ((min(0.0, learnt[0][0]), 0.0), *learnt, (max(1.0, learnt[-1][0]), 1.0))
        for (left, share_left), (right, share_right) in pairwise(known):
            if level <= right:
                part = (level - left) / (right - left) if right > left else 1.0
                return share_left + part * (share_right - share_left)
        return 1.0

    def _levels(self) -> tuple[float, float, float]:
        return (self.low, self.middle, self.high)


def class_of(ahead: int) -> int:
    """Whose calls a call learns from, by how many are ahead: none, one or two, more."""
    return sum(ahead >= least for least in CLASSES_FROM)


SHARES = (LOW_SHARE, MIDDLE_SHARE, HIGH_SHARE)
AS_FITTED = Tuning()
ALL_AS_FITTED = (AS_FITTED,) * CLASSES


def learn(
    tuning: Tuning,
    told: tuple[float, float, float],
    waited_s: float,
    *,
    step: float = STEP,
    shares: tuple[float, float, float] = SHARES,
) -> Tuning:
    """The tuning after a call that was told (low, middle, high), in seconds of wait from then on, waited `waited_s`."""
    steps = (
        min(LEVELS[1], max(LEVELS[0], level + step * (share - (waited_s <= bound))))
        for level, share, bound in zip((tuning.low, tuning.middle, tuning.high), shares, told, strict=True)
    )
    return Tuning(*steps)
