"""The centre's time is Redis's: whatever machine a request reaches, waits are counted and deadlines kept by one clock.

The scripts of the lines ask Redis themselves. What is compared with their times outside of Redis is told by
`CentreClock`: Redis's time, carried on by this machine's steady clock between two looks. What time the machine believes
it is doesn't matter, nor whether somebody sets it meanwhile.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from ivr.services.ports import StoreDown
from ivr.store.redis.client import StateClient

LOOK_AGAIN_NS = 10_000_000_000
"""Two machines' steady clocks part by well under a millisecond in so long."""

TRY_AGAIN_NS = 1_000_000_000


class CentreClock:
    """The `Clock` of a centre in real time. Safe to share between threads.

    While Redis is away it goes on from the last look; where there was none yet, by the machine's own time.
    """

    speed = 1.0

    def __init__(
        self,
        client: StateClient,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
        steady_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._client = client
        self._steady_ns = steady_ns
        self._ahead_ns = wall_ns() - steady_ns()
        self._look_at = 0

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        at = self._steady_ns()
        if at >= self._look_at:
            self._look(at)
        return (self._steady_ns() + self._ahead_ns) // 1_000_000

    def _look(self, at: int) -> None:
        self._look_at = at + TRY_AGAIN_NS  # one thread looks; the others go on meanwhile
        try:
            seconds, micros = self._client.execute("TIME")
        except StoreDown:
            return
        read = self._steady_ns()
        self._ahead_ns = int(seconds) * 1_000_000_000 + int(micros) * 1_000 - (at + read) // 2
        self._look_at = read + LOOK_AGAIN_NS
