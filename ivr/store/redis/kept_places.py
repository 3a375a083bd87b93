"""Places of callers who dropped out, for the minutes in which they may phone again; a part of `RedisLines`."""

from ivr.store.redis.line_verbs import LineVerbs


class KeptPlaces(LineVerbs):
    """The `PlaceStore` verbs. A place has its end in itself, by the centre's clock; Redis's own expiry only tidies."""

    def keep_place(self, queue: str, number: str, start_ms: int, until_ms: int, now_ms: int) -> None:
        """Keep a place."""
        lasts_ms = max(1, until_ms - now_ms)
        self._client.execute("SET", self._place(queue, number), f"{start_ms} {until_ms}", "PX", lasts_ms)

    def kept_place(self, queue: str, number: str, now_ms: int) -> int:
        """A place kept."""
        found = self._client.execute("GET", self._place(queue, number))
        start_ms, until_ms = map(int, found.split()) if found else (0, 0)
        return start_ms if now_ms < until_ms else 0

    def forget_place(self, queue: str, number: str) -> None:
        """A place taken."""
        self._client.execute("DEL", self._place(queue, number))

    def _place(self, queue: str, number: str) -> str:
        return f"{self._prefix}place:{queue} {number}"
