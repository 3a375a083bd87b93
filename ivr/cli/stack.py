"""A whole Hotline on this machine: Redis, web, event streams, workers and the exchange, under one supervisor.

`hotline run` keeps one in the foreground; `hotline load`, tests and benchmarks start private ones on free ports.
Supervision (restarts, process groups, logs that rotate) is supervisord's; what is decided here is which parts there are
and how they find each other. Read next: `parts.py` (the parts' commands), `redis_server.py` (which Redis).
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ivr.cli.parts import Part, parts_for
from ivr.cli.redis_server import RedisServer, find_redis_server, write_redis_config
from ivr.cli.supervisor import write_supervisor_config
from ivr.store.sql.migrate import migrate
from ivr.store.sql.vault import Vault

START_SECONDS = 40.0
STOP_SECONDS = 12.0
DRAFT_CALLER = "+33639980099"
"""The number the console's draft phone calls from (of those kept for fiction): it hears drafts."""


class StackError(Exception):
    """The stack can't start, or a part of it failed; the message says which, why and what to do."""


@dataclass(frozen=True, slots=True)
class StackOptions:
    """What to start. `port` is the web's; exchange, events and Redis take the three after it (0: any free ones)."""

    var: Path = Path("var")
    port: int = 8000
    flows: Path = Path("flows")
    clock: str = ""
    redis_url: str = ""
    database_url: str = ""
    exchange: bool = True
    phones: Path | None = None
    agents_number: str = "+33199005000"
    fallback_number: str = "+33199009999"
    calls_workers: int = 2
    web_workers: int = 2
    calls_per_second: float = 1.0
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a stack."""

    web: int
    exchange: int
    events: int
    redis: int


Progress = Callable[[str], None]


def _quiet(line: str) -> None:
    del line


class Stack:
    """A running stack. Use as a context manager; leaving it stops every process it started."""

    def __init__(self, options: StackOptions, progress: Progress = _quiet) -> None:
        self.options = options
        self.progress = progress
        self.ports = _choose_ports(options)
        self.secrets = _secrets(options.var)
        self.server: RedisServer | None = None if options.redis_url else find_redis_server()
        self.parts: list[Part] = []
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def web_url(self) -> str:
        """Where the web server answers."""
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def exchange_url(self) -> str:
        """Where the exchange answers."""
        return f"http://127.0.0.1:{self.ports.exchange}"

    @property
    def events_url(self) -> str:
        """Where the event streams are."""
        return f"http://127.0.0.1:{self.ports.events}"

    @property
    def redis_url(self) -> str:
        """The Redis all parts share."""
        return self.options.redis_url or f"redis://:{self.secrets['redis_password']}@127.0.0.1:{self.ports.redis}/0"

    @property
    def database_url(self) -> str:
        """The history's database."""
        return self.options.database_url or f"sqlite:///{(self.options.var / 'hotline.sqlite').resolve()}"

    @property
    def env(self) -> dict[str, str]:
        """The environment every part runs in; `Settings.read()` under it gives the stack's settings."""
        return {**os.environ, **self.chosen, **self.options.environment}

    @property
    def chosen(self) -> dict[str, str]:
        """What this stack sets in that environment."""
        var = self.options.var.resolve()
        chosen = {
            "REDIS_URL": self.redis_url,
            "DATABASE_URL": self.database_url,
            "PUBLIC_BASE_URL": self.web_url,
            "TWILIO_ACCOUNT_SID": self.secrets["account_sid"],
            "TWILIO_AUTH_TOKEN": self.secrets["auth_token"],
            "HOTLINE_SECRET_KEY": self.secrets["secret_key"],
            "HOTLINE_FLOWS": str(self.options.flows.resolve()),
            "HOTLINE_VAR": str(var),
            "HOTLINE_RECORDINGS": str(var / "recordings"),
            "HOTLINE_AGENTS_NUMBER": self.options.agents_number,
            "HOTLINE_FALLBACK_NUMBER": self.options.fallback_number,
            "HOTLINE_EVENTS_URL": self.events_url,
            "HOTLINE_CLOCK": self.options.clock,
            "HOTLINE_EXCHANGE_URL": self.exchange_url,
            "HOTLINE_TESTERS": DRAFT_CALLER,
            "HOTLINE_CALLS_PER_SECOND": str(self.options.calls_per_second),
        }
        if self.options.exchange:
            chosen["TWILIO_API_URL"] = self.exchange_url
        return chosen

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

    def describe(self) -> dict[str, object]:
        """What other commands need to find this stack: `var/run/stack.json`."""
        return {
            "web": self.web_url,
            "exchange": self.exchange_url,
            "events": self.events_url,
            "agents_number": self.options.agents_number,
        }

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


def _choose_ports(options: StackOptions) -> Ports:
    if options.port == 0:
        with contextlib.ExitStack() as held:
            return Ports(*(_free_port(held) for _ in range(4)))
    wanted = Ports(options.port, options.port + 1, options.port + 2, options.port + 3)
    needed = {"web": wanted.web, "event streams": wanted.events}
    if options.exchange:
        needed["exchange"] = wanted.exchange
    if not options.redis_url:
        needed["Redis"] = wanted.redis
    for title, port in needed.items():
        if _taken(port):
            raise StackError(
                f"port {port}, wanted for {title}, is in use; choose others with --port N (N to N+3 are used)"
            )
    return wanted


def _free_port(held: contextlib.ExitStack) -> int:
    listener = held.enter_context(contextlib.closing(socket.socket()))
    listener.bind(("127.0.0.1", 0))
    return int(listener.getsockname()[1])


def _taken(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _secrets(var: Path) -> dict[str, str]:
    """What an embedded start invents once and keeps: the carrier account, keys and passwords of this machine only."""
    path = var / "run" / "secrets.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {
        "account_sid": "AC" + secrets.token_hex(16),
        "auth_token": secrets.token_hex(16),
        "secret_key": secrets.token_urlsafe(48),
        "redis_password": secrets.token_urlsafe(24),
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(made))
    return made


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


def answers(url: str, timeout: float = 1.0) -> bool:
    """Whether a GET of `url` gives a 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as reply:  # noqa: S310 - our own loopback addresses
            return bool(200 <= reply.status < 300)  # noqa: PLR2004 - the 2xx range
    except (urllib.error.URLError, OSError, ValueError):
        return False
