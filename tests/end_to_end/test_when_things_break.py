"""A bad day, through every part: whatever breaks, the caller hears a sentence and reaches somebody."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.end_to_end.conftest import Running
from tests.end_to_end.test_a_call_goes_through import dial

pytestmark = pytest.mark.xdist_group("hotline-run")


def eventually_ready(running: Running, seconds: float = 30) -> None:
    """Wait until every web process sees its Redis again: ten good answers in a row, whichever process gives them."""
    deadline, good = time.monotonic() + seconds, 0
    while good < 10:
        assert time.monotonic() < deadline, "not ready again"
        good = good + 1 if requests.get(f"{running.stack['web']}/readyz", timeout=5).ok else 0
        time.sleep(0.15)


def words(heard: dict[str, object]) -> str:
    """All that was said in a call."""
    return " ".join(line["text"] for line in heard["transcript"])  # type: ignore[attr-defined]


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """Processes stopped in their tracks, as on a machine that hangs."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def workers(running: Running) -> list[int]:
    """Every RQ worker of this stack."""
    mark = f"HOTLINE_VAR={running.var}".encode()
    return [pid for pid, entry in processes() if "queue_worker" in command(entry) and mark in environment(entry)]


def redis(running: Running) -> list[int]:
    """This stack's Redis, known by its port: it writes its title over its environment."""
    url = json.loads((running.var / "run" / "env.json").read_text())["REDIS_URL"]
    port = str(urlsplit(url).port)
    return [pid for pid, entry in processes() if "server" in command(entry) and port in command(entry)]


def processes() -> Iterator[tuple[int, Path]]:
    """All there are."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            yield int(entry.name), entry


def command(entry: Path) -> str:
    """A process's command."""
    try:
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def environment(entry: Path) -> bytes:
    """A process's environment."""
    try:
        return (entry / "environ").read_bytes()
    except OSError:
        return b""


@contextmanager
def fault(running: Running, name: str, **settings: object) -> Iterator[None]:
    """A fault switched on at the exchange for a while."""
    url = f"{running.stack['exchange']}/exchange/faults"
    requests.post(url, json={"set": {name: settings}}, timeout=5).raise_for_status()
    try:
        yield
    finally:
        requests.post(url, json={"clear": [name]}, timeout=5).raise_for_status()


def test_redis_that_hangs_puts_the_caller_through_to_the_fallback_number(running: Running) -> None:
    with frozen(redis(running)):
        heard = dial(running, "--interrupt", "--press", "1", "--hang-up-after", "2")
    assert heard["outcome"] == "dialed", heard
    assert "Permanence" in words(heard)
    eventually_ready(running)


def test_a_carrier_that_fails_while_ringing_costs_no_place(running: Running) -> None:
    with fault(running, "rest_429", count=2):
        heard = dial(running, "--interrupt", "--press", "0", "--hang-up-after", "1")
    assert heard["outcome"] == "answered", heard


def test_an_answer_that_never_came_rings_nobody_twice(running: Running) -> None:
    with fault(running, "rest_drop_after_acting", count=1):
        heard = dial(running, "--interrupt", "--press", "0", "--hang-up-after", "1")
    assert heard["outcome"] == "answered", heard


def test_with_every_worker_frozen_phones_still_ring_and_callers_meet_their_agent(running: Running) -> None:
    with frozen(workers(running)):
        heard = dial(running, "--interrupt", "--press", "0", "--hang-up-after", "1")
    assert heard["outcome"] == "answered", heard
