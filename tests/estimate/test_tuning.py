"""A line learns from each range told: the share of calls within tends to the one wanted, whatever the line is like."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.routing.calibration import BANK
from ivr.core.routing.tuning import AS_FITTED, HIGH_SHARE, LEVELS, LOW_SHARE, MIDDLE_SHARE, SHARES, STEP, Tuning, learn

SCALE_S = 100.0
PLACE = 3.0


def ends(tuning: Tuning) -> tuple[float, float, float]:
    low, middle, high = (SCALE_S * BANK.ratio(PLACE, level) for level in (tuning.low, tuning.middle, tuning.high))
    return low, middle, high


def within(slower: float, calls: int = 6000) -> tuple[float, float, float]:
    """The shares of the last half of many calls before each end, where waits are exponential of mean 100 * slower."""
    waits = random.Random(4)
    tuning, counted = AS_FITTED, [0, 0, 0]
    for number in range(calls):
        waited, told = waits.expovariate(1 / (SCALE_S * slower)), ends(tuning)
        if number >= calls // 2:
            counted = [count + (waited <= end) for count, end in zip(counted, told, strict=True)]
        tuning = learn(tuning, told, waited)
    low, middle, high = (count / (calls - calls // 2) for count in counted)
    return low, middle, high


@pytest.mark.parametrize("slower", [0.2, 1.0, 2.5, 20.0])
def test_the_shares_wanted_are_reached_where_the_line_is_another_than_fitted(slower: float) -> None:
    assert within(slower) == pytest.approx(SHARES, abs=0.02)


def test_without_learning_they_are_not() -> None:
    low, middle, high = ends(AS_FITTED)
    slow = random.Random(4)
    waits = [slow.expovariate(1 / (SCALE_S * 2.5)) for _ in range(3000)]
    assert sum(waited <= high for waited in waits) / len(waits) < HIGH_SHARE - 0.2
    assert low < middle < high


@given(
    st.builds(Tuning, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    st.tuples(st.floats(0, 100), st.floats(100, 200), st.floats(200, 300)),
    st.floats(0, 400),
)
def test_levels_stay_within_bounds_and_move_by_a_small_step(
    tuning: Tuning, told: tuple[float, float, float], waited: float
) -> None:
    after = learn(tuning, told, waited)
    for before, now in zip(
        (tuning.low, tuning.middle, tuning.high), (after.low, after.middle, after.high), strict=True
    ):
        assert LEVELS[0] <= now <= LEVELS[1]
        assert abs(now - before) <= STEP


def test_a_call_that_waits_longer_than_told_raises_the_ends() -> None:
    late, soon = learn(AS_FITTED, (10, 20, 30), 40), learn(AS_FITTED, (10, 20, 30), 5)
    assert (late.low, late.middle, late.high) > (LOW_SHARE, MIDDLE_SHARE, HIGH_SHARE)
    assert soon.low < LOW_SHARE
    assert soon.middle < MIDDLE_SHARE
    assert soon.high < HIGH_SHARE


def test_a_bound_grows_beyond_what_was_fitted() -> None:
    assert BANK.ratio(PLACE, 1.5) > 2 * BANK.ratio(PLACE, 1.0)
    assert BANK.ratio(PLACE, -0.2) == BANK.ratio(PLACE, 0.0)


def test_shares_are_read_back_from_what_was_learnt() -> None:
    learnt = Tuning(0.01, 0.40, 0.70)
    assert learnt.share(0.70) == pytest.approx(HIGH_SHARE)
    assert learnt.share(0.40) == pytest.approx(MIDDLE_SHARE)
    assert learnt.share(0.55) == pytest.approx((HIGH_SHARE + MIDDLE_SHARE) / 2)
    assert (learnt.share(0), learnt.share(1)) == (0, 1)
    assert AS_FITTED.share(0.6) == pytest.approx(0.6)
