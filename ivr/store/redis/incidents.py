"""Incidents in Redis: one hash of them all, so that reading them is one request. What is over is cleared when read."""

from collections.abc import Sequence

import msgspec

from ivr.services.incidents import Declared
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

_GRACE_MS = 3_600_000
"""How long the hash outlives the last incident in it."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Declared).decode


class RedisIncidents:
    """The `Incidents` port on Redis. Raises StoreDown."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    def start(self, declared: Declared) -> None:
        """Begin one, or change the one of that id. The hash lives as long as the incident that lasts longest."""
        incident = declared.incident
        lasts_ms = max(incident.until_ms - incident.since_ms, 0) + _GRACE_MS
        self._client.execute("HSET", self._keys.incidents, incident.id, _encode(declared))
        left_ms = int(self._client.execute("PTTL", self._keys.incidents))
        if left_ms < lasts_ms:
            self._client.execute("PEXPIRE", self._keys.incidents, lasts_ms)

    def stop(self, incident_id: str) -> bool:
        """End one; False where there is none of that id."""
        return bool(self._client.execute("HDEL", self._keys.incidents, incident_id))

    def all(self, now_ms: int) -> Sequence[Declared]:
        """Those not over at `now_ms`, oldest first."""
        flat = self._client.execute("HGETALL", self._keys.incidents)
        kept = [_decode(value) for value in flat[1::2]]
        over = [one.incident.id for one in kept if one.incident.until_ms <= now_ms]
        if over:
            self._client.execute("HDEL", self._keys.incidents, *over)
        lasting = [one for one in kept if one.incident.until_ms > now_ms]
        return sorted(lasting, key=lambda one: (one.incident.since_ms, one.incident.id))

    def tell(self, incident_id: str, call_sid: str, again_ms: int) -> bool:
        """Whether a waiting call is to be told now: True at most once in `again_ms` of real time."""
        key = self._keys.incident_told(incident_id, call_sid)
        return self._client.execute("SET", key, 1, "NX", "PX", again_ms) is not None
