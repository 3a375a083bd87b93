"""Sessions of live calls in Redis: one round trip a turn (docs/adr/0003-one-round-trip.md).

A process keeps the last sessions it served. The turn's number stands in the carrier's request, so a process knows
without asking whether its copy is of the right turn; `session_save.lua` compares and sets, so a copy that was wrong
after all changes nothing and comes back replaced.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from ivr.core.events import Event
from ivr.core.flow.session import Session
from ivr.services.ports import Behind, Repeated, Saved
from ivr.store.redis.client import Argument, StateClient
from ivr.store.redis.keys import Keys

KEEP_SECONDS = 26 * 3600
"""How long a session outlives its last sign of life: a call may last a day; replays must find their answer (T12)."""

KEEP_CAPTIONS_SECONDS = 3600
CAPTIONS_KEPT = 60
EVENTS_KEPT = 50_000
SESSIONS_KEPT = 4096
_WAITS = ("join", "join_ms")
"""What a process has to know besides to put a call back into its line: facts of `services/commands.py`."""
_SPEAKERS = {"call.heard": "hotline", "call.did": "caller"}

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Session).decode
_json = msgspec.json.Encoder().encode


class RedisSessions:
    """The `SessionStore` port on Redis. Safe to share between threads."""

    def __init__(self, client: StateClient, keys: Keys, *, kept: int = SESSIONS_KEPT) -> None:
        self._client = client
        self._keys = keys
        self._save = client.script("session_save")
        self._load = client.script("session_load")
        self._end = client.script("session_end")
        self._served = _Served(kept)

    def load(self, call_sid: str, at_turn: int | None = None) -> tuple[Session, str] | None:
        """The session and the document of its last turn; of `at_turn`, a copy kept here will do."""
        if at_turn is not None:
            kept = self._served.get(call_sid)
            if kept is not None and kept[0].turn == at_turn:
                return kept
        blob, answer, *waits = self._load([self._keys.session(call_sid)], [])
        if blob is None:
            return None
        found = (_unpack(blob), answer.decode())
        self._served.put(
            call_sid, found, {name: kept.decode() for name, kept in zip(_WAITS, waits, strict=True) if kept}
        )
        return found

    def save(
        self, session: Session, answer: str, events: Sequence[Event], facts: Mapping[str, str] | None = None
    ) -> Saved | Repeated | Behind:
        """Store a turn with its events and facts, once."""
        sid = session.call_sid
        keys = self._keys
        reply = self._save(
            [keys.session(sid), keys.captions(sid), keys.events, keys.calls],
            _save_arguments(session, answer, events, facts),
        )
        match reply:
            case [b"saved"]:
                self._served.put(sid, (session, answer), facts)
                return Saved()
            case [b"repeated", bytes(stored)]:
                self._served.drop(sid)  # the session stored may be another request's: its answer is all that is known
                return Repeated(stored.decode())
            case [b"behind", bytes(blob), bytes(stored)]:
                newest = (_unpack(blob), stored.decode())
                self._served.put(sid, newest)
                return Behind(*newest)
        raise TypeError(f"session_save answered {reply!r}")

    def again(self, call_sid: str) -> bool:
        """Store what this process stored last of a call, where a store that lost its tail has not even that."""
        kept, facts = self._served.get(call_sid), self._served.facts(call_sid)
        return kept is not None and isinstance(self.save(*kept, (), facts), Saved)

    def end(self, call_sid: str, outcome: str, at_ms: int) -> bool:
        """Mark a call ended, once; True the first time. False as well for a call without a session."""
        keys = self._keys
        first = self._end(
            [keys.session(call_sid), keys.captions(call_sid), keys.events, keys.calls, keys.unrecorded],
            [call_sid, outcome, at_ms, KEEP_SECONDS, KEEP_CAPTIONS_SECONDS, EVENTS_KEPT, _json({"outcome": outcome})],
        )
        return bool(first)

    def has_ended(self, call_sid: str) -> bool:
        """Whether a call was marked so."""
        return bool(self._client.execute("HEXISTS", self._keys.session(call_sid), "ended_ms"))

    def facts(self, call_sid: str) -> Mapping[str, str]:
        """What is kept beside a session: `note:...`, `message:...`, `join`, `started_ms`, `ended_ms`, `outcome`, ..."""
        flat = self._client.execute("HGETALL", self._keys.session(call_sid))
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return {name.decode(): value.decode() for name, value in pairs if name not in {b"blob", b"answer"}}


class _Served:
    """The last sessions this process served, with their documents and the facts it knows of them; bounded, oldest out
    first."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._by_call: OrderedDict[str, tuple[Session, str]] = OrderedDict()
        self._facts: dict[str, dict[str, str]] = {}

    def get(self, call_sid: str) -> tuple[Session, str] | None:
        return self._by_call.get(call_sid)

    def facts(self, call_sid: str) -> Mapping[str, str]:
        return self._facts.get(call_sid, {})

    def put(self, call_sid: str, found: tuple[Session, str], facts: Mapping[str, str] | None = None) -> None:
        with self._lock:
            self._by_call[call_sid] = found
            self._by_call.move_to_end(call_sid)
            if facts:
                self._facts[call_sid] = {**self._facts.get(call_sid, {}), **facts}
            if len(self._by_call) > self._kept:
                oldest, _ = self._by_call.popitem(last=False)
                self._facts.pop(oldest, None)

    def drop(self, call_sid: str) -> None:
        with self._lock:
            self._by_call.pop(call_sid, None)
            self._facts.pop(call_sid, None)


def _save_arguments(
    session: Session, answer: str, events: Sequence[Event], facts: Mapping[str, str] | None
) -> list[Argument]:
    arguments: list[Argument] = [
        session.turn, _pack(session), answer, KEEP_SECONDS, session.call_sid, _started_ms(session), session.line,
        CAPTIONS_KEPT, EVENTS_KEPT,
    ]  # fmt: skip
    arguments.append(len(facts) if facts else 0)
    if facts:
        for name, value in facts.items():
            arguments += (name, value)
    captions = [
        _json({"at_ms": event.at_ms, "who": _SPEAKERS[event.type], "text": event.data["text"]})
        for event in events
        if event.type in _SPEAKERS
    ]
    arguments.append(len(captions))
    arguments += captions
    arguments.append(len(events))
    for event in events:
        arguments += (event.type, event.at_ms, _json(event.data))
    return arguments


def _started_ms(session: Session) -> int:
    if not session.started_at:
        return 0
    return int(datetime.fromisoformat(session.started_at).timestamp() * 1000)
