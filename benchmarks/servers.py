"""The processes of a benchmark: Redis and granian, each on cores of its own, with what they cost."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.cli.redis_server import find_redis_server

GRANIAN = (
    "--interface",
    "wsgi",
    "--host",
    "127.0.0.1",
    "--no-ws",
    "--http",
    "1",
    "--workers-kill-timeout",
    "3",
    "--respawn-failed-workers",
    "--log-level",
    "warning",
    "--blocking-threads",
    "4",
)
"""The web's own server options (`ivr/cli/parts.py`)."""


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Cores:
    """Where what runs: the server measured on `web`, everything else on `rest`."""

    web: str
    rest: str

    @classmethod
    def here(cls, web: int = 1) -> "Cores":
        """The first `web` cores for the server, the others for the rest; all shared where there are too few."""
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) <= web:
            every = ",".join(map(str, cores))
            return cls(every, every)
        return cls(",".join(map(str, cores[:web])), ",".join(map(str, cores[web:])))


def pinned(cores: str) -> list[str]:
    """What to put before a command to keep it on some cores."""
    return ["taskset", "-c", cores] if shutil.which("taskset") else []


@contextlib.contextmanager
def redis(folder: Path, cores: str, *, log: bool = True) -> Iterator[tuple[str, int]]:
    """A Redis of its own, as an embedded start has it (append-only file, fsync every second): its URL and PID.

    Without `log` it keeps nothing on the disk.
    """
    port = free_port()
    command = [
        *pinned(cores),
        find_redis_server().executable,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--appendonly",
        "yes" if log else "no",
        "--appendfsync",
        "everysec",
        "--save",
        "",
        "--loglevel",
        "warning",
    ]
    with _process(command, os.environ) as pid:
        _until(lambda: _connects(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0", pid


@contextlib.contextmanager
def granian(target: str, cores: str, environment: Mapping[str, str], workers: int = 1) -> Iterator[tuple[int, int]]:
    """A web server of `target`: its port and the PID of its main process."""
    port = free_port()
    command = [
        *pinned(cores),
        sys.executable,
        "-m",
        "granian",
        *GRANIAN,
        "--port",
        str(port),
        "--workers",
        str(workers),
        target,
    ]
    with _process(command, environment) as pid:
        _until(lambda: _healthy(port), target)
        yield port, pid


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time of processes so far, by the scheduler's own count in ns."""
    total = 0
    for pid in pids:
        for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            total += int(stat.read_text().split()[0])
    return total / 1e9


def memory_mb(pid: int) -> dict[str, float]:
    """A process's resident memory, and its share of what it shares, in MB."""
    kept = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("Rss", "Pss"):
            kept[name.lower()] = round(int(rest.split()[0]) / 1024, 1)
    return kept


@contextlib.contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env=dict(environment), start_new_session=True)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(ready: "object", what: str) -> None:
    for _ in range(300):
        if ready():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise RuntimeError(f"{what} did not start")


def _connects(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
