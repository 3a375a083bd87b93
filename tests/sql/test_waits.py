"""Waits of past weeks, from the history as it is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.core.routing.estimate import Past
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from ivr.store.sql.waits import SqlWaits
from tests.sql.test_history import call

NOW = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def waited(database: Database, ago: timedelta, seconds: int, **more: object) -> None:
    """A call that joined so long ago and waited."""
    joined = NOW - ago
    history = SqlHistory(database)
    number = history_number(history)
    kept: dict[str, object] = {
        "started_at": joined - timedelta(seconds=40),
        "ended_at": joined + timedelta(minutes=5),
        "outcome": "answered",
        "queue": "tax",
        "joined_at": joined,
        "wait_seconds": seconds,
        "agent_id": "ana",
    }
    history.remember(call(f"CA{number}", **(kept | more)))


def history_number(history: SqlHistory) -> int:
    """How many calls are kept."""
    return sum(1 for number in range(100) if history.get(f"CA{number}") is not None)


def test_nothing_is_known_of_an_empty_history(database: Database) -> None:
    assert SqlWaits(database).before("tax", NOW) == Past()


def test_the_half_hour_of_past_weeks_and_all_of_them(database: Database) -> None:
    waited(database, WEEK, 100)  # 10:40 is of the half-hour 10:30 to 11:00
    waited(database, 2 * WEEK + timedelta(minutes=10), 200)
    waited(database, 4 * WEEK - timedelta(minutes=19), 300)
    waited(database, WEEK + timedelta(minutes=11), 40)  # 10:29
    waited(database, WEEK - timedelta(minutes=20), 50)  # 11:00
    waited(database, timedelta(minutes=1), 10)
    assert SqlWaits(database).before("tax", NOW) == Past(200.0, 3, 700 / 6, 6)


def test_only_what_waited_and_was_answered_in_this_line_counts(database: Database) -> None:
    waited(database, WEEK, 100)
    waited(database, WEEK, 0)
    waited(database, WEEK, 500, queue="other")
    waited(database, WEEK, 500, outcome="abandoned", agent_id="")
    waited(database, WEEK, 500, joined_at=None, wait_seconds=None)
    waited(database, 4 * WEEK + timedelta(hours=1), 500)
    assert SqlWaits(database).before("tax", NOW) == Past(100.0, 1, 100.0, 1)


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("now", "before"),
    [
        # clocks go forward on 29 March: 10:00 there is 09:00 UTC before and 08:00 UTC after
        ("2026-03-30T10:10+02:00", "2026-03-23T10:05+01:00"),
        ("2026-04-13T10:10+02:00", "2026-03-23T10:05+01:00"),
        # clocks go back on 25 October
        ("2026-10-26T10:10+01:00", "2026-10-19T10:05+02:00"),
        # the day itself, after the change
        ("2026-10-25T10:10+01:00", "2026-10-18T10:05+02:00"),
    ],
)
def test_half_hours_are_those_of_the_clock_on_the_wall(database: Database, now: str, before: str) -> None:
    at, then = datetime.fromisoformat(now), datetime.fromisoformat(before)
    hour = timedelta(hours=1)
    for seconds, joined in ((100, then), (40, then - hour), (50, then + hour)):
        waited(database, NOW - joined, seconds)
    waits = SqlWaits(database)
    assert waits.before("tax", at, PARIS) == Past(100.0, 1, 190 / 3, 3)
    assert waits.before("tax", at, UTC).half_hour_s in {40.0, 50.0}, "an hour beside"


def test_the_oldest_half_hour_counts_whole(database: Database) -> None:
    waited(database, 4 * WEEK + timedelta(minutes=9), 300)  # 10:31, four weeks before 10:40
    assert SqlWaits(database).before("tax", NOW) == Past(300.0, 1, 300.0, 1)
