"""Skill groups nobody asks for any more; a part of `RedisLines`.

Some groups are asked for once: a caller's own adviser, levels a look-up named. Each is in the lists of its agents, who
look at all of theirs when they are free; and whoever logs in looks at all there are.
"""

from collections.abc import Iterator

from ivr.store.redis.line_records import text_map
from ivr.store.redis.line_verbs import LineVerbs

UNUSED_MS = 24 * 3_600_000
"""A group is kept for so long after a call asked for it: longer than any call stays. Callbacks are looked at."""
AT_ONCE = 50


class OldGroups(LineVerbs):
    """The part of `LineStore` that forgets."""

    def forget_groups(self, now_ms: int) -> int:
        """Forget groups nobody has asked for in a day."""
        used = text_map(self._client.execute("HGETALL", f"{self._prefix}groups:used"))
        names = (group.decode() for group in self._client.execute("HKEYS", f"{self._prefix}groups:names"))
        old = {group for group in names if now_ms - int(used.get(group, 0)) >= UNUSED_MS}
        if not old:
            return 0
        going = sorted(old - set(self._of_callbacks()))
        batches = (going[at : at + AT_ONCE] for at in range(0, len(going), AT_ONCE))
        return sum(int(self._run("group_forget", now_ms, "", UNUSED_MS, *some)["forgotten"]) for some in batches)

    def _of_callbacks(self) -> Iterator[str]:
        """The groups that callbacks go by, whenever they are due."""
        for callback in self._client.execute("HVALS", f"{self._prefix}callbacks"):
            call = f"{self._prefix}call:{callback.decode()}"
            group, rings = self._client.execute("HMGET", call, "group", "rings")
            yield (group or b"").decode()
            yield from (ring.partition(":")[0] for ring in (rings or b"").decode().split())
