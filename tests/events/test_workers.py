"""With real worker processes: from an event on the stream to a subscriber's door, and into the history."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from redis import Redis

from ivr.core.events import Event
from ivr.lookups.addresses import networks
from ivr.lookups.posting import HttpPost
from ivr.services.clock import RealClock
from ivr.services.subscribing import Subscribing
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.live import RedisLive
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database
from ivr.store.sql.subscribers import SqlSubscribers
from queue_worker import jobs
from tests.events.test_store import EVENTS, VAULT
from tests.lookups.house import plain, serving

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def settings(redis_url: str, sqlite: Database, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "REDIS_URL": redis_url,
        "DATABASE_URL": sqlite.url,
        "PUBLIC_BASE_URL": "http://127.0.0.1:9",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "HOTLINE_SECRET_KEY": "s" * 32,
        "HOTLINE_FETCH_NETWORKS": "127.0.0.0/8",
        "HOTLINE_VAR": str(tmp_path),
    }


@pytest.fixture
def workers(settings: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    started = [
        subprocess.Popen([sys.executable, "-m", "queue_worker", queue], cwd=PROJECT, env=settings)
        for queue in ("records", "slow")
    ]
    yield started
    for worker in started:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def test_an_event_reaches_a_subscriber_and_the_history(
    redis_url: str, sqlite: Database, workers: list[subprocess.Popen[bytes]]
) -> None:
    came = threading.Event()

    def take(handler: BaseHTTPRequestHandler) -> None:
        plain(204, b"")(handler)
        came.set()

    client = StateClient(redis_url)
    post = HttpPost(networks("127.0.0.0/8"))
    with serving({"/": take}) as server:
        subscribing = Subscribing(SqlSubscribers(sqlite, VAULT), SqlDeliveries(sqlite), post)
        subscribing.add(f"http://127.0.0.1:{server.port}/", "agent.*,call.*", "zoe", RealClock().now())
        RedisLive(client, Keys()).publish(Event("call.joined", 5, "CA1", {"queue": "help"}))
        assert came.wait(60), [worker.poll() for worker in workers]
        assert server.asked[0].headers["webhook-id"].startswith("msg_")
    assert [kept.event.type for kept in SqlDecisions(sqlite).of_call("CA1")] == ["call.joined"]
    client.close()


def test_a_line_changed_in_its_file_has_the_new_rules_though_no_web_process_lives(
    redis_url: str, settings: dict[str, str], tmp_path: Path
) -> None:
    lines = tmp_path / "flows" / "queues.yaml"
    lines.parent.mkdir()
    lines.write_text("queues:\n  desk: {max_wait: 1 min}\n")
    environment = settings | {"HOTLINE_FLOWS": str(lines.parent)}
    with Redis.from_url(redis_url) as client:
        worker = subprocess.Popen([sys.executable, "-m", "queue_worker", "calls"], cwd=PROJECT, env=environment)
        try:
            _until(client, "60000")
            lines.write_text("queues:\n  desk: {max_wait: 2 min}\n")
            _until(client, "120000")
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()


def _until(client: Redis, longest_wait_ms: str) -> None:
    """Waits until the line has this rule in the store."""
    key = Keys().prefix + "queue:desk"
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if client.hget(key, "max_wait_ms") == longest_wait_ms.encode():
            return
        time.sleep(0.02)
    raise AssertionError(f"{key} is {client.hgetall(key)!r}, and never had {longest_wait_ms} ms")


def test_what_was_kept_long_enough_is_forgotten(
    settings: dict[str, str], sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    decisions = SqlDecisions(sqlite)
    decisions.fold(EVENTS, RealClock().now())
    assert decisions.calls_like("", 5)
    jobs.bind(None)
    try:
        jobs.tidy_events()
    finally:
        jobs.container().close()
        jobs.bind(None)
    assert decisions.calls_like("", 5) == []
