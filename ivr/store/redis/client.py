"""The state client: how the live moment is read and changed. One connection a thread, no retries, 0.25 s, a breaker.

redis-py's own client repeats a command whose reply was lost, up to ten times, so that a script runs twice without
anybody knowing; and it takes seconds to say that Redis is away. Here a command is sent once. What it did where the
reply was lost is settled by operation ids inside the scripts: the caller repeats, the script answers as the first time.

Replies are raw: bytes, int, None or lists of them. RQ has connections of its own (`jobs.py`); they are never shared.
"""

import os
import select
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from hiredis import pack_command
from redis.backoff import NoBackoff
from redis.connection import Connection, parse_url
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from ivr.services.ports import StoreDown
from ivr.store.redis.breaker import Breaker
from ivr.store.redis.scripts import load_script
from ivr.store.redis.wire import Wire

Argument = str | bytes | int | float
Reply = Any
ScriptCall = Callable[[Sequence[Argument], Sequence[Argument]], Reply]

TIMEOUT_SECONDS = 0.25
"""How long a reply may take where nobody says otherwise: what a silent Redis costs a caller."""

IDLE_SECONDS = 1.0
"""A connection unused for this long is looked at before it is used: Redis may have been restarted meanwhile."""

# Neither library types these: redis-py's connection is untyped, and hiredis says a command has exactly one word.
_pack: Callable[[tuple[Argument, ...]], bytes] = pack_command  # type: ignore[assignment]
_parse_url: Callable[[str], dict[str, Any]] = parse_url

_DOWN = (RedisConnectionError, RedisTimeoutError, OSError, OutOfMemoryError, ReadOnlyError)


class StateClient:
    """Commands and scripts on the state store. Safe to share between threads, and across a fork.

    Every call raises ports.StoreDown where Redis is away, full, read-only or unable to write its log, or the breaker is
    open; redis.exceptions.ResponseError where the command or script is wrong.
    """

    def __init__(self, url: str, *, timeout: float | None = None, breaker: Breaker | None = None) -> None:
        timeout = TIMEOUT_SECONDS if timeout is None else timeout
        options = _parse_url(url)
        self._connection_class: Callable[..., Any] = options.pop("connection_class", Connection)
        self._options = options | {
            "socket_timeout": timeout,
            "socket_connect_timeout": timeout,
            "retry": Retry(NoBackoff(), 0),
            "protocol": 2,
            "driver_info": None,
            "decode_responses": False,
        }
        self._timeout = timeout
        self._local = threading.local()
        self._generation = 0
        self.breaker = breaker or Breaker()
        here = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget(here()))

    def execute(self, *command: Argument) -> Reply:
        """One command, once."""
        return self._exchange(_pack(command))

    def script(self, name: str) -> ScriptCall:
        """The script of `lua/<name>.lua` as a function of (keys, args)."""
        script = load_script(name)
        sha, text = script.sha, script.text
        pack, exchange = _pack, self._exchange

        def call(keys: Sequence[Argument], args: Sequence[Argument]) -> Reply:
            packed = pack(("EVALSHA", sha, len(keys), *keys, *args))
            try:
                return exchange(packed)
            except NoScriptError:
                # Refused before it ran: a restart or failover emptied the cache. Loading and calling again is safe.
                exchange(pack(("SCRIPT", "LOAD", text)))
                return exchange(packed)

        return call

    def close(self) -> None:
        """Close this thread's connection; those of other threads close when next used, or with their thread."""
        self._generation += 1
        wire: Wire | None = self._local.__dict__.pop("wire", None)
        if wire is not None:
            wire.close()

    def _exchange(self, packed: bytes) -> Reply:
        breaker = self.breaker
        if not breaker.closed and not breaker.admits():
            raise StoreDown("the state store is away; the breaker is open")
        try:
            wire = self._ready()
            reply = wire.exchange(packed)
        except _DOWN as error:
            raise self._failed(error) from error
        except ResponseError as error:
            wire.used = time.monotonic()
            if str(error).startswith("MISCONF"):  # it can't write its append-only file: nothing is safe there
                raise self._failed(error) from error
            breaker.succeeded()
            raise
        wire.used = time.monotonic()
        breaker.succeeded()
        return reply

    def _ready(self) -> Wire:
        """This thread's connection."""
        state = self._local.__dict__
        wire: Wire | None = state.get("wire")
        if wire is not None:
            fresh = time.monotonic() - wire.used < IDLE_SECONDS
            if wire.generation == self._generation and (fresh or not _readable(wire)):
                return wire
            wire.close()
            del state["wire"]
        connection = self._connection_class(**self._options)
        connection.connect()
        wire = Wire(connection, self._timeout, self._generation, time.monotonic())
        state["wire"] = wire
        return wire

    def _failed(self, error: Exception) -> StoreDown:
        # One thread has seen it: every other opens a new connection instead of meeting the same dead socket.
        self._generation += 1
        self.breaker.failed()
        return StoreDown(f"the state store is away: {type(error).__name__}: {error}")


def _readable(wire: Wire) -> bool:
    """Whether an idle connection has something to read: the other end closed it, or an old reply is left in it."""
    if wire.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(wire, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))


def _forget(client: StateClient | None) -> None:
    """In a forked child: the parent's sockets are not ours to write to."""
    if client is not None:
        client._local = threading.local()  # noqa: SLF001 - the class's own half, outside it only for the weak reference
        client.breaker = Breaker(client.breaker.threshold, client.breaker.probe_seconds)
