"""How callbacks came out: promised against dialled, and who was reached."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.callback_record import CallbackFigures, CallbackWay, figures_of
from ivr.services.callback_promises import FRESH_MS, CalledBack
from ivr.services.ports import HistoryDown
from ivr.services.promises import CallbackRecord
from ivr.store.sql.callbacks import SqlCallbacks
from ivr.store.sql.engine import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
SECOND = timedelta(seconds=1)


def ago(seconds: int) -> datetime:
    return NOW - seconds * SECOND


WAY = CallbackWay(asked_at=ago(1000), promised_from=ago(900), promised_until=ago(700))


def test_in_time_early_late_and_never() -> None:
    in_time = replace(WAY, tried_at=ago(800), reached_at=ago(790), tries=1, ended_at=ago(500))
    early = replace(WAY, tried_at=ago(950), tries=3, ended_at=ago(100))
    late = replace(WAY, tried_at=ago(600))
    given_up = replace(WAY, ended_at=ago(400))
    never = WAY
    found = figures_of([in_time, early, late, given_up, never], NOW)
    assert (found.promised, found.in_time, found.early) == (5, 0.2, 0.2)
    assert found.late_s == (100 + 300 + 700) / 3
    assert (found.over, found.reached, found.tries, found.waited_s) == (3, 1 / 3, 4 / 3, 210)


def test_the_ends_of_a_promise_are_within_it() -> None:
    for tried in (WAY.promised_from, WAY.promised_until):
        assert figures_of([replace(WAY, tried_at=tried)], NOW).in_time == 1


def test_what_is_not_due_yet_does_not_count() -> None:
    assert figures_of([replace(WAY, promised_until=NOW + SECOND)], NOW) == CallbackFigures()
    assert figures_of([], NOW) == CallbackFigures()


def kept(database: Database, name: str, queue: str = "tax", **more: object) -> None:
    record = CallbackRecord(
        name, "CA1", queue, "+33612345678", "", "", "waiting", 1, ago(1000), None, NOW,
        promised_from=ago(900), promised_until=ago(700),
    )  # fmt: skip
    SqlCallbacks(database).keep(replace(record, **more))  # type: ignore[arg-type]


def test_the_database_tells_those_whose_time_is_over_by_line(database: Database) -> None:
    kept(database, "CB1", status="done", tried_at=ago(800), reached_at=ago(790), ended_at=ago(500), attempts=1)
    kept(database, "CB2", queue="help", chosen_at=ago(900))
    kept(database, "CB3", promised_until=NOW + SECOND)
    kept(database, "CB4", promised_from=None, promised_until=None)
    kept(database, "CB5", promised_until=NOW - timedelta(days=8))
    kept(database, "CB6", status="cancelled", ended_at=ago(750))
    kept(database, "CB7", status="cancelled", ended_at=ago(600))
    found = SqlCallbacks(database).promised(NOW - timedelta(days=7), NOW)
    assert found == {
        "tax": [
            CallbackWay(ago(1000), ago(900), ago(700), ago(800), ago(790), 2, ago(500)),
            CallbackWay(ago(1000), ago(900), ago(700), ended_at=ago(600)),
        ],
        "help": [CallbackWay(ago(900), ago(900), ago(700))],
    }
    record = CalledBack(SqlCallbacks(database))
    assert record.of_line("help", NOW_MS) == CallbackFigures(1, 0, 0, 700)
    assert record.of_line("tax", NOW_MS).promised == 2
    assert record.of_line("none", NOW_MS) == CallbackFigures()


class Counting:
    """A history that says how often it was asked, and may be away."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False

    def promised(self, since: datetime, until: datetime) -> dict[str, list[CallbackWay]]:
        self.asked += 1
        if self.away:
            raise HistoryDown("away")
        assert until - since == timedelta(days=7)
        return {"tax": [WAY]}


def test_the_database_is_asked_once_a_minute_and_may_be_away() -> None:
    history = Counting()
    record = CalledBack(history)
    assert [record.of_line("tax", NOW_MS + late).promised for late in (0, 1000, FRESH_MS - 1)] == [1, 1, 1]
    assert history.asked == 1
    history.away = True
    assert record.of_line("tax", NOW_MS + FRESH_MS).promised == 1
    assert history.asked == 2
    with pytest.raises(HistoryDown):
        record.all(NOW_MS, days=3)
