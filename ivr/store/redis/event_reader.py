"""The event stream, read by a group: each event goes to one reader, and comes again until it is said to be folded.

Reading never blocks: the state client gives Redis 0.25 s. Whoever reads asks again a moment later.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from redis.exceptions import ResponseError

from ivr.core.events import Event
from ivr.services.events_port import Batch, EventId, Written
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

GROUP = "scribe"
DEAD_MS = 30_000
"""A reader that has asked for nothing for so long is dead: what it held goes to another."""
FORGET_MS = 3_600_000
"""A dead reader that holds nothing is forgotten after so long."""

_MOST_HELD = 1_000
_PAGE = 500
"""Entries read at once: Redis serves others in between, and the state client doesn't wait long for an answer."""


class RedisEventReader:
    """The port `EventReader` on Redis. `name` is this reader's, different in each process."""

    def __init__(self, client: StateClient, keys: Keys, name: str) -> None:
        self._client = client
        self._stream = keys.events
        self._name = name

    def unfolded(self) -> Batch:
        """What was handed to this reader and not folded."""
        return self._batch(self._entries("0", _MOST_HELD))

    def new(self, most: int) -> Batch:
        """What nobody was handed yet."""
        return self._batch(self._entries(">", most))

    def left_behind(self, most: int) -> Batch:
        """What readers took that have died since. Readers long dead are forgotten by the way."""
        taken = self._grouped("XAUTOCLAIM", self._stream, GROUP, self._name, DEAD_MS, "0-0", "COUNT", most)
        self._forget_the_dead()
        entries = taken[1] if taken else []
        deleted = taken[2] if taken and len(taken) > 2 else []  # noqa: PLR2004 - the third part came with Redis 7
        found = self._batch([entry for entry in entries if entry])
        return Batch(found.ids, found.events, found.lost + len(deleted))

    def folded(self, ids: Sequence[str]) -> None:
        """These need not be handed out again."""
        if ids:
            self._client.execute("XACK", self._stream, GROUP, *ids)

    def since(self, after: EventId, most: int) -> list[Written]:
        """Events after an id, oldest first, whoever has folded them."""
        found: list[Written] = []
        while len(found) < most:
            start = f"{after.ms}-{after.number + 1}"
            page = self._batch(self._client.execute("XRANGE", self._stream, start, "+", "COUNT", _PAGE))
            if not page.ids:
                break
            found += page.events
            after = _id(page.ids[-1])
        return found

    def _entries(self, after: str, most: int) -> list[Any]:
        reply = self._grouped(
            "XREADGROUP", "GROUP", GROUP, self._name, "COUNT", most, "STREAMS", self._stream, after
        )  # fmt: skip
        return list(reply[0][1]) if reply else []

    def _grouped(self, *command: str | int) -> Any:
        """A command of the group, which is made where there is none: at the first start, or by a Redis made anew."""
        try:
            return self._client.execute(*command)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        try:
            self._client.execute("XGROUP", "CREATE", self._stream, GROUP, "0", "MKSTREAM")
        except ResponseError as error:  # another reader was quicker
            if "BUSYGROUP" not in str(error):
                raise
        return self._client.execute(*command)

    def _forget_the_dead(self) -> None:
        for flat in self._client.execute("XINFO", "CONSUMERS", self._stream, GROUP):
            reader = dict(zip(flat[::2], flat[1::2], strict=True))
            if reader[b"pending"] == 0 and reader[b"idle"] > FORGET_MS:
                self._client.execute("XGROUP", "DELCONSUMER", self._stream, GROUP, reader[b"name"])

    def _batch(self, entries: Sequence[Any]) -> Batch:
        kept = [(entry[0].decode(), entry[1]) for entry in entries]
        found = [written for name, flat in kept if flat and (written := _written(name, flat))]
        return Batch(tuple(name for name, _ in kept), tuple(found), sum(1 for _, flat in kept if not flat))


def _written(name: str, flat: Sequence[bytes]) -> Written | None:
    """An entry as an event; None for one that can't be read."""
    fields: Mapping[bytes, bytes] = dict(zip(flat[::2], flat[1::2], strict=True))
    try:
        data = json.loads(fields.get(b"data", b"{}"))
        at_ms = int(float(fields[b"at_ms"]))
    except (KeyError, ValueError):
        return None
    kind = fields.get(b"type", b"").decode(errors="replace")
    call = fields.get(b"call", b"").decode(errors="replace")
    event = Event(kind, at_ms, call, data if isinstance(data, dict) else {})  # type: ignore[arg-type]
    return Written(_id(name), event)


def _id(name: str) -> EventId:
    ms, _, number = name.partition("-")
    return EventId(int(ms), int(number))


def unfolded(client: StateClient, keys: Keys) -> int:
    """Events that nobody has folded yet: not handed out, or handed out and not said to be folded. Raises StoreDown."""
    if not client.execute("EXISTS", keys.events):
        return 0
    for flat in client.execute("XINFO", "GROUPS", keys.events):
        group = dict(zip(flat[::2], flat[1::2], strict=True))
        if group[b"name"] == GROUP.encode():
            return int(group[b"pending"]) + int(group.get(b"lag") or 0)  # Redis 6 doesn't tell the second
    return int(client.execute("XLEN", keys.events))
