"""Fits the forecast of a wait on waits that were measured: the weights of the blend, then the quantiles of true wait /
blend. Pure.

The weights are least squares on logarithms, none below zero (coordinate descent on the normal equations): the blend is
a product of powers (`estimate.py`). Where a house has seen little they are drawn to those that ship.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ivr.core.routing.calibration import Calibration, Weights
from ivr.core.routing.estimate import Parts, blend_s

OFFSET = 0.3
KNOTS = (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0)
LEVELS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.84, 0.9, 0.95, 0.98, 1.0)
UPMOST = 0.995
"""What stands for level 1: one wait in two hundred is left out."""

ROUNDS = 400
FEWEST = 100
"""Waits a knot must have for quantiles of its own; others are as the nearest that has."""

DRAWN_BY = 300.0
"""So many waits' worth is a house's weight drawn to the one that ships."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A wait that was forecast and measured: what the forecast was made of, `waited_s` from then, and `at_s`, when that
    was, in seconds of the epoch. `line` and `ahead` (`tuning.class_of`) say whose tuning learns from it."""

    parts: Parts
    waited_s: float
    at_s: float = 0.0
    line: str = ""
    ahead: int = 0


def fitted(samples: Sequence[Sample], drawn_to: Weights | None = None) -> Calibration:
    """The calibration of calls that were answered, of which there is at least one. `drawn_to`: see DRAWN_BY."""
    weights = _weights(samples, drawn_to)
    scaled = [(one.parts.place, one.waited_s / blend_s(one.parts, weights)) for one in samples]
    return Calibration(weights, KNOTS, LEVELS, ratios(scaled, weights.rivals))


def _weights(samples: Sequence[Sample], drawn_to: Weights | None) -> Weights:
    rows = [(1.0, *one.parts.logs) for one in samples]
    wanted = [math.log(one.waited_s / one.parts.r + OFFSET) for one in samples]
    size = len(rows[0])
    normal = [[sum(row[i] * row[j] for row in rows) for j in range(size)] for i in range(size)]
    right = [sum(row[i] * value for row, value in zip(rows, wanted, strict=True)) for i in range(size)]
    if drawn_to is not None:
        for i, weight in enumerate(drawn_to.exponents, 1):
            normal[i][i] += DRAWN_BY
            right[i] += DRAWN_BY * weight
    found = [0.0] * size
    for _ in range(ROUNDS):
        for i in range(size):
            if normal[i][i] <= 0:  # never seen to vary, nor to be anything
                continue
            rest = right[i] - sum(normal[i][j] * found[j] for j in range(size) if j != i)
            found[i] = rest / normal[i][i] if i == 0 else max(0.0, rest / normal[i][i])
    constant, ahead, rivals, interval, last, head, usual = (round(value, 3) for value in found)
    return Weights(constant, ahead, rivals, interval, last, head, usual, OFFSET)


def ratios(
    scaled: Iterable[tuple[float, float]], grows: float = 1.0, knots: Sequence[float] = KNOTS
) -> tuple[tuple[float, ...], ...]:
    """By knot, the quantiles of (place, true wait / scale); each counts for the knot nearest to it. `grows`: the least
    power of the place that the scale grows by. Where no knot has FEWEST, all share one row."""
    by_knot: list[list[float]] = [[] for _ in knots]
    every: list[float] = []
    for place, ratio in scaled:
        by_knot[min(range(len(knots)), key=lambda k: abs(math.log(place / knots[k])))].append(ratio)
        every.append(ratio)
    rows = [_quantiles(sorted(known)) if len(known) >= FEWEST else None for known in by_knot]
    if all(row is None for row in rows):
        rows = [_quantiles(sorted(every))] * len(knots)
    return tuple(tuple(round(value, 3) for value in row) for row in _rising(_filled(rows), grows, knots))


def _quantiles(known: Sequence[float]) -> list[float]:
    last = len(known) - 1
    return [known[min(last, int(len(known) * min(level, UPMOST)))] if level else 0.0 for level in LEVELS]


def _filled(rows: Sequence[list[float] | None]) -> list[list[float]]:
    """Knots hardly ever seen are as the nearest that were."""
    known = [k for k, row in enumerate(rows) if row is not None]
    nearest = [min(known, key=lambda k: abs(k - at)) for at in range(len(rows))]
    return [list(rows[k] or ()) for k in nearest]


def _rising(rows: list[list[float]], grows: float, knots: Sequence[float]) -> list[list[float]]:
    """No bound gets shorter where the place is further back, between the knots neither: see `Calibration.ratio`."""
    for (left, right), (before, after) in zip(pairwise(knots), pairwise(rows), strict=True):
        least = 1 / (1 + grows * math.log(right / left))
        after[:] = [max(ratio, least * nearer + 0.001) for ratio, nearer in zip(after, before, strict=True)]
    return rows
