"""Fits the forecast of a wait on records: the weights of the blend, then the quantiles of true wait / blend.

The weights are least squares on logarithms, none below zero (coordinate descent on the normal equations): the blend is
a product of powers (`ivr/core/routing/estimate.py`).
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from benchmarks.forecast_replay import Seen
from ivr.core.routing.calibration import Calibration, Weights
from ivr.core.routing.estimate import parts, scale

OFFSET = 0.3
KNOTS = (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0)
LEVELS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.84, 0.9, 0.95, 0.98, 1.0)
UPMOST = 0.995
"""What stands for level 1: one wait in two hundred is left out."""

ROUNDS = 400
FEWEST = 100


def fitted(seen: Sequence[Seen]) -> Calibration:
    """The calibration of what was seen; `seen` are calls that were answered."""
    weights = _weights(seen)
    return Calibration(weights, KNOTS, LEVELS, _ratios(seen, weights))


def _weights(seen: Sequence[Seen]) -> Weights:
    rows, wanted = [], []
    for one in seen:
        known = parts(one.figures, one.past, OFFSET)
        if known is None:
            continue
        rows.append((1.0, *known.logs))
        wanted.append(math.log(one.remaining / known.r + OFFSET))
    size = len(rows[0])
    normal = [[sum(row[i] * row[j] for row in rows) for j in range(size)] for i in range(size)]
    right = [sum(row[i] * value for row, value in zip(rows, wanted, strict=True)) for i in range(size)]
    found = [0.0] * size
    for _ in range(ROUNDS):
        for i in range(size):
            rest = right[i] - sum(normal[i][j] * found[j] for j in range(size) if j != i)
            found[i] = rest / normal[i][i] if i == 0 else max(0.0, rest / normal[i][i])
    constant, *others = (round(value, 3) for value in found)
    return Weights(constant, *others, offset=OFFSET)


def _ratios(seen: Sequence[Seen], weights: Weights) -> tuple[tuple[float, ...], ...]:
    bare = Calibration(weights, KNOTS, LEVELS, ())
    scaled = []
    for one in seen:
        found = scale(one.figures, bare, one.past)
        if found is not None:
            seconds, place = found
            scaled.append((place, one.remaining / seconds))
    return ratios(scaled, weights.rivals)


def ratios(
    scaled: Iterable[tuple[float, float]], grows: float = 1.0, knots: Sequence[float] = KNOTS
) -> tuple[tuple[float, ...], ...]:
    """By knot, the quantiles of (place, true wait / scale); each counts for the knot nearest to it. `grows`: the least
    power of the place that the scale grows by."""
    by_knot: list[list[float]] = [[] for _ in knots]
    for place, ratio in scaled:
        by_knot[min(range(len(knots)), key=lambda k: abs(math.log(place / knots[k])))].append(ratio)
    rows = [_quantiles(sorted(known)) if len(known) >= FEWEST else None for known in by_knot]
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
