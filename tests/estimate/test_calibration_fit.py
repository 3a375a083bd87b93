"""The forecast fitted on a house's own waits: what it finds, when it is better, when it isn't."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.routing.calibration import BANK, Calibration
from ivr.core.routing.calibration_fit import Sample, fitted
from ivr.core.routing.calibration_trial import DAY_S, FEWEST_WAITS, HELD_OUT, TooLittle, Trial, scored, tried
from ivr.core.routing.estimate import Parts, blend_s, forecast
from tests.estimate.test_estimate import BUSY

DAYS = 20.0


def house(waits: int, spread: float = 0.35, seed: int = 1) -> list[Sample]:
    """A house unlike a bank: a call waits twice its place in line times r, give or take little."""
    drawn = random.Random(seed)
    found = []
    for number in range(waits):
        ahead, rivals = drawn.randrange(8), drawn.randrange(3)
        r, place = drawn.uniform(10, 60), 1.0 + ahead + rivals
        logs = (
            math.log(ahead + 1),
            math.log(place),
            drawn.gauss(0, 0.2),
            drawn.gauss(0, 0.5),
            -1.2,
            drawn.gauss(0, 0.5),
        )
        waited = 2 * r * place * drawn.lognormvariate(0, spread)
        at = 1_700_000_000 + number * DAYS * DAY_S / waits
        found.append(Sample(Parts(r, place, logs), waited, at, "tax", min(2, (ahead + 1) // 2)))
    return found


def as_told_by(calibration: Calibration, waits: int) -> list[Sample]:
    """A house of which a calibration is true: its waits lie at its own quantiles."""
    drawn = random.Random(2)
    return [
        replace(
            one, waited_s=blend_s(one.parts, calibration.weights) * calibration.ratio(one.parts.place, drawn.random())
        )
        for one in house(waits)
    ]


def trial_of(samples: list[Sample], present: Calibration = BANK) -> Trial:
    found = tried(samples, present)
    assert isinstance(found, Trial)
    return found


def test_a_house_unlike_the_bank_gets_a_better_forecast_of_its_own() -> None:
    found = trial_of(house(4000))
    assert found.verdict == "better"
    assert found.gain > 0.15
    assert found.fitted.width_s < 0.85 * found.present.width_s
    assert found.fitted.error_s < found.present.error_s
    assert found.fitted.within == pytest.approx(0.81, abs=0.03)
    assert (found.fitted_on, found.tried_on) == (3000, 1000)
    assert found.fitted.calls == found.present.calls == 1000
    assert all(weight >= 0 for weight in found.calibration.weights.exponents)


def test_once_fitted_there_is_nothing_more_to_find() -> None:
    samples = house(4000)
    own = trial_of(samples).calibration
    assert trial_of(samples, own).verdict == "no better"


def test_where_what_is_in_use_is_true_nothing_is_better() -> None:
    for waits in (FEWEST_WAITS, 4000):
        found = trial_of(as_told_by(BANK, waits))
        assert found.verdict == "no better"
        assert found.present.within == pytest.approx(0.81, abs=0.05)


def test_nothing_is_fitted_on_what_it_is_tried_on() -> None:
    samples = house(2000)
    split = int(len(samples) * (1 - HELD_OUT))
    changed = samples[:split] + [replace(one, waited_s=one.waited_s * 9) for one in samples[split:]]
    assert trial_of(changed).calibration == trial_of(samples).calibration
    assert trial_of(list(reversed(samples))) == trial_of(samples), "the order of time, not that of the rows"


def test_a_house_that_changed_since_is_not_told_by_what_was_true_before() -> None:
    waits = house(2000, spread=0.02)
    changed = [replace(one, waited_s=one.waited_s / 40) for one in waits[1500:]]
    assert trial_of(waits[:1500] + changed).verdict != "better"


def test_too_little_is_said_in_numbers() -> None:
    assert tried([], BANK) == TooLittle(0, 0.0)
    few = tried(house(FEWEST_WAITS - 1), BANK)
    assert isinstance(few, TooLittle)
    assert (few.waits, round(few.days)) == (FEWEST_WAITS - 1, 20)
    short = tried([replace(one, at_s=one.at_s / 1e6) for one in house(2000)], BANK)
    assert isinstance(short, TooLittle)
    assert short.days < 1


def test_a_small_house_is_drawn_to_the_weights_it_has() -> None:
    samples = house(40)
    free, drawn = fitted(samples).weights, fitted(samples, BANK.weights).weights

    def far(weights: tuple[float, ...]) -> float:
        return sum(abs(one - other) for one, other in zip(weights, BANK.weights.exponents, strict=True))

    assert far(drawn.exponents) < 0.5 * far(free.exponents)


def test_what_is_fitted_keeps_what_must_hold_of_a_forecast() -> None:
    own = fitted(house(3000))
    for ahead in range(12):
        less, more = forecast(replace(BUSY, ahead=ahead, waiting=13), own), forecast(
            replace(BUSY, ahead=ahead + 1, waiting=13), own
        )  # fmt: skip
        assert less is not None
        assert more is not None
        assert less.low_s <= less.expected_s <= less.high_s
        assert less.high_s <= more.high_s * (1 + 1e-9)
    for row in own.ratios:
        assert list(row) == sorted(row)


def test_waits_all_alike_are_fitted_as_well() -> None:
    one = Sample(Parts(30.0, 1.0, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)), 60.0)
    own = fitted([one] * 150)
    assert blend_s(one.parts, own.weights) * own.ratio(1.0, 0.5) == pytest.approx(60.0, rel=0.01)


def test_a_line_learns_only_from_what_was_answered_by_then() -> None:
    late = [replace(one, waited_s=10 * DAYS * DAY_S) for one in house(50)]
    _, score = scored(late, BANK, 0)
    assert score.over == 1, "nobody was answered before the last was told: nothing was learnt"


@given(
    st.floats(0.01, 1e6),
    st.floats(1, 1e5),
    st.tuples(*[st.floats(-12, 12)] * 6),
)
def test_what_a_forecast_was_made_of_is_kept_in_few_bytes(
    r: float, place: float, logs: tuple[float, float, float, float, float, float]
) -> None:
    text = str(Parts(r, place, logs))
    read = Parts.read(text)
    assert read is not None
    assert (read.r, read.place) == (pytest.approx(r, rel=1e-4), pytest.approx(place, rel=1e-4))
    assert read.logs == pytest.approx(logs, abs=0.01)
    assert str(Parts.read(str(read))) == str(read)


def test_those_of_real_lines_fit_into_64_bytes() -> None:
    told = forecast(replace(BUSY, ahead=3, callbacks_ahead=2, rivals=7, abandoned=(3,) * 15))
    assert told is not None
    assert told.made_of is not None
    assert len(str(told.made_of)) <= 64


@pytest.mark.parametrize(
    "text", ["", "1 2 3", "x 1 0 0 0 0 0 0", "0 1 0 0 0 0 0 0", "1 0 0 0 0 0 0 0", "1 1 nan 0 0 0 0 0"]
)
def test_what_is_none_is_passed_over(text: str) -> None:
    assert Parts.read(text) is None
