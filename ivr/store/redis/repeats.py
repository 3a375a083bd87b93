"""Requests under a key of their sender's: which came before, and what it was answered. For a day."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

KEPT_MS = 24 * 3_600_000
UNDER_WAY_MS = 30_000
"""How long a request may be under way: whoever had it is dead then, and a repetition is let through."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was given the first time."""

    status: int
    content_type: str
    body: bytes


Standing = Literal["go", "busy", "other"]


class RedisRepeats:
    """Safe to share between threads. Methods raise ports.StoreDown. `key` is any text; callers make it unique."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._prefix = keys.prefix
        self._claim = client.script("once_claim")

    def claim(self, key: str, fingerprint: str) -> Standing | Answered:
        """Begin a request: `go` where it is to be done now, `busy` where the same one is under way, `other` where the
        key was another request's; else what it was answered."""
        said = self._claim((self._key(key),), (fingerprint, UNDER_WAY_MS, KEPT_MS))
        match said[0]:
            case b"answered":
                return msgspec.msgpack.decode(said[1], type=Answered)
            case b"busy":
                return "busy"
            case b"other":
                return "other"
        return "go"

    def keep(self, key: str, answered: Answered) -> None:
        """The request is done: the answer its repetitions get. A first one stays."""
        self._client.execute("HSETNX", self._key(key), "answer", msgspec.msgpack.encode(answered))
        self._client.execute("PEXPIRE", self._key(key), KEPT_MS)

    def let_go(self, key: str) -> None:
        """The request failed: it may be made again under its key, another may not."""
        self._client.execute("HSET", self._key(key), "until", 0)
        self._client.execute("PEXPIRE", self._key(key), KEPT_MS)

    def _key(self, key: str) -> str:
        return f"{self._prefix}once:{key}"
