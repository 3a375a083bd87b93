"""The port `LiveCalls` on Redis: a walk through `calls`, which every process takes on from where the last one was."""

from collections.abc import Sequence

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys


class RedisLiveCalls:
    """Calls that have begun and not ended. Two processes at once may see the same ones: looking twice harms nobody."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._calls = keys.calls
        self._reached = f"{keys.calls}:looked"

    def next(self, before_ms: int, most: int) -> Sequence[str]:
        """The next of those begun before a moment, oldest first; after the last it begins anew."""
        reached = self._client.execute("GET", self._reached) or b"-inf"
        found = self._client.execute(
            "ZRANGEBYSCORE", self._calls, b"(" + reached, before_ms, "WITHSCORES", "LIMIT", 0, most
        )
        if found:
            self._client.execute("SET", self._reached, found[-1])
        else:
            self._client.execute("DEL", self._reached)
        return [sid.decode() for sid in found[::2]]
