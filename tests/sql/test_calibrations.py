"""Measured waits folded from events, and calibrations published and taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.events import Event
from ivr.core.routing.calibration import BANK, Calibration
from ivr.core.routing.calibration_fit import Sample
from ivr.core.routing.calibration_trial import Score, Trial
from ivr.core.routing.estimate import Parts
from ivr.services.calibrating import FRESH_MS, Calibrating, Kept, Present
from ivr.services.events_port import EventId, Written
from ivr.services.ports import HistoryDown
from ivr.store.sql.calibrations import SqlCalibrations, SqlMeasuredWaits
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.engine import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCORE = Score(1000, 0.81, 0.03, 0.16, 150.0, 50.0, 45.5)
OTHER = replace(BANK, weights=replace(BANK.weights, constant=0.5))
TRIAL = Trial(OTHER, "better", replace(SCORE, loss=50.0), SCORE, 0.09, 0.01, 3000, 1000, 1.0, 2.0, 3.0)
PARTS = Parts(36.5, 2.0, (0.693, 0.693, -0.1, 0.2, -1.204, 0.3))


def measured(number: int, **more: object) -> Written:
    data = {
        "queue": "tax", "waited_ms": 90_000, "low_ms": 20_000, "middle_ms": 80_000, "high_ms": 200_000, "ahead": 1,
        "made_of": str(PARTS),
    }  # fmt: skip
    return Written(EventId(1000 + number, 0), Event("wait.measured", 200_000 + number, "CA1", data | more))  # type: ignore[arg-type]


def test_measured_waits_are_kept_once_and_read_in_the_order_of_time(database: Database) -> None:
    decisions, waits = SqlDecisions(database), SqlMeasuredWaits(database)
    events = [measured(2, queue="help"), measured(0), measured(1, made_of=""), measured(3, made_of="nonsense")]
    for _ in range(2):
        decisions.fold(events, NOW)
    first, second = waits.newest(10)
    assert first == Sample(PARTS, 90.0, 110.0, "tax", 1)
    assert (second.line, second.at_s) == ("help", 110.002)
    assert [one.line for one in waits.newest(2)] == ["help"], "the newest"
    assert decisions.of_call("CA1") == [], "no decision of the call's"
    assert decisions.tidy(datetime.fromtimestamp(1.002, UTC)) == 1
    assert [one.line for one in waits.newest(10)] == ["help"]


class Learnt:
    """Counts how often lines forget."""

    def __init__(self) -> None:
        self.forgotten = 0

    def forget_tunings(self) -> None:
        self.forgotten += 1


def test_published_used_and_taken_back(database: Database) -> None:
    kept, learnt = SqlCalibrations(database), Learnt()
    verbs = Calibrating(SqlMeasuredWaits(database), kept, learnt)
    present = Present(kept)
    assert kept.present() is None
    first = verbs.publish(TRIAL, "zoe", NOW)
    third = replace(OTHER, weights=replace(OTHER.weights, constant=0.7))
    second = verbs.publish(replace(TRIAL, calibration=third), "zoe", NOW + timedelta(days=1))
    assert verbs.kept() == [second, first], "with all of their trials"
    assert kept.present() == third
    taken = verbs.roll_back("ana", NOW + timedelta(days=2))
    assert taken is not None
    assert taken.id == second.id
    assert kept.present() == OTHER
    assert verbs.kept()[0] == replace(second, withdrawn_at=NOW + timedelta(days=2), withdrawn_by="ana")
    assert present(0) == OTHER
    assert verbs.roll_back("ana", NOW) is not None
    assert verbs.roll_back("ana", NOW) is None
    assert (kept.present(), learnt.forgotten) == (None, 4)
    assert [present(FRESH_MS - 1), present(FRESH_MS)] == [OTHER, BANK]


def test_what_is_not_better_is_not_published(database: Database) -> None:
    verbs = Calibrating(SqlMeasuredWaits(database), SqlCalibrations(database), Learnt())
    with pytest.raises(ValueError, match="no better"):
        verbs.publish(replace(TRIAL, verdict="no better"), "zoe", NOW)
    assert verbs.kept() == []


class Away:
    """A database that goes."""

    def __init__(self) -> None:
        self.asked = 0
        self.there = True

    def present(self) -> Calibration | None:
        self.asked += 1
        if not self.there:
            raise HistoryDown("away")
        return OTHER

    def all(self) -> list[Kept]:
        raise NotImplementedError

    def add(self, kept: Kept) -> None:
        raise NotImplementedError

    def withdraw(self, calibration: str, by: str, at: datetime) -> bool:
        raise NotImplementedError


def test_while_the_database_is_away_the_one_before_is_used() -> None:
    database = Away()
    present = Present(database)
    assert [present(now) for now in (5, 6, FRESH_MS)] == [OTHER] * 3
    assert database.asked == 1
    database.there = False
    assert present(FRESH_MS + 5) == OTHER
    assert database.asked == 2
    fresh = Away()
    fresh.there = False
    assert Present(fresh)(0) == BANK
