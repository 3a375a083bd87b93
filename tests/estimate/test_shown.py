"""How true told waits were, at a shell and for Prometheus."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from ivr.cli.main import main
from ivr.core.routing.estimate import Forecast
from ivr.services.clock import clock_from
from ivr.services.promises import CallbackRecord
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.told import RedisTold
from ivr.store.sql.callbacks import SqlCallbacks
from ivr.store.sql.engine import Database
from tests.console.seed import Seeder, busy_morning
from tests.console.stand import make_app, make_people, make_site
from tests.console.test_machines import scrape
from tests.databases import make_tables

WAIT = Forecast(20.0, 200.0, 90.0)
NOW_MS = clock_from("").now_ms()
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
A_CALLBACK = CallbackRecord(
    "CB1", "CA1", "tax", "+33612345678", "", "", "done", 1, NOW - timedelta(hours=1), None, NOW, attempts=1,
    promised_from=NOW - timedelta(minutes=59), promised_until=NOW - timedelta(minutes=51),
    tried_at=NOW - timedelta(minutes=50), reached_at=NOW - timedelta(minutes=45), ended_at=NOW - timedelta(minutes=40),
)  # fmt: skip


@pytest.fixture
def client(redis_url: str) -> Iterator[StateClient]:
    made = StateClient(redis_url, timeout=2.0)
    yield made
    made.close()


def three_answered(client: StateClient, queue: str) -> None:
    store = RedisTold(client, Keys())
    for number, waited in enumerate((10, 100, 130, 400)):
        store.keep(f"CA{number}", queue, NOW_MS - 1000 * waited, said=None, measured=WAIT)
        store.learn(f"CA{number}", NOW_MS)


def test_the_command_says_it_by_queue(client: StateClient, redis_url: str, tmp_path: Path) -> None:
    three_answered(client, "tax")
    database = f"sqlite:///{tmp_path / 'h.sqlite'}"
    make_tables(database)
    history = Database(database)
    SqlCallbacks(history).keep(A_CALLBACK)
    history.close()
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "queues.yaml").write_text("queues:\n  tax: {max_wait: 5 min}\n  help: {max_wait: 5 min}\n")
    environment = {
        "REDIS_URL": redis_url,
        "DATABASE_URL": database,
        "PUBLIC_BASE_URL": "https://hotline.example.org",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "HOTLINE_SECRET_KEY": "s" * 32,
        "HOTLINE_FLOWS": str(tmp_path / "flows"),
        "HOTLINE_VAR": str(tmp_path / "var"),
    }
    said = CliRunner().invoke(main, ["history", "waits"], env=environment)
    assert said.exit_code == 0, said.output
    assert said.output.splitlines() == [
        "help: nobody who waited with a forecast was answered",
        (
            "tax: 4 answered calls, 50% within the range, 25% sooner, 25% later; mean width 180 s, mean error 110 s, "
            "mean wait 160 s"
        ),
        (
            "tax, callbacks: 1 promised for a time that is over, 0% dialled within it, 0% before it, the others late "
            "by 60 s on average; of 1 that are over 100% were reached, in 2.0 tries, 900 s after they were asked for"
        ),
        "wanted: 81% within the range",
    ]


def test_prometheus_is_told_of_today(client: StateClient, redis_url: str, tmp_path: Path) -> None:
    browser: FlaskClient = make_app(
        make_site(redis_url, people=make_people(f"sqlite:///{tmp_path}/h.sqlite"))
    ).test_client()
    busy_morning(Seeder(redis_url))
    assert "hotline_forecast_calls{queue=taxes}" not in scrape(browser)
    three_answered(client, "taxes")
    found = scrape(browser)
    assert found["hotline_forecast_calls{queue=taxes}"] == 4
    assert found["hotline_forecast_share{queue=taxes,where=within}"] == 0.5
    assert found["hotline_forecast_share{queue=taxes,where=over}"] == 0.25
    assert found["hotline_forecast_error_seconds{queue=taxes}"] == 110
    assert "hotline_forecast_calls{queue=passports}" not in found
