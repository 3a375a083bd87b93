"""`hotline flows answers`, as somebody at a shell meets it."""

import json

from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from tests.people.test_cli import Run, database, run, url  # noqa: F401 - fixtures
from tests.sql.test_answers import NOTES
from tests.sql.test_history import call


def test_answers_are_counted_and_the_missing_ones_listed(run: Run, database: Database) -> None:  # noqa: F811
    assert "nobody has asked anything yet" in run("flows", "answers").output
    SqlHistory(database).remember(call("CA1", notes=NOTES))
    shown = run("flows", "answers").output
    assert "pool" in shown
    assert "1       1     0  hours" in shown
    assert "no answer for:\n         1  le maire" in shown
    only = json.loads(run("flows", "answers", "town-hall", "--json").output)
    assert only == {
        "town-hall": {"entries": {"passport": {"answered": 1, "helped": 0, "did_not_help": 0}}, "unanswered": {}}
    }
    assert "nobody" in run("flows", "answers", "--since", "2030-01-01").output
