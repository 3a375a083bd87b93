"""The `Pace` port in Redis, shared by all processes of a centre (`lua/pace.lua`)."""

from collections.abc import Mapping
from functools import cached_property

from ivr.core.routing.order import CLASS_SPAN
from ivr.services.pacing import Purpose, Slot
from ivr.services.patience import Patience, patience
from ivr.store.redis.client import ScriptCall, StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.line_verbs import REDIS_TIME

_BEHIND_MS: Mapping[Purpose, int] = {"urgent": 0, "agent": CLASS_SPAN, "callback": CLASS_SPAN + 2_000}
"""What is added to the time of asking. A callback lets agents' phones go first that are up to 2 s later, not more: its
agent has accepted and waits for it."""


class RedisPace:
    """At most `per_second` starts a second of the clock. Safe to share between threads.

    `own_time`: as with `RedisLines`.
    """

    def __init__(
        self,
        client: StateClient,
        keys: Keys,
        per_second: float,
        waits: Patience | None = None,
        *,
        own_time: bool = False,
    ) -> None:
        self._client = client
        self._own_time = own_time
        self._keys = (f"{keys.prefix}pace", f"{keys.prefix}pace:waiting", f"{keys.prefix}pace:until")
        self._interval_ms = 1000 / per_second
        self._near_ms = (waits or patience()).job_ms

    def slot(self, ticket: str, purpose: Purpose, now_ms: int) -> Slot:
        """A slot for `ticket`, which stands in line from its first asking on."""
        at = REDIS_TIME if self._own_time else now_ms
        said = self._script(self._keys, (at, ticket, _BEHIND_MS[purpose], self._interval_ms, self._near_ms))
        return Slot(bool(said[0]), int(said[1]))

    @cached_property
    def _script(self) -> ScriptCall:
        return self._client.script("pace")
