"""Promises that will be broken, and who is let into a line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import Entry
from ivr.core.routing.breach import breach_at, predicted
from ivr.core.routing.entry import may_enter
from ivr.core.routing.estimate import Forecast, forecast
from tests.estimate.test_estimate import BUSY

KNOWN = Forecast(20, 200, 100, ((0, 0.0), (20, 0.03), (100, 0.5), (200, 0.84), (400, 1.0)))


def test_the_chance_of_a_breach_is_read_from_the_forecast() -> None:
    assert breach_at(KNOWN, 0, 100) == pytest.approx(0.5)
    assert breach_at(KNOWN, 50, 150) == pytest.approx(0.5), "what was waited is used up"
    assert breach_at(KNOWN, 0, 150) == pytest.approx(1 - 0.67)
    assert breach_at(KNOWN, 0, 10) == pytest.approx(1 - 0.015)
    assert breach_at(KNOWN, 0, 400) == 0
    assert breach_at(KNOWN, 150, 150) == 1, "it has happened"


def test_without_a_curve_the_range_itself_is_read() -> None:
    ringing = Forecast(0, 60, 10)
    assert breach_at(ringing, 0, 60) == 0
    assert breach_at(ringing, 0, 10) == pytest.approx(0.5)


@given(st.floats(0, 600), st.floats(0, 600), st.floats(0, 600))
def test_the_longer_the_wait_the_likelier_the_breach(waited: float, more: float, promise: float) -> None:
    known = forecast(BUSY)
    assert known is not None
    chance, later = breach_at(known, waited, promise), breach_at(known, waited + more, promise)
    assert 0 <= chance <= later <= 1


def test_a_breach_is_predicted_before_it_happens_and_only_of_a_promise() -> None:
    assert predicted(KNOWN, 60, 150)
    assert not predicted(KNOWN, 0, 150)
    assert not predicted(KNOWN, 6000, 0)


CROWDED = replace(BUSY, waiting=9, ahead=9)
LONG = Forecast(60, 600, 300)


def test_an_empty_line_always_lets_in() -> None:
    strict = Entry(expected_under_seconds=1, waiting_per_agent=0.1, staffed=50)
    assert may_enter(QueueFigures(0), LONG, strict) == ""


def test_a_line_without_conditions_lets_in() -> None:
    assert may_enter(CROWDED, LONG, None) == ""
    assert may_enter(CROWDED, LONG, Entry()) == ""


def test_each_condition_keeps_out_by_its_name() -> None:
    assert may_enter(CROWDED, LONG, Entry(staffed=6)) == "staffed"
    assert may_enter(CROWDED, LONG, Entry(staffed=5)) == ""
    assert may_enter(CROWDED, LONG, Entry(waiting_per_agent=2)) == "", "the tenth of five agents"
    assert may_enter(CROWDED, LONG, Entry(waiting_per_agent=1.9)) == "crowded"
    assert may_enter(CROWDED, LONG, Entry(expected_under_seconds=600)) == "expected"
    assert may_enter(CROWDED, LONG, Entry(expected_under_seconds=601)) == ""


def test_a_wait_that_is_not_known_keeps_nobody_out() -> None:
    assert may_enter(CROWDED, None, Entry(expected_under_seconds=10)) == ""


def test_nobody_there_is_crowded() -> None:
    assert may_enter(replace(CROWDED, staff=0), None, Entry(waiting_per_agent=100)) == "crowded"
