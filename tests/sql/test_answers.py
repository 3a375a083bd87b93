"""Counts of answers from the notes of calls, the same on SQLite and PostgreSQL."""

from datetime import timedelta

from ivr.core.answer_counts import AnswerCounts, EntryCount, add_up
from ivr.store.sql.answers import SqlAnswers
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from tests.sql.test_history import T0, call

POOL = "answers.pool"
NOTES = (
    (POOL, "answered: hours"),
    (POOL, "helped: hours"),
    (POOL, "answered: price"),
    (POOL, "did not help: price"),
    (POOL, "no answer: Le Maire"),
    ("answers.town-hall", "answered: passport"),
    ("file", "answered: hours"),
)


def test_notes_are_added_up() -> None:
    found = add_up((key, value, 2) for key, value in (*NOTES, (POOL, "no answer: le maire"), (POOL, "something else")))
    assert found["pool"] == AnswerCounts({"hours": EntryCount(2, 2, 0), "price": EntryCount(2, 0, 2)}, {"le maire": 4})
    assert found["town-hall"] == AnswerCounts({"passport": EntryCount(2, 0, 0)})
    assert found.keys() == {"pool", "town-hall"}


def test_what_nobody_had_an_answer_for_is_sorted_by_how_often() -> None:
    counts = AnswerCounts(unanswered={"b": 1, "a": 1, "c": 3})
    assert counts.missed == [("c", 3), ("a", 1), ("b", 1)]


def test_the_history_is_counted_by_file_and_time(database: Database) -> None:
    history, answers = SqlHistory(database), SqlAnswers(database)
    assert answers.counts() == {}
    history.remember(call("CA1", notes=NOTES))
    history.remember(call("CA1", notes=NOTES))
    history.remember(call("CA2", notes=NOTES[:1], started_at=T0 + timedelta(days=1), ended_at=T0 + timedelta(days=1)))
    found = answers.counts()
    assert found["pool"].entries == {"hours": EntryCount(2, 1, 0), "price": EntryCount(1, 0, 1)}
    assert found["pool"].unanswered == {"le maire": 1}
    assert answers.counts("town-hall").keys() == {"town-hall"}
    later = answers.counts("pool", since=T0 + timedelta(hours=1))
    assert later["pool"].entries == {"hours": EntryCount(1, 0, 0)}
    assert answers.counts(until=T0) == {}
