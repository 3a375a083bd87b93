"""The forecast of a wait as a pure function: what must hold whatever a line is like, and single cases by hand."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.queue_figures import MINUTES, QueueFigures
from ivr.core.routing.estimate import Forecast, Past, forecast
from ivr.core.routing.tuning import Tuning

NOON_MS = 1_700_000_000_000 // 86_400_000 * 86_400_000 + 43_200_000

BUSY = QueueFigures(
    at_ms=NOON_MS,
    waiting=4,
    ahead=3,
    staff=5,
    busy=5,
    talking=5,
    head_since_ms=NOON_MS - 90_000,
    last_wait_ms=100_000,
    last_answered_ms=NOON_MS - 20_000,
    answered=(0, *([2] * (MINUTES - 1))),
    talk_ms_recent=180_000,
)
"""Five agents in talks of three minutes: an answer every 36 s; three calls ahead."""

counts = st.lists(st.integers(0, 30), min_size=MINUTES, max_size=MINUTES).map(tuple)


@st.composite
def figures(draw: st.DrawFn) -> QueueFigures:
    """A line in which nobody is free, with somebody at work."""
    ahead = draw(st.integers(0, 60))
    staff = draw(st.integers(1, 80))
    at = NOON_MS + draw(st.integers(0, 59_999))
    return QueueFigures(
        at_ms=at,
        waiting=ahead + draw(st.integers(0, 20)),
        ahead=ahead,
        callbacks_ahead=draw(st.integers(0, ahead)),
        rivals=draw(st.integers(0, 30)),
        staff=staff,
        paused=draw(st.integers(0, staff - 1)),
        head_since_ms=draw(st.sampled_from([0, at - draw(st.integers(0, 3_600_000))])),
        last_wait_ms=draw(st.integers(0, 3_600_000)),
        last_answered_ms=draw(st.sampled_from([0, at - draw(st.integers(0, 7_200_000))])),
        answered=draw(counts),
        arrived=draw(counts),
        abandoned=draw(counts),
        talk_ms_recent=draw(st.integers(1_000, 3_600_000)),
    )


pasts = st.none() | st.builds(Past, st.floats(1, 3600), st.integers(0, 200), st.floats(1, 3600), st.integers(0, 2000))
tunings = st.builds(Tuning, st.floats(-0.2, 0.3), st.floats(0.3, 0.7), st.floats(0.7, 1.5))


def told(of: QueueFigures, past: Past | None = None, tuning: Tuning | None = None) -> Forecast:
    found = forecast(of, past=past, tuning=tuning or Tuning())
    assert found is not None
    return found


def no_sooner(later: Forecast, sooner: Forecast) -> bool:
    """Every end of the one is at or after that of the other, but for rounding."""
    ends = zip(
        (later.low_s, later.expected_s, later.high_s), (sooner.low_s, sooner.expected_s, sooner.high_s), strict=True
    )
    return all(one >= other * (1 - 1e-9) for one, other in ends)


@given(figures(), pasts, tunings)
def test_a_range_is_in_order_finite_and_not_before_now(of: QueueFigures, past: Past | None, tuning: Tuning) -> None:
    found = told(of, past, tuning)
    assert 0 <= found.low_s <= found.expected_s <= found.high_s < math.inf
    seconds, shares = zip(*found.curve, strict=True)
    assert list(seconds) == sorted(seconds)
    assert list(shares) == sorted(shares)


@given(figures(), pasts, tunings, st.integers(1, 20))
def test_more_calls_ahead_never_make_it_shorter(of: QueueFigures, past: Past | None, tuning: Tuning, more: int) -> None:
    further_back = replace(of, ahead=of.ahead + more, waiting=max(of.waiting, of.ahead + more + 1))
    assert no_sooner(told(further_back, past, tuning), told(of, past, tuning))


@given(figures(), pasts, st.integers(1, 20))
def test_a_longer_line_behind_one_more_ahead_never_makes_it_shorter(
    of: QueueFigures, past: Past | None, more: int
) -> None:
    at_the_end = replace(of, waiting=of.ahead + 1)
    longer = replace(of, ahead=of.ahead + more, waiting=of.ahead + more + 1)
    assert no_sooner(told(longer, past), told(at_the_end, past))


@given(figures(), pasts, st.integers(1, 20))
def test_more_rivals_never_make_it_shorter(of: QueueFigures, past: Past | None, more: int) -> None:
    assert no_sooner(told(replace(of, rivals=of.rivals + more), past), told(of, past))


@given(figures(), pasts, st.integers(1, 40))
def test_more_agents_never_make_it_longer(of: QueueFigures, past: Past | None, more: int) -> None:
    assert no_sooner(told(of, past), told(replace(of, staff=of.staff + more), past))


@given(figures(), pasts)
def test_an_agent_on_a_break_is_as_good_as_none(of: QueueFigures, past: Past | None) -> None:
    assert told(of, past) == told(replace(of, staff=of.staff - of.paused, paused=0), past)


@given(figures(), pasts)
def test_callbacks_ahead_never_make_it_shorter(of: QueueFigures, past: Past | None) -> None:
    assert no_sooner(told(of, past), told(replace(of, callbacks_ahead=0), past))


@given(figures(), pasts)
def test_a_free_agent_never_makes_it_longer(of: QueueFigures, past: Past | None) -> None:
    free = replace(of, available=of.ahead + of.rivals + 1)
    assert no_sooner(told(of, past), told(free, past))


@given(figures(), st.floats(0.05, 20))
def test_a_line_that_is_slower_throughout_waits_longer_in_the_same_proportion(of: QueueFigures, slower: float) -> None:
    """Weights mean the same in a line of seconds and in one of hours."""
    at = NOON_MS
    still = replace(of, at_ms=at, answered=(), last_answered_ms=at, head_since_ms=at - 60_000, talk_ms_recent=600_000)
    scaled = replace(
        still,
        last_wait_ms=round(still.last_wait_ms * slower),
        head_since_ms=at - round(60_000 * slower),
        talk_ms_recent=round(600_000 * slower),
    )
    past, slow_past = Past(100, 50, 120, 500), Past(100 * slower, 50, 120 * slower, 500)
    assert told(scaled, slow_past).expected_s == pytest.approx(told(still, past).expected_s * slower, rel=1e-3)


def test_nothing_is_known_where_nobody_is_there() -> None:
    assert forecast(replace(BUSY, staff=0, busy=0, talking=0)) is None
    assert forecast(replace(BUSY, staff=3, paused=3, busy=0, talking=0)) is None


def test_nothing_is_known_where_nothing_was_seen() -> None:
    unknown = replace(BUSY, talk_ms_recent=0, answered=(0,) * MINUTES)
    assert forecast(unknown) is None
    assert forecast(unknown, past=Past(60, 100, 60, 100)) is None, "a usual wait says nothing of now by itself"


def test_answers_alone_are_enough() -> None:
    found = told(replace(BUSY, talk_ms_recent=0))
    assert 30 < found.expected_s < 300


def test_a_phone_that_rings_is_about_to_be_answered() -> None:
    found = told(replace(BUSY, ahead=0, waiting=1, available=1, staff=6))
    assert found.low_s == 0
    assert found.high_s <= 60
    assert told(replace(BUSY, available=1, staff=6)).expected_s > 60, "others ahead take the one who is free"


def test_a_ring_that_opens_soon_may_end_the_wait_then() -> None:
    known = told(BUSY)
    soon = replace(BUSY, ring=1, rings=2, next_ring_ms=BUSY.at_ms + 2_000)
    assert told(soon).low_s == 2
    assert told(soon).high_s == known.high_s, "who else may answer from then on is not known"
    assert told(replace(soon, next_ring_ms=BUSY.at_ms + 3_600_000)) == known


def test_history_moves_it_its_way() -> None:
    bare = told(BUSY).expected_s
    assert told(BUSY, Past(600, 200, 600, 2000)).expected_s > told(BUSY, Past(20, 200, 20, 2000)).expected_s
    assert told(BUSY, Past(600, 3, 600, 3)).expected_s == bare, "three waits are no history"


def test_a_half_hour_of_few_calls_is_drawn_to_all_weeks() -> None:
    assert Past(600, 2, 60, 500).expected_s() == pytest.approx((2 * 600 + 20 * 60) / 22)
    assert Past(600, 2, 60, 19).expected_s() is None


def test_what_is_long_past_says_nothing() -> None:
    old = replace(BUSY, last_answered_ms=BUSY.at_ms - 3_600_000)
    assert told(old) == told(replace(old, last_wait_ms=9_000_000))
    assert told(BUSY) != told(replace(BUSY, last_wait_ms=9_000_000))


def test_the_head_is_not_told_more_for_having_waited() -> None:
    first = replace(BUSY, ahead=0)
    assert told(first) == told(replace(first, head_since_ms=BUSY.at_ms - 3_600_000))
    assert told(BUSY).expected_s < told(replace(BUSY, head_since_ms=BUSY.at_ms - 3_600_000)).expected_s


def test_a_callback_ahead_counts_more_where_callers_hang_up() -> None:
    """Of four who wait one hangs up: a callback ahead, which doesn't, stands for 4 / 3 callers."""
    some_leave = replace(BUSY, abandoned=(0, 9, 0), answered=(0, *([2] * (MINUTES - 2)), 1))
    assert sum(some_leave.answered) == 27
    with_callbacks = told(replace(some_leave, callbacks_ahead=3))
    assert with_callbacks.expected_s > told(some_leave).expected_s
    assert with_callbacks.expected_s == pytest.approx(
        told(replace(some_leave, ahead=4, waiting=5)).expected_s, rel=0.05
    ), "three callbacks ahead are like four callers ahead"
    nobody_leaves = replace(some_leave, abandoned=())
    assert told(replace(nobody_leaves, callbacks_ahead=3)) == told(nobody_leaves)
    most_leave = replace(some_leave, abandoned=(900,))
    assert told(replace(most_leave, callbacks_ahead=3)).expected_s == pytest.approx(
        told(replace(most_leave, ahead=6, waiting=7)).expected_s, rel=0.05
    ), "never more than two"


@pytest.mark.parametrize("known", ["last_wait_ms", "head_since_ms"])
def test_a_call_in_the_middle_has_its_share_of_what_the_whole_line_waits(known: str) -> None:
    nothing_else = replace(BUSY, last_answered_ms=BUSY.at_ms, last_wait_ms=0, head_since_ms=0, waiting=4)
    value = 900_000 if known == "last_wait_ms" else BUSY.at_ms - 900_000
    at_the_end = replace(nothing_else, **{known: value})
    in_the_middle = replace(at_the_end, waiting=40)
    assert told(nothing_else).expected_s < told(in_the_middle).expected_s < told(at_the_end).expected_s
