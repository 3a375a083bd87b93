"""A Redis that dies and comes back without the end of its log: `appendfsync everysec` may lose two seconds of it."""

from collections.abc import Mapping

from redis import Redis

Kept = Mapping[bytes, tuple[bytes, int]]


def as_it_is(redis_url: str) -> Kept:
    """All that a Redis holds now."""
    with Redis.from_url(redis_url) as client:
        return {key: (client.dump(key) or b"", max(0, client.pttl(key))) for key in client.keys("*")}


def back_to(redis_url: str, kept: Kept) -> None:
    """The Redis started anew, with what it held then: what was written since is lost, and so are its scripts."""
    with Redis.from_url(redis_url) as client:
        client.flushdb()
        client.script_flush()
        for key, (value, ttl_ms) in kept.items():
            client.restore(key, ttl_ms, value)
