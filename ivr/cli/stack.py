"""A whole Hotline on this machine: Redis, web, event streams, workers and the exchange, under one supervisor.

`hotline run` keeps one in the foreground; `hotline load`, tests and benchmarks start private ones on free ports.
Supervision (restarts, process groups, logs that rotate) is supervisord's; what is decided here is in which order parts
start and when they are there. Read next: `layout.py` (ports, addresses, secrets, the environment), `parts.py` (the
parts' commands), `redis_server.py` (which Redis).
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ivr.cli.layout import Layout, StackError, StackOptions
from ivr.cli.parts import Part, parts_for
from ivr.cli.redis_server import write_redis_config
from ivr.cli.supervisor import write_supervisor_config
from ivr.store.sql.migrate import migrate
from ivr.store.sql.vault import Vault

START_SECONDS = 90.0
"""Given up after: five seconds are usual; a machine busy with much else takes ten times as long."""
STOP_SECONDS = 12.0

Progress = Callable[[str], None]


def _quiet(line: str) -> None:
    del line


class Stack(Layout):
    """A running stack. Use as a context manager; leaving it stops every process it started."""

    def __init__(self, options: StackOptions, progress: Progress = _quiet) -> None:
        super().__init__(options)
        self.progress = progress
        self.parts: list[Part] = []
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start every part in order and wait until each answers. Raises StackError; nothing is left running then."""
        try:
            self._claim()
            self._prepare()
            self._supervise()
            for part in self.parts:
                self._await(part)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every part; those that don't stop when asked are killed."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.terminate()
            try:
                supervisor.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _kill_tree(self.options.var / "run")
                supervisor.kill()
                supervisor.wait()
        if self._lock is not None:
            for name in ("stack.json", "env.json"):
                (self.options.var / "run" / name).unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def alive(self) -> bool:
        """Whether the supervisor still runs."""
        return self._supervisor is not None and self._supervisor.poll() is None

    def _claim(self) -> None:
        run = self.options.var / "run"
        run.mkdir(parents=True, exist_ok=True)
        self._lock = (run / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise StackError(
                f"a Hotline already runs on the data in {self.options.var}; stop it, or give another folder with --var"
            ) from None

    def _prepare(self) -> None:
        run = self.options.var / "run"
        if self.server is not None:
            write_redis_config(
                run / "redis.conf",
                port=self.ports.redis,
                data=self.options.var / "redis",
                password=self.secrets["redis_password"],
            )
        migrate(self.database_url, Vault(self.env["HOTLINE_SECRET_KEY"]))
        self.parts = parts_for(self)
        write_supervisor_config(run / "supervisord.conf", self.parts, logs=self.options.var / "log")
        (run / "stack.json").write_text(json.dumps(self.describe()))
        env = run / "env.json"
        env.touch(mode=0o600)
        env.write_text(json.dumps({**self.chosen, **self.options.environment}))

    def _supervise(self) -> None:
        run = self.options.var / "run"
        with (self.options.var / "log" / "supervisord.out").open("ab") as out:
            supervisord = (sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(run / "supervisord.conf"))
            self._supervisor = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "ivr.cli.part", *supervisord],
                env=self.env, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def _await(self, part: Part) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not part.ready():
            if not self.alive():
                raise StackError(
                    f"the supervisor ended while {part.title} was starting; see {self.options.var}/log/supervisord.log"
                )
            if time.monotonic() > deadline:
                raise StackError(
                    f"{part.title} did not start within {START_SECONDS:.0f} s\n{_tail(part.log(self.options.var))}"
                )
            time.sleep(0.05)
        self.progress(f"{part.title}: {part.where}")


def _kill_tree(run: Path) -> None:
    for pid in _supervised(run):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _supervised(run: Path) -> Iterator[int]:
    """Process groups of the parts: children of the supervisor lead one each."""
    try:
        supervisor = int((run / "supervisord.pid").read_text())
        children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text()
    except (OSError, ValueError):
        return
    yield from map(int, children.split())


def _tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return f"(nothing in {log})"
