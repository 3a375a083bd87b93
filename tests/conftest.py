"""What every test may use: a private real Redis, an environment of its own."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from redis import Redis
from redis.exceptions import RedisError

from ivr.cli.redis_server import find_redis_server
from ivr.services import passwords
from ivr.store.redis import client as state_client
from ivr.store.redis import jobs
from ivr.web import attempts

_PRODUCTS = passwords._HASHER
_TIMEOUT_SECONDS = state_client.TIMEOUT_SECONDS

# What a test says about any input is true of the input, however busy the machine is that tries it; and what was found
# can be tried again from the log alone.
settings.register_profile("hotline", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("hotline")

REDIS_SECONDS = 30
PATIENCE_SECONDS = 10.0


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisProcess:
    """A real Redis server with its own data folder, which a test may kill and start again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers, however busy the machine is."""
        # What it wrote outlives its own death, which is all that is tested; a busy disk would only hold it up.
        self._process = subprocess.Popen(
            [find_redis_server().executable, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
             "--appendonly", "yes", "--appendfsync", "no", "--save", "", "--loglevel", "warning"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with Redis.from_url(self.url, socket_timeout=1) as client:
            until = time.monotonic() + REDIS_SECONDS
            while self._process.poll() is None and time.monotonic() < until:
                try:
                    client.ping()
                except RedisError:
                    time.sleep(0.02)
                else:
                    return
        raise RuntimeError(f"Redis did not start on port {self.port}, status {self._process.poll()}")

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="session")
def _redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    process = RedisProcess(tmp_path_factory.mktemp("redis"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def redis_url(_redis_process: RedisProcess) -> str:
    """The URL of a real, empty Redis."""
    with Redis.from_url(_redis_process.url) as client:
        client.flushall()
    return _redis_process.url


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis of this test's own, to be killed and started at will."""
    process = RedisProcess(tmp_path)
    process.start()
    yield process
    process.kill()


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of the machine it runs on."""
    for name in list(os.environ):
        if name.startswith(("HOTLINE_", "TWILIO_")) or name in {"REDIS_URL", "DATABASE_URL", "PUBLIC_BASE_URL"}:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def products_hasher() -> PasswordHasher:
    """The hasher as it is in the product; what it costs is shown with it."""
    return _PRODUCTS


@pytest.fixture(scope="session", autouse=True)
def _light_hashes() -> Iterator[None]:
    """Passwords and PINs of test people are hashed for little: most tests only need somebody to sign in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def products_timeout() -> Iterator[None]:
    """The state client gives up as soon as it does in the product."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state_client, "TIMEOUT_SECONDS", _TIMEOUT_SECONDS)
        yield


@pytest.fixture(scope="session", autouse=True)
def _patient_clients() -> Iterator[None]:
    """A store that answers late on a busy machine isn't away; what a late answer costs is tested where it is meant."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (state_client, jobs):
            patch.setattr(module, "TIMEOUT_SECONDS", PATIENCE_SECONDS)
        patch.setattr(attempts, "_TIMEOUT", PATIENCE_SECONDS)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of one `xdist_group` go to one process, so that what they share is started once.

    pytest-xdist 3.8.0 tells its scheduler a test's group by a field that pytest 9.2 doesn't read any more, and every
    group falls apart unnoticed; so the group is written where both look for it.
    """
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        groups = "_".join(sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")}))
        if groups and not item.nodeid.endswith(f"@{groups}"):
            item._id = NodeId.parse(f"{item.nodeid}@{groups}")
