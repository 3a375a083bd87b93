"""The `ToldStore` port on Redis: what a caller was told lives beside the call, what a line learnt beside the line.

`told:<call>` goes when the call is answered, or by itself. The sums of a day are kept for KEEP_DAYS.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from ivr.core.routing.estimate import Forecast
from ivr.core.routing.told import News, Told
from ivr.core.routing.tuning import ALL_AS_FITTED, AS_FITTED, CLASSES, LEVELS, SHARES, STEP, Tuning, class_of
from ivr.services.told_port import Accuracy, Look
from ivr.store.redis.client import Argument, StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.line_acts import figures_of
from ivr.store.redis.line_verbs import REDIS_TIME

KEEP_MS = 6 * 3_600_000
"""How long what was told outlives the last telling."""

KEEP_DAYS = 40
DAY_MS = 86_400_000
LOOKED_AT = 25
"""Agents, groups and calls ahead looked at one by one for a heartbeat: there are many of them."""

LOOK_AGAIN_MS = 40_000
"""For how long after a look the next ones do without figures."""

_LEVELS = tuple(f"{name}{number}" for number in range(CLASSES) for name in ("low", "middle", "high"))
_SUMS = ("calls", "under", "over", "width", "error", "waited")


class RedisTold:
    """Safe to share between threads. Raises StoreDown. `own_time`: as with `RedisLines`."""

    def __init__(self, client: StateClient, keys: Keys, *, own_time: bool = False) -> None:
        self._client = client
        self._own_time = own_time
        self._prefix = keys.prefix
        self._scripts: dict[str, Callable[[Sequence[Argument], Sequence[Argument]], Any]] = {}

    def look(self, call: str, now_ms: int) -> Look | None:
        """What a heartbeat needs, in one request; None for a call that doesn't wait."""
        said = self._run("told_look", now_ms, call, LOOKED_AT, LOOK_AGAIN_MS, KEEP_MS)
        if not said:
            return None
        told, levels = said["told"], said.get("levels")
        return Look(
            queue=said["queue"],
            figures=figures_of(said["figures"]) if "figures" in said else None,
            tunings=_tunings([levels[name] for name in _LEVELS]) if levels else ALL_AS_FITTED,
            told=Told(int(told["at"]), int(told["position"]), int(told["until"])) if told["at"] else None,
            offered=said["state"] == "offered",
            measured=bool(told["since"]),
            breach=told["breach"] == "1",
        )

    def keep(
        self,
        call: str,
        queue: str,
        now_ms: int,
        *,
        said: News | None,
        measured: Forecast | None,
        ahead: int = 0,
        breach: bool = False,
    ) -> None:
        """What was said, the first forecast (either None: nothing of that), and whether a breach is predicted."""
        place: tuple[Argument, ...] = ("", "", "", "")
        if said is not None:
            place = (said.told.position, said.told.until_ms, *(said.minutes or ("", "")))
        ends: tuple[Argument, ...] = ("", "", "")
        made_of = ""
        if measured is not None:
            made_of = str(measured.made_of or "")
            ends = tuple(round(1000 * end) for end in (measured.low_s, measured.expected_s, measured.high_s))
        self._run("told_keep", now_ms, call, queue, KEEP_MS, *place, *ends, int(breach), class_of(ahead), made_of)

    def learn(self, call: str, now_ms: int) -> bool:
        """The call was answered: its line learns from its forecast, once. False where there was none."""
        said = self._run("told_learn", now_ms, call, now_ms // DAY_MS, KEEP_DAYS * DAY_MS, STEP, *SHARES, *LEVELS)
        return bool(said["learned"])

    def tunings(self, queue: str) -> Sequence[Tuning]:
        """What a line has learnt, by class of calls ahead."""
        levels = self._client.execute("HMGET", f"{self._prefix}waits:{queue}", *_LEVELS)
        return _tunings([level.decode() if level else "" for level in levels])

    def forget_tunings(self) -> None:
        """What all lines have learnt: their forecasts are made otherwise from now on."""
        for queue in self._client.execute("SMEMBERS", f"{self._prefix}queues"):
            self._client.execute("HDEL", f"{self._prefix}waits:{queue.decode()}", *_LEVELS)

    def accuracy(self, queue: str, now_ms: int, days: int) -> Accuracy:
        """How true a line's forecasts were on the last `days` days (UTC), today among them."""
        today = now_ms // DAY_MS
        keys = [f"{self._prefix}waits:{queue}:{today - back}" for back in range(days)]
        rows = [self._client.execute("HMGET", key, *_SUMS) for key in keys]
        calls, under, over, width, error, waited = (sum(int(row[i] or 0) for row in rows) for i in range(len(_SUMS)))
        if not calls:
            return Accuracy()
        return Accuracy(
            calls=calls,
            within=(calls - under - over) / calls,
            under=under / calls,
            over=over / calls,
            width_s=width / calls / 1000,
            error_s=error / calls / 1000,
            waited_s=waited / calls / 1000,
        )

    def _run(self, name: str, now_ms: int, *arguments: Argument) -> dict[str, Any]:
        script = self._scripts.get(name)
        if script is None:
            script = self._scripts[name] = self._client.script(name)
        said: dict[str, Any] = json.loads(
            script((self._prefix,), (REDIS_TIME if self._own_time else now_ms, "", 0, *arguments))
        )
        return said


def _tunings(levels: Sequence[str]) -> tuple[Tuning, ...]:
    """From the texts of `_LEVELS`; as fitted where a class has learnt nothing."""
    several = (levels[at : at + 3] for at in range(0, len(levels), 3))
    return tuple(Tuning(*map(float, one)) if all(one) else AS_FITTED for one in several)
