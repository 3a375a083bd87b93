"""The parts of a stack: what each is called, its command, and how to tell that it is ready."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from ivr.cli.layout import Layout
from ivr.core.phone import e164


@dataclass(frozen=True, slots=True)
class Part:
    """One supervised program; `count` copies of it run. `priority` orders start (low first) and stop (high first)."""

    name: str
    title: str
    command: tuple[str, ...]
    where: str
    ready: Callable[[], bool]
    priority: int
    count: int = 1
    stop_seconds: int = 6

    def log(self, var: Path) -> Path:
        """Where its output goes."""
        return var / "log" / f"{self.name}.log"


def parts_for(stack: Layout) -> list[Part]:
    """The parts a stack starts, in the order they have to be up."""
    parts = []
    if stack.server is not None:
        parts.append(_redis(stack))
    if stack.options.exchange:
        parts.append(_exchange(stack))
    return [*parts, _web(stack), _events(stack), *_workers(stack)]


def _redis(stack: Layout) -> Part:
    from redis import Redis
    from redis.exceptions import RedisError

    if stack.server is None:
        raise ValueError("no server to start")

    def ready() -> bool:
        try:
            with Redis.from_url(stack.redis_url, socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    command = (stack.server.executable, str((stack.options.var / "run" / "redis.conf").resolve()))
    return Part("redis", "Redis", command, f"127.0.0.1:{stack.ports.redis} ({stack.server.found})", ready, priority=10)


def _exchange(stack: Layout) -> Part:
    config = (stack.options.var / "run" / "exchange.json").resolve()
    config.touch(mode=0o600)
    config.write_text(json.dumps(exchange_config(stack)))
    command = (sys.executable, "-m", "exchange", "--config", str(config))
    url = stack.exchange_url
    return Part("exchange", "Exchange", command, url, lambda: answers(f"{url}/healthz"), priority=20)


def exchange_config(stack: Layout) -> dict[str, object]:
    """The exchange's configuration: this account, its numbers with their webhooks, the phones that can be rung."""
    import exchange.phones

    base = stack.web_url
    status = {"url": f"{base}/voice/status", "method": "POST", "events": ["completed"]}
    fallback = {"url": f"{base}/voice/fallback", "method": "POST"}

    def number(value: str, path: str, name: str) -> dict[str, object]:
        return {
            "number": value,
            "friendly_name": name,
            "voice": {"url": f"{base}{path}", "method": "POST"},
            "fallback": fallback,
            "status": status,
        }

    numbers = [number(value, "/voice/answer", name) for value, name in line_numbers(stack.options.flows)]
    numbers.append(number(stack.options.agents_number, "/voice/agents", "agents"))
    phones = stack.options.phones or Path(exchange.phones.__file__).parent / "demo.yaml"
    return {
        "account_sid": stack.secrets["account_sid"],
        "auth_token": stack.secrets["auth_token"],
        "host": "127.0.0.1",
        "port": stack.ports.exchange,
        "clock": stack.options.clock,
        "cps": stack.options.calls_per_second,
        "least_timeout": stack.options.least_timeout,
        "numbers": numbers,
        "phones": str(phones.resolve()),
        "framed_by": [base, base.replace("127.0.0.1", "localhost")],
    }


def line_numbers(flows: Path) -> list[tuple[str, str]]:
    """Numbers and titles of the lines in `lines.yaml`; an unreadable file is the web's to report, with its place."""
    try:
        raw = yaml.load((flows / "lines.yaml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds only text
        lines = raw["lines"]
        return [(e164(str(line["number"]), "ZZ"), str(line.get("title") or name)) for name, line in lines.items()]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return []


def _granian(interface: str, target: str, port: int, *options: str) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1", "--port", str(port),
        "--no-ws", "--http", "1",
        "--workers-kill-timeout", "3", "--respawn-failed-workers", "--log-level", "warning", *options, target,
    )  # fmt: skip


def _web(stack: Layout) -> Part:
    command = _granian(
        "wsgi", "ivr.app:wsgi", stack.ports.web, "--workers", str(stack.options.web_workers), "--blocking-threads", "4"
    )
    return Part("web", "Web", command, stack.web_url, lambda: answers(f"{stack.web_url}/readyz"), priority=30)


def _events(stack: Layout) -> Part:
    command = _granian("asgi", "ivr.events_app:app", stack.ports.events, "--workers", "1")
    return Part(
        "events", "Events", command, stack.events_url, lambda: answers(f"{stack.events_url}/healthz"), priority=30
    )


def _workers(stack: Layout) -> list[Part]:
    calls = (sys.executable, "-m", "queue_worker", "calls")
    records = (sys.executable, "-m", "queue_worker", "records")
    slow = (sys.executable, "-m", "queue_worker", "slow")
    count = stack.options.calls_workers
    return [
        Part(
            "worker-calls",
            "Workers",
            calls,
            f"{count} for calls",
            lambda: registered(stack, "calls", count),
            priority=40,
            count=count,
        ),
        Part(
            "worker-records",
            "Worker",
            records,
            "1 for the history and for texts",
            lambda: registered(stack, "records", 1),
            priority=40,
        ),
        Part(
            "worker-slow",
            "Worker",
            slow,
            "1 for recordings and other long work",
            lambda: registered(stack, "slow", 1),
            priority=40,
        ),
    ]


def registered(stack: Layout, queue: str, count: int) -> bool:
    """Whether `count` RQ workers serve `queue`."""
    from redis import Redis
    from redis.exceptions import RedisError
    from rq import Queue, Worker
    from rq.serializers import JSONSerializer

    try:
        with Redis.from_url(stack.redis_url, socket_timeout=1) as client:
            return len(Worker.all(queue=Queue(queue, connection=client, serializer=JSONSerializer))) >= count
    except RedisError:
        return False


def answers(url: str, timeout: float = 1.0) -> bool:
    """Whether a GET of `url` gives a 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as reply:  # noqa: S310 - our own loopback addresses
            return bool(200 <= reply.status < 300)  # noqa: PLR2004 - the 2xx range
    except (urllib.error.URLError, OSError, ValueError):
        return False
