"""`hotline forecast`: fit, show, rollback, beside a house that runs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from ivr.cli.main import main
from ivr.core.routing.calibration import BANK
from ivr.core.routing.estimate import Forecast, forecast
from ivr.services.calibrating import FRESH_MS, Present
from ivr.services.forecasting import Forecasting
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.told import RedisTold
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.calibrations import SqlCalibrations
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import measured_waits
from tests.databases import make_tables
from tests.estimate.test_calibration_fit import house
from tests.estimate.test_estimate import BUSY


@pytest.fixture
def database(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'h.sqlite'}"
    make_tables(url)
    (tmp_path / "flows").mkdir()
    for name, value in {
        "REDIS_URL": redis_url,
        "DATABASE_URL": url,
        "PUBLIC_BASE_URL": "https://hotline.example.org",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "HOTLINE_SECRET_KEY": "s" * 32,
        "HOTLINE_FLOWS": str(tmp_path / "flows"),
        "HOTLINE_VAR": str(tmp_path / "var"),
    }.items():
        monkeypatch.setenv(name, value)
    made = Database(url)
    yield made
    made.close()


def measured(database: Database, waits: int) -> None:
    """So many waits of a house unlike a bank."""
    rows = [
        {
            "event_ms": number, "event_number": 0, "at_ms": round(1000 * (one.at_s + one.waited_s)), "queue": one.line,
            "waited_ms": round(1000 * one.waited_s), "low_ms": 0, "middle_ms": 0, "high_ms": 0, "ahead": one.ahead,
            "made_of": str(one.parts),
        }
        for number, one in enumerate(house(waits))
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(sa.insert(measured_waits), rows)


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["forecast", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_from_too_little_to_published_and_back(database: Database, redis_url: str) -> None:
    assert "0 waits are measured, of 0 days; 1,000 of 14 days are needed" in run("fit", code=1)
    assert run("show").startswith("in use: what ships")
    assert "nothing to take back" in run("rollback", code=1)
    client = StateClient(redis_url, timeout=2.0)
    told = RedisTold(client, Keys())
    client.execute("SADD", "hl:{main}:queues", "tax")
    told.keep("CA1", "tax", 0, said=None, measured=Forecast(1, 2, 1.5))
    told.learn("CA1", 90_000)
    learnt = told.tunings("tax")
    running = Forecasting(told, present=Present(SqlCalibrations(database)))
    before = running.of_line("tax")(BUSY)
    assert before == forecast(BUSY, tuning=learnt[2])

    measured(database, 1200)
    dry = run("fit", "--dry-run")
    assert "fitted on 900 waits from" in dry
    assert "better; nothing is published" in dry
    assert run("show").startswith("in use: what ships")
    assert told.tunings("tax") == learnt

    published = run("fit")
    name = published.rsplit("published as ", 1)[1].partition(":")[0]
    assert "less loss (chance would give" in published
    assert told.tunings("tax") != learnt, "lines learn anew"
    shown = run("show")
    assert shown.startswith(f"in use: {name}\nfitted on 900 waits")
    assert f"{name}  " in shown
    later = replace(BUSY, at_ms=BUSY.at_ms + FRESH_MS)
    assert running.of_line("tax")(later) == forecast(later, SqlCalibrations(database).present() or BANK)
    assert running.of_line("tax")(later) != forecast(later), "the house that runs uses it, without a restart"
    assert "not published" in run("fit")

    assert f"{name} is taken back; in use within 60 s: what ships" in run("rollback")
    assert f"{name}  " in run("show")
    assert "taken back" in run("show")
    acts = [(act.action, act.subject) for act in SqlAudit(database).newest()]
    assert acts == [("forecast withdrawn", name), ("forecast published", name)]
    client.close()


def test_how_long_it_will_take_is_said(database: Database) -> None:
    measured(database, 500)
    assert "500 waits are measured, of 20 days" in run("fit", code=1)
    assert "At this pace that takes 20 days more" in run("fit", code=1)
