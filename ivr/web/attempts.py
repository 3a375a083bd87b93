"""How often somebody may try to sign in: 5 times per name and 20 times per address in any 15 minutes.

Counted in Redis, so that all web processes and restarts share one count, with `limits`, the engine beneath
Flask-Limiter, whose own hooks would run on every webhook. Each try is counted before the password is looked at (a burst
can't slip through); a right one forgives the name's earlier ones.
"""

import hashlib
import time
from typing import cast

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.services.ports import StoreDown
from ivr.store.redis.keys import Keys

PER_NAME = RateLimitItemPerMinute(5, 15, namespace="name")
PER_ADDRESS = RateLimitItemPerMinute(20, 15, namespace="address")
_TIMEOUT = 1.0


class Attempts:
    """Counts tries to sign in. Methods raise StoreDown: without counting there is no signing in."""

    def __init__(self, redis_url: str, keys: Keys) -> None:
        self._window = MovingWindowRateLimiter(redis_storage(redis_url, f"{keys.prefix}console:tries"))

    def refused(self, name: str, address: str) -> int:
        """Count a try. 0 where it may be made, else the whole seconds until one may."""
        try:
            for item, who in ((PER_ADDRESS, address), (PER_NAME, _digest(name))):
                if not self._window.hit(item, who):
                    reset = self._window.get_window_stats(item, who).reset_time
                    return max(1, int(reset - time.time()) + 1)
        except StorageError as error:
            raise StoreDown("sign-in tries can't be counted") from error
        return 0

    def forgive(self, name: str) -> None:
        """The password was right: forget the name's tries."""
        try:
            self._window.clear(PER_NAME, _digest(name))
        except StorageError as error:
            raise StoreDown("sign-in tries can't be counted") from error


def redis_storage(redis_url: str, prefix: str) -> RedisStorage:
    """Where `limits` counts: without retries, so that a store that is away is known at once."""
    return RedisStorage(
        redis_url,
        key_prefix=prefix,
        wrap_exceptions=True,
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        retry=cast("str", Retry(NoBackoff(), 0)),  # handed on to redis-py as it is
    )


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().casefold().encode()).hexdigest()[:32]
