"""When a place is said anew, and in what minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.queue_rules import Announce
from ivr.core.routing.told import News, Told, in_minutes, news

LINE = Announce(every_seconds=45)
MINUTE = 60_000

places = st.integers(1, 50)
ranges = st.none() | st.tuples(st.floats(0, 3000), st.floats(0, 3000)).map(lambda ends: (min(ends), max(ends)))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 0, (0, 1)),
        (5, 50, (0, 1)),
        (59, 61, (0, 2)),
        (60, 61, (1, 2)),
        (130, 140, (2, 3)),
        (120, 120, (2, 3)),
        (540, 600, (9, 10)),
        (540, 601, (9, 15)),
        (700, 1000, (10, 20)),
    ],
)
def test_minutes_are_said_outwards(low: float, high: float, said: tuple[int, int]) -> None:
    assert in_minutes(low, high) == said


@given(st.floats(0, 10_000), st.floats(0, 10_000))
def test_what_is_said_holds_what_was_forecast(one: float, other: float) -> None:
    low, high = sorted((one, other))
    least, most = in_minutes(low, high)
    assert least * 60 <= low
    assert high <= most * 60
    assert least < most


@given(st.lists(st.tuples(st.integers(0, 60), places, ranges), max_size=40))
def test_through_a_whole_wait(heartbeats: list[tuple[int, int, tuple[float, float] | None]]) -> None:
    """Not too often; never a worse place; a longer wait only with an excuse; and only what is known."""
    told: Told | None = None
    now = MINUTE
    for seconds, position, expected in heartbeats:
        now += seconds * 1000
        said = news(told, position, expected, now, LINE)
        if said is None:
            continue
        assert said.position or said.minutes or said.why == "late"
        assert expected is not None or said.minutes is None
        if told is not None:
            assert said.why != "first"
            assert now - told.at_ms >= 45_000
            assert not said.position or not told.position or said.position < told.position
            if told.until_ms and said.why == "better":
                assert said.told.until_ms <= told.until_ms
        told = said.told


def test_the_least_gap_is_the_lines() -> None:
    told = Told(0, 5, 10 * MINUTE)
    assert news(told, 4, None, 44_000, LINE) is None
    assert news(told, 4, None, 45_000, LINE) is not None
    assert news(told, 4, None, 45_000, Announce(every_seconds=60)) is None


def test_what_can_not_hold_is_put_right_before_it_is_broken() -> None:
    told = Told(0, 2, 5 * MINUTE)
    assert news(told, 2, (200, 400), 2 * MINUTE, LINE) == News("late", Told(2 * MINUTE, 2, 9 * MINUTE), 0, (3, 7))
    assert news(told, 2, (170, 400), 2 * MINUTE, LINE) is None, "it may still hold"


def test_a_wait_is_not_told_late_where_the_line_says_no_waits() -> None:
    silent = Announce(wait=False)
    assert news(Told(0, 2), 2, (600, 900), 10 * MINUTE, silent) is None
