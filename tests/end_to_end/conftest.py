"""A whole Hotline, started as an operator starts it: `hotline run`, in a folder of its own, on free ports."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2]
START_SECONDS = 100
SPEED = 2
TUESDAY_MORNING = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
"""When the calls are made: everything is open."""


@dataclass
class Running:
    """A started `hotline run`: its process, folder and addresses."""

    process: subprocess.Popen[str]
    var: Path
    output: Path

    @property
    def stack(self) -> dict[str, Any]:
        """Addresses, as other commands find them."""
        found: dict[str, Any] = json.loads((self.var / "run" / "stack.json").read_text())
        return found

    @property
    def said(self) -> str:
        """What it has printed."""
        return self.output.read_text()

    def hotline(self, *words: str, timeout: float = 90) -> subprocess.CompletedProcess[str]:
        """Another `hotline` command, as from a second shell."""
        return subprocess.run(
            [sys.executable, "-m", "ivr", *words],
            cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the running stack, for commands that need them."""
        return {"PATH": "/usr/bin:/bin", "HOTLINE_VAR": str(self.var)}

    def stop(self) -> int:
        """Ctrl-C, and its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def start(var: Path, *options: str, clock: str = "") -> Running:
    """Start it and wait until it has said what to dial. `clock` as in HOTLINE_CLOCK."""
    output = var.parent / f"{var.name}.out"
    ports = () if "--port" in options else ("--port", "0")
    with output.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ivr", "run", "--var", str(var), *ports, *options],
            cwd=PROJECT, stdout=out, stderr=subprocess.STDOUT, text=True,
            env={"PATH": "/usr/bin:/bin", "HOTLINE_CLOCK": clock},
        )  # fmt: skip
    running = Running(process, var, output)
    deadline = time.monotonic() + START_SECONDS
    while "Ctrl-C stops everything" not in running.said:
        if process.poll() is not None or time.monotonic() > deadline:
            running.stop()
            logs = "\n".join(
                f"--- {log.name}\n{log.read_text()[-2000:]}" for log in sorted((var / "log").glob("*.log"))
            )
            raise AssertionError(f"hotline run did not come up:\n{running.said}\n{logs}")
        time.sleep(0.1)
    return running


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One stack for all tests that only call and look: they are of one group, so of one process."""
    clock = f"{SPEED}@{time.time()}={TUESDAY_MORNING.timestamp()}"
    it = start(tmp_path_factory.mktemp("hotline") / "var", "--ring-starts-per-second", "10", clock=clock)
    yield it
    it.stop()
