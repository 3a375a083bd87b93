"""The console's own fixtures: the app in this process, and both servers as real granian processes."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from tests.conftest import RedisProcess, free_port
from tests.console.seed import Seeder
from tests.console.stand import PASSWORD, make_app, make_people, make_site

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass
class Servers:
    """Where both processes answer."""

    web: str
    events: str
    redis: str
    database: str
    processes: list[subprocess.Popen[bytes]]


@pytest.fixture
def people(tmp_path: Path) -> tuple[SqlAccounts, SqlAgents]:
    """Who may sign in, and who answers."""
    return make_people(f"sqlite:///{tmp_path}/history.sqlite")


@pytest.fixture
def app(redis_url: str, people: tuple[SqlAccounts, SqlAgents]) -> Flask:
    """The console."""
    return make_app(make_site(redis_url, people=people))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def seed(redis_url: str) -> Seeder:
    """Callers and agents."""
    return Seeder(redis_url)


def granian(
    interface: str, target: str, port: int, environment: dict[str, str], *options: str
) -> subprocess.Popen[bytes]:
    """A server as `hotline run` starts it."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            interface,
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--no-ws",
            "--http",
            "1",
            "--workers-kill-timeout",
            "3",
            "--log-level",
            "warning",
            *options,
            target,
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until a server answers, however busy the machine is; fails as soon as its process has ended."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{url} did not come up") from error
            time.sleep(0.05)


def events_settings(redis_url: str, web: str) -> dict[str, str]:
    """What the event streams' process reads."""
    return {
        "REDIS_URL": redis_url,
        "PUBLIC_BASE_URL": web,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "HOTLINE_SECRET_KEY": "k" * 40,
    }


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Web and event streams as processes, on a Redis of their own."""
    redis = RedisProcess(tmp_path_factory.mktemp("redis"))
    redis.start()
    web_port, events_port = free_port(), free_port()
    web, events = f"http://127.0.0.1:{web_port}", f"http://127.0.0.1:{events_port}"
    stand = {
        "STAND_REDIS": redis.url,
        "STAND_EVENTS": events,
        "STAND_PUBLIC": web,
        "STAND_DATABASE": f"sqlite:///{tmp_path_factory.mktemp('sql')}/history.sqlite",
    }
    processes = [
        granian("asgi", "ivr.events_app:app", events_port, events_settings(redis.url, web)),
        granian("wsgi", "tests.console.stand:wsgi", web_port, stand, "--factory", "--blocking-threads", "4"),
    ]
    try:
        for url, process in zip((events, web), processes, strict=True):
            wait_for(f"{url}/healthz", process)
        yield Servers(web, events, redis.url, stand["STAND_DATABASE"], processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)
        redis.kill()


def csrf_of(page: str) -> str:
    """The token in a page's form."""
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **options: object) -> object:
    """Sign in as a browser does."""
    token = csrf_of(client.get("/sign-in").text)
    return client.post("/sign-in", data={"csrf_token": token, "name": name, "password": password}, **options)  # type: ignore[arg-type]
