"""The board as Redis has it: read in pipelines by the event streams' process, which never changes anything.

Call states of the line (`core/queue.py`) become what people watch: offered is ringing, accepted is joining, bridged is
talking, and a call that never was in a line, or left it and goes on in its flow, is in its menu.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from ivr.core.flow.session import Session
from ivr.core.live import CAPTIONS_SHOWN, AgentNow, Board, CallNow, CallState, Caption
from ivr.core.phone import mask
from ivr.store.redis.keys import Keys

log = structlog.stdlib.get_logger(__name__)

AsyncRedis = Any
"""redis.asyncio.Redis, raw replies. Its own types name the replies of every protocol at once, which tells nothing."""

_BATCH = 200
"""Calls or agents a pipeline asks for: Redis serves others between two of them."""

_STATES: Mapping[str, CallState] = {
    "waiting": "waiting",
    "offered": "ringing",
    "accepted": "joining",
    "bridged": "talking",
}
_BEGAN: Mapping[CallState, str] = {
    "waiting": "start",
    "ringing": "start",
    "joining": "accepted",
    "talking": "bridged",
}
_SESSION_FIELDS = ("blob", "line", "started_ms", "ended_ms")
_unpack = msgspec.msgpack.Decoder(Session).decode
_caption = msgspec.json.Decoder(Caption).decode


class OverviewReader:
    """Reads calls and agents as they are now. Raises redis.exceptions.RedisError."""

    def __init__(self, redis: AsyncRedis, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def board(self) -> Board:
        """Every live call and every agent who ever logged in."""
        calls = [sid.decode() for sid in await self._redis.zrange(self._keys.calls, 0, -1)]
        agents = sorted(name.decode() for name in await self._redis.smembers(f"{self._keys.prefix}agents"))
        found = await self.calls(calls)
        return Board({sid: call for sid, call in found.items() if call is not None}, await self.agents(agents))

    async def calls(self, sids: Sequence[str]) -> dict[str, CallNow | None]:
        """Some calls as they are now; None for one that is over or unknown."""
        found: dict[str, CallNow | None] = {}
        for some in _batches(sids):
            pipeline = self._redis.pipeline(transaction=False)
            for sid in some:
                pipeline.hmget(self._keys.session(sid), _SESSION_FIELDS)
                pipeline.hgetall(f"{self._keys.prefix}call:{sid}")
                pipeline.lrange(self._keys.captions(sid), -CAPTIONS_SHOWN, -1)
            replies = await pipeline.execute()
            for index, sid in enumerate(some):
                found[sid] = call_now(sid, *replies[3 * index : 3 * index + 3])
        return found

    async def agents(self, ids: Sequence[str]) -> dict[str, AgentNow]:
        """Some agents as they are now; one Redis doesn't know is offline."""
        found: dict[str, AgentNow] = {}
        for some in _batches(ids):
            pipeline = self._redis.pipeline(transaction=False)
            for agent in some:
                pipeline.hgetall(f"{self._keys.prefix}agent:{agent}")
            for agent, reply in zip(some, await pipeline.execute(), strict=True):
                found[agent] = agent_now(agent, reply)
        return found


def call_now(
    sid: str, session: Sequence[bytes | None], way: Mapping[bytes, bytes], said: Sequence[bytes]
) -> CallNow | None:
    """A call from its session's fields, its way through a line and its captions; None where it is over."""
    blob, line, started, ended = session
    if blob is None or ended is not None:
        return None
    try:
        kept, captions = _unpack(blob), tuple(_caption(line) for line in said)
    except msgspec.MsgspecError as error:
        log.warning("a call can't be shown: written by another version", call=sid, error=str(error))
        return None
    started_ms = int(started or 0) or _ms(kept.started_at)
    state = _STATES.get(_text(way, "state"), "menu")
    in_line = state != "menu"
    since = int(_text(way, _BEGAN[state]) or 0) if in_line else started_ms
    if state in ("waiting", "ringing"):
        since = int(_text(way, "joined") or since)
    return CallNow(
        call=sid,
        line=(line or b"").decode() or kept.line,
        started_ms=started_ms,
        state=state,
        since_ms=since,
        number=mask(kept.from_number) if kept.from_number else "",
        kind=kept.caller.kind,
        name=kept.caller.name,
        path=kept.path,
        queue=_text(way, "queue") if in_line else "",
        agent=_text(way, "agent").partition(" ")[0] if state in ("ringing", "joining", "talking") else "",
        waiting_ms=int(_text(way, "start") or 0) if in_line else 0,
        captions=captions,
    )


def agent_now(agent: str, kept: Mapping[bytes, bytes]) -> AgentNow:
    """An agent from the hash the lines keep."""
    return AgentNow(
        agent=agent,
        state=_text(kept, "state") or "offline",
        since_ms=int(_text(kept, "since") or 0),
        reason=_text(kept, "pause_reason"),
        call=_text(kept, "call"),
        name=_text(kept, "name"),
    )


def _text(fields: Mapping[bytes, bytes], name: str) -> str:
    return fields.get(name.encode(), b"").decode()


def _ms(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000) if moment else 0


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
