"""The `TalkResults` port on Redis: fields of the agent's, the reservation's and the call's own hashes."""

import json

from ivr.services.results import NOTE
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

_AFTER_THE_FLOW = 1000
"""A note's place (`note:<turn>:<index>`) behind all that the flow noted itself."""


class RedisResults:
    """What came of talks. All methods raise ports.StoreDown."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    def last(self, agent: str) -> str:
        """The reservation of an agent's last talk, empty for none."""
        return self._field(f"{self._keys.prefix}agent:{agent}", "talk")

    def of(self, reservation: str) -> str:
        """What came of a talk, empty where nobody said."""
        return self._field(f"{self._keys.prefix}reservation:{reservation}", "result")

    def keep(self, reservation: str, call_sid: str, result: str) -> None:
        """Keep it, with the call's session as well, where that is still there."""
        session = self._keys.session(call_sid)
        epoch = reservation.rpartition("-")[2]
        if self._client.execute("EXISTS", session):
            self._client.execute("HSET", session, f"note:{_AFTER_THE_FLOW}:{epoch}", json.dumps([NOTE, result]))
        self._client.execute("HSET", f"{self._keys.prefix}reservation:{reservation}", "result", result)

    def _field(self, key: str, field: str) -> str:
        reply = self._client.execute("HGET", key, field)
        return reply.decode() if reply else ""
