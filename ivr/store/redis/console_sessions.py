"""Sessions of the console, kept in Redis: the browser holds a random id, Redis its digest and all else.

A session dies `IDLE_SECONDS` after its last use and `ABSOLUTE_SECONDS` after sign-in, whichever comes first. What can
be read out of Redis opens nothing: keys carry the SHA-256 of the id. Times are real ones, never a simulated clock's.

`console:session:<digest>` is a hash: `data` (JSON of Flask's session), `account`, `role`, `created` (Unix seconds).
`console:account:<id>` is a set of the digests of an account's sessions, to revoke them all.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 3600
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(slots=True)
class ConsoleSession:
    """One browser's session. `account` and `role` are empty until sign-in. `created` and expiry are Unix seconds."""

    id: str
    created: int
    account: str = ""
    role: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def cookie_name(secure: bool) -> str:
    """The session cookie's name; over https browsers then refuse it from anywhere but this very host."""
    return "__Host-hotline" if secure else "hotline"


def session_key(keys: Keys, session_id: str) -> str:
    """Where a session is kept."""
    return f"{keys.prefix}console:session:{hashlib.sha256(session_id.encode()).hexdigest()}"


def well_formed(session_id: str) -> bool:
    """Whether this can be an id of ours at all (32 random bytes in URL-safe base64)."""
    return bool(_ID.fullmatch(session_id))


def seconds_left(created: int, now: int) -> int:
    """How long a session may still live if it isn't used again; 0 or less when it is over."""
    return min(IDLE_SECONDS, created + ABSOLUTE_SECONDS - now)


class ConsoleSessions:
    """Reads and writes sessions. All methods raise ports.StoreDown; `now` is Unix seconds of the real clock."""

    def __init__(self, redis: StateClient, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys
        self._save = redis.script("console_save")

    def load(self, session_id: str, now: int) -> ConsoleSession | None:
        """A living session, or None."""
        if not well_formed(session_id):
            return None
        reply = self._redis.execute("HMGET", session_key(self._keys, session_id), "created", "account", "role", "data")
        created, account, role, data = (value.decode() if value is not None else "" for value in reply)
        if not created or seconds_left(int(created), now) <= 0:
            return None
        return ConsoleSession(session_id, int(created), account, role, json.loads(data))

    def save(self, session: ConsoleSession, now: int, *, new: bool) -> bool:
        """Store a session and start its idle time anew; False where an old one has been revoked meanwhile."""
        key = session_key(self._keys, session.id)
        left = seconds_left(session.created, now)
        if left <= 0:
            self.drop(session)
            return False
        mine = self._account_key(session.account) if session.account else key
        data = json.dumps(session.data, separators=(",", ":"))
        words = (0 if new else 1, left, ABSOLUTE_SECONDS, session.created, session.account, session.role, data)
        return bool(self._save((key, mine), words))

    def drop(self, session: ConsoleSession) -> None:
        """End a session at once, here and on the event streams."""
        key = session_key(self._keys, session.id)
        self._redis.execute("DEL", key)
        if session.account:
            self._redis.execute("SREM", self._account_key(session.account), key)

    def revoke(self, account: str) -> int:
        """End every session of an account; how many were alive."""
        mine = self._account_key(account)
        members = self._redis.execute("SMEMBERS", mine)
        ended = int(self._redis.execute("DEL", *members)) if members else 0
        self._redis.execute("DEL", mine)
        return ended

    def _account_key(self, account: str) -> str:
        return f"{self._keys.prefix}console:account:{account}"
