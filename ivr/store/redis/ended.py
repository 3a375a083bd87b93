"""The port `EndedCalls` on Redis: calls that are over, with all the live stores still have of them."""

from collections.abc import Mapping

from ivr.services.keeping import EndedCall
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.line_records import way_record
from ivr.store.redis.sessions import RedisSessions


class RedisEndedCalls:
    """Ended calls the history doesn't have yet. All methods raise ports.StoreDown."""

    def __init__(self, client: StateClient, keys: Keys, sessions: RedisSessions) -> None:
        self._client = client
        self._keys = keys
        self._sessions = sessions

    def waiting(self, limit: int = 100) -> list[str]:
        """Their SIDs, longest ended first."""
        return [sid.decode() for sid in self._client.execute("ZRANGE", self._keys.unrecorded, 0, limit - 1)]

    def get(self, call_sid: str) -> EndedCall | None:
        """One call's session and facts; None where nothing is kept of it."""
        found = self._sessions.load(call_sid)
        if found is None:
            return None
        way = way_record(self._hash(f"{self._keys.prefix}call:{call_sid}"))
        offers = [
            offer
            for epoch in range(1, int(way.get("epoch", "0")) + 1)
            if (offer := self._hash(f"{self._keys.prefix}reservation:{call_sid}-{epoch}"))
        ]
        return EndedCall(session=found[0], facts=self._sessions.facts(call_sid), way=way, offers=offers)

    def recorded(self, call_sid: str) -> None:
        """The history has it now."""
        self._client.execute("ZREM", self._keys.unrecorded, call_sid)

    def _hash(self, key: str) -> Mapping[str, str]:
        flat = self._client.execute("HGETALL", key)
        return {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
