"""Whether this Redis is the one that was looked at last, or has been started anew, or taken over for another, since.

Such a one may have lost the end of its log. It has certainly lost its scripts: they are kept in memory alone. So a
script that does nothing says that somebody has looked, for exactly as long as that is worth something.
"""

from hashlib import sha1

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

LOOKING_MS = 15_000
"""So long one process looks before another may: real ms."""


class RedisSettled:
    """The port `services.recovery.Memory`. Safe to share between threads. Raises StoreDown."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._looking = f"{keys.prefix}looking"
        self._mark = f"return 'settled {keys.prefix}'"
        self._sha = sha1(self._mark.encode()).hexdigest()  # noqa: S324 - how Redis names a script

    def settled(self) -> bool:
        """Whether somebody has looked since this Redis was started."""
        return bool(self._client.execute("SCRIPT", "EXISTS", self._sha)[0])

    def begin(self) -> bool:
        """Whether this process is to look: nobody else does so now."""
        return bool(self._client.execute("SET", self._looking, "1", "NX", "PX", LOOKING_MS))

    def settle(self) -> None:
        """Somebody has looked."""
        self._client.execute("EVAL", self._mark, "0")  # SCRIPT LOAD would stand in the log of a Redis before 7
        self._client.execute("DEL", self._looking)
