"""The one reader: follows the event stream, looks again at what events touched, tells the difference to all browsers.

Events say where to look, never what is so: the board is always read from the state itself. What no event told of is
found by a full look every `LOOK_SECONDS`. While nobody watches, Redis is left alone.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError

from ivr.core.live import Board, Message, changes, snapshot, with_changes
from ivr.services.clock import Clock
from ivr.store.redis.keys import Keys
from ivr.store.redis.overview import AsyncRedis, OverviewReader
from ivr.web.stream.fanout import Fanout, Listener, Numbered

log = structlog.stdlib.get_logger(__name__)

LOOK_SECONDS = 5.0
GATHER_SECONDS = 0.05
"""How long events are gathered before one look at all they touched."""

_BLOCK_MS = 500
_COUNT = 500
_AWAY_SECONDS = 0.5

LINE_EVENTS = frozenset(
    {
        b"call.joined", b"call.ring_opened", b"call.offered", b"offer.ended", b"call.accepted", b"call.bridged",
        b"call.moved", b"call.boosted", b"call.pulled", b"call.left", b"callback.booked", b"callback.due",
        b"callback.missed", b"queue.changed", b"wait.told",
    }
)  # fmt: skip
"""After these somebody who watches the lines looks at them again: places and callbacks are not on the board."""

Entry = tuple[bytes, Mapping[bytes, bytes]]


class Watch:
    """Keeps the board true while somebody watches. `run()` it as one task."""

    def __init__(self, redis: AsyncRedis, keys: Keys, clock: Clock, fanout: Fanout) -> None:
        self._redis = redis
        self._events = keys.events
        self._reader = OverviewReader(redis, keys)
        self._clock = clock
        self._fanout = fanout
        self._board: Board | None = None
        self._last = ""
        self._wanted = asyncio.Event()
        self._ready = asyncio.Event()
        self.away = False

    async def join(self, listener: Listener, last_id: str) -> list[Numbered]:
        """Add a listener; what it has to be sent first: what it missed, else a snapshot. Raises TimeoutError."""
        self._fanout.listeners.add(listener)
        self._wanted.set()
        try:
            async with asyncio.timeout(5):
                await self._ready.wait()
        except TimeoutError:
            self.leave(listener)
            raise
        # No await from here on: nothing can be handed out between the snapshot and the listener's first message.
        while not listener.queue.empty():
            listener.queue.get_nowait()
        missed = self._fanout.since(last_id) if last_id else None
        return missed if missed is not None else [self._snapshot()]

    def leave(self, listener: Listener) -> None:
        """A browser went away."""
        self._fanout.listeners.discard(listener)

    async def run(self) -> None:
        """Watch until cancelled. Redis going away is told to the browsers, and tried again."""
        looked = 0.0
        now: Callable[[], float] = asyncio.get_running_loop().time
        while True:
            if not self._fanout.listeners:
                self._forget()
                await self._wanted.wait()
            self._wanted.clear()
            try:
                if self._board is None or now() - looked >= LOOK_SECONDS:
                    await self._look()
                    looked = now()
                await self._follow()
            except (TimeoutError, RedisError, OSError) as error:
                await self._gone(error)
                looked = 0.0

    async def _look(self) -> None:
        if self._board is None:
            newest = await self._redis.xrevrange(self._events, count=1)
            self._last = newest[0][0].decode() if newest else "0-0"
        board = await self._reader.board()
        self._tell(board)
        if self.away:
            self.away = False
            self._fanout.send([Message("store", {"away": False})])
        self._ready.set()

    async def _follow(self) -> None:
        entries = await self._read(_BLOCK_MS)
        if not entries:
            return
        await asyncio.sleep(GATHER_SECONDS)
        entries += await self._read(None)
        calls, agents = touched(entries)
        board = self._board or Board()
        # An agent's change may be the only event of a call's, and the other way round.
        calls |= {agent.call for name in agents if (agent := board.agents.get(name)) is not None and agent.call}
        agents |= {call.agent for sid in calls if (call := board.calls.get(sid)) is not None and call.agent}
        found = await self._reader.calls(sorted(calls))
        agents |= {call.agent for call in found.values() if call is not None and call.agent}
        seen = await self._reader.agents(sorted(agents))
        self._fanout.send([Message("ended", {"call": sid, "outcome": outcome}) for sid, outcome in endings(entries)])
        self._tell(with_changes(board, found, seen))
        if any(fields.get(b"type") in LINE_EVENTS for _, fields in entries):
            self._fanout.send([Message("lines", {})])

    async def _read(self, block_ms: int | None) -> list[Entry]:
        reply = await self._redis.xread({self._events: self._last}, count=_COUNT, block=block_ms)
        entries: list[Entry] = list(reply[0][1]) if reply else []
        if entries:
            self._last = entries[-1][0].decode()
        return entries

    def _tell(self, board: Board) -> None:
        before, self._board = self._board, board
        if before is not None:
            self._fanout.send(list(changes(before, board)))

    def _snapshot(self) -> Numbered:
        return self._fanout.number(snapshot(self._board or Board(), self._clock.now_ms(), self._clock.speed))

    def _forget(self) -> None:
        if self._board is not None:
            self._board = None
            self._ready.clear()
            self._fanout.forget()

    async def _gone(self, error: Exception) -> None:
        if not self.away:
            self.away = True
            log.warning("the store is away", error=type(error).__name__)
            self._fanout.send([Message("store", {"away": True})])
        with contextlib.suppress(RedisError, OSError):
            await self._redis.connection_pool.disconnect(inuse_connections=False)
        await asyncio.sleep(_AWAY_SECONDS)


def touched(entries: Sequence[Entry]) -> tuple[set[str], set[str]]:
    """The calls and agents some events are about."""
    calls: set[str] = set()
    agents: set[str] = set()
    for _, fields in entries:
        calls.add(fields.get(b"call", b"").decode())
        agents.add(str(_data(fields).get("agent", "")))
    return calls - {""}, agents - {""}


def endings(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """The calls that ended in some events, with how."""
    return [
        (fields[b"call"].decode(), str(_data(fields).get("outcome", "")))
        for _, fields in entries
        if fields.get(b"type") == b"call.ended" and b"call" in fields
    ]


def _data(fields: Mapping[bytes, bytes]) -> dict[str, Any]:
    try:
        data = json.loads(fields.get(b"data", b"{}"))
    except ValueError:
        log.warning("an event's data can't be read", type=fields.get(b"type", b"").decode(errors="replace"))
        return {}
    return data if isinstance(data, dict) else {}
