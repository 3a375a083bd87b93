"""Fits the forecast of a wait on records, as `hotline forecast fit` does on what a house has measured."""

from collections.abc import Iterator, Sequence

from benchmarks.forecast_replay import Seen
from ivr.core.routing import calibration_fit
from ivr.core.routing.calibration import Calibration
from ivr.core.routing.calibration_fit import KNOTS, LEVELS, OFFSET, Sample, ratios
from ivr.core.routing.estimate import parts

__all__ = ["KNOTS", "LEVELS", "fitted", "ratios"]


def fitted(seen: Sequence[Seen]) -> Calibration:
    """The calibration of what was seen; `seen` are calls that were answered."""
    return calibration_fit.fitted(list(_samples(seen)))


def _samples(seen: Sequence[Seen]) -> Iterator[Sample]:
    for one in seen:
        known = parts(one.figures, one.past, OFFSET)
        if known is not None:
            yield Sample(known, one.remaining)
