"""Who may have a stream: people signed in to the console, by its own cookie, for as long as their session lives."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.store.redis.console_sessions import cookie_name, seconds_left, session_key, well_formed
from ivr.store.redis.keys import Keys
from ivr.store.redis.overview import AsyncRedis

ROLES = frozenset({"supervisor", "operator"})
"""Who may watch everybody's calls."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may watch, and the session that says so."""

    session_key: str
    account: str


class Admission:
    """Looks sessions up. Raises redis.exceptions.RedisError."""

    def __init__(self, redis: AsyncRedis, keys: Keys, *, secure: bool) -> None:
        self._redis = redis
        self._keys = keys
        self._cookie = cookie_name(secure)

    async def admit(self, cookies: dict[str, str]) -> Admitted | int:
        """Who asks, or the status to refuse them with: 401 for nobody, 403 for a role that may not watch."""
        session_id = cookies.get(self._cookie, "")
        if not well_formed(session_id):
            return 401
        key = session_key(self._keys, session_id)
        created, account, role = [
            (value or b"").decode() for value in await self._redis.hmget(key, "created", "account", "role")
        ]
        if not created or not account or seconds_left(int(created), int(time.time())) <= 0:
            return 401
        return Admitted(key, account) if role in ROLES else 403

    async def dead(self, session_keys: Iterable[str]) -> set[str]:
        """Which sessions are over: signed out, revoked, idle or too old."""
        asked = sorted(set(session_keys))
        pipeline = self._redis.pipeline(transaction=False)
        for key in asked:
            pipeline.exists(key)
        return (
            {key for key, alive in zip(asked, await pipeline.execute(), strict=True) if not alive} if asked else set()
        )
