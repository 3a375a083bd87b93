"""A line out of its hours: the caller is led on at once, nobody waits."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ivr.core.flow.model import Calendar, Flow
from ivr.core.hours import Span
from tests.flow.calls import BACK, END, ENDS, Join
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of

QUEUE = "first:\n  queue: accueil\n  next: end\n  otherwise: other\n"
OFFICE = Calendar({0: (Span(9 * 60, 12 * 60),)})
IN_PARIS = timedelta(hours=1)
NOON = MONDAY_MORNING.replace(hour=12) - IN_PARIS


def closing(more: str = "", calendar: Calendar = OFFICE, name: str = "office") -> Flow:
    """A flow to a line with the hours of a calendar; `name` is what the line calls it."""
    flow = flow_of(QUEUE + more + END)
    return replace(flow, calendars={"office": calendar}, line_hours={"accueil": name})


@pytest.mark.parametrize(
    ("at", "open_now"),
    [
        (NOON, False),
        (NOON - timedelta(minutes=1), True),
        (MONDAY_MORNING.replace(hour=8), True),
        (MONDAY_MORNING.replace(hour=7, minute=59), False),
        (NOON + timedelta(days=1, hours=-2), False),
    ],
)
def test_it_takes_nobody_in_when_it_is_closed(at: datetime, open_now: bool) -> None:
    turn = Talk(closing(), at).last
    assert turn.effects == ((Join("accueil"),) if open_now else BACK)
    assert turn.trail[0].exit == ("waits" if open_now else "closed")


def test_it_has_a_way_of_its_own_for_that() -> None:
    assert Talk(closing("  on_closed: end\n"), NOON).last.effects == ENDS


def test_the_calendar_may_be_in_another_zone() -> None:
    abroad, there = replace(OFFICE, zone="America/New_York"), MONDAY_MORNING.replace(hour=15)
    assert Talk(closing(calendar=abroad), MONDAY_MORNING).last.effects == BACK
    assert Talk(closing(calendar=abroad), there).last.effects == (Join("accueil"),)


def test_a_line_whose_calendar_is_gone_stays_open() -> None:
    assert Talk(closing(name="gone"), NOON).last.effects == (Join("accueil"),)
