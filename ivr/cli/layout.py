"""How the parts of a stack find each other: ports, addresses, secrets and the environment all of them run in.

`stack.py` starts and stops what is laid out here, `parts.py` says which programs that is.
"""

import contextlib
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.cli.redis_server import RedisServer, find_redis_server

DRAFT_CALLER = "+33639980099"
"""The number the console's draft phone calls from (of those kept for fiction): it hears drafts."""


class StackError(Exception):
    """The stack can't start, or a part of it failed; the message says which, why and what to do."""


@dataclass(frozen=True, slots=True)
class StackOptions:
    """What to start. `port` is the web's; exchange, events and Redis take the three after it (0: any free ones).

    `least_timeout`: real seconds the exchange gives a webhook at least, however fast the clock.
    """

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
    least_timeout: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of a stack."""

    web: int
    exchange: int
    events: int
    redis: int


class Layout:
    """Where everything of one stack is. Ports are chosen, and secrets made where there are none, as it is made.

    `server` is the Redis to start, None for one that is there. Raises StackError where a port is in use.
    """

    def __init__(self, options: StackOptions) -> None:
        self.options = options
        self.ports = _choose_ports(options)
        self.secrets = _secrets(options.var)
        self.server: RedisServer | None = None if options.redis_url else find_redis_server()

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

    def describe(self) -> dict[str, object]:
        """What other commands need to find this stack: `var/run/stack.json`."""
        return {
            "web": self.web_url,
            "exchange": self.exchange_url,
            "events": self.events_url,
            "agents_number": self.options.agents_number,
        }


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
