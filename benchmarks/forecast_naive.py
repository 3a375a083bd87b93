"""What others tell: figures without a range. Each gets one here, of the same coverage and as narrow, from its own past.

`running_mean`: three quarters of what it was and one quarter the wait of whoever was just answered, as Asterisk's
`QUEUE_HOLDTIME` is kept. `last_wait`: how long whoever was answered last had waited. `usual`: the mean wait of the
line's past four weeks. `length_by_rate`: calls ahead times the time between the answers of the last quarter of an hour.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.forecast_fit import LEVELS, ratios
from benchmarks.forecast_replay import Seen
from ivr.core.queue_figures import MINUTES
from ivr.core.routing.calibration import Calibration, Weights
from ivr.core.routing.estimate import Forecast
from ivr.core.routing.tuning import Tuning

UNIT_S = 30.0
KNOTS = tuple(2 ** (half / 2) / 2 for half in range(10))
LEAST_S = 5.0
UNKNOWN_S = 60.0
NO_WEIGHTS = Weights(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Naive:
    """A forecast that is one figure, in seconds, and the range its own past gives it."""

    name: str
    figure: Callable[[Seen], float]
    calibration: Calibration

    def told(self, one: Seen, tuning: Tuning) -> Forecast:
        """The range around the figure."""
        seconds = max(LEAST_S, self.figure(one))
        low, expected, high = (
            seconds * self.calibration.ratio(seconds / UNIT_S, level)
            for level in (tuning.low, tuning.middle, tuning.high)
        )
        return Forecast(low, high, expected)

    def bare_error(self, seen: Sequence[Seen], since: float) -> float:
        """The mean absolute error of the figure itself, as others tell it."""
        errors = [
            abs(self.figure(one) - one.remaining) for one in seen if one.call.answered and one.call.joined >= since
        ]
        return sum(errors) / len(errors)


def naive_forecasts(training: Sequence[Seen]) -> Iterator[Naive]:
    """All of them, fitted."""
    for name, figure in (
        ("running_mean", lambda one: one.running_mean_s),
        ("last_wait", lambda one: one.figures.last_wait_ms / 1000),
        ("usual", lambda one: one.past.expected_s() or UNKNOWN_S),
        ("length_by_rate", _length_by_rate),
    ):
        yield Naive(name, figure, _fitted(figure, training))


def _length_by_rate(one: Seen) -> float:
    return (one.figures.ahead + 1) * MINUTES * 60 / max(1, sum(one.figures.answered))


def _fitted(figure: Callable[[Seen], float], training: Sequence[Seen]) -> Calibration:
    scaled = ((max(LEAST_S, figure(one)), one.remaining) for one in training)
    return Calibration(
        NO_WEIGHTS,
        KNOTS,
        LEVELS,
        ratios(((seconds / UNIT_S, waited / seconds) for seconds, waited in scaled), 1.0, KNOTS),
    )
