"""A thread that sweeps every second of the clock. Runs in web processes and workers alike, so that deadlines are kept
while any one process lives.
"""

import logging
import threading
from collections.abc import Callable

from ivr.services.clock import Clock
from ivr.services.ports import StoreDown

SHORTEST_SECONDS = 0.02
RECONCILE_EVERY = 60
"""Sweeps between two rounds of repairs."""

_log = logging.getLogger(__name__)


class Sweeper:
    """Calls `sweep(now_ms)` every second of the clock, `reconcile(now_ms)` at the start and now and then."""

    def __init__(self, sweep: Callable[[int], int], reconcile: Callable[[int], int], clock: Clock) -> None:
        self._sweep = sweep
        self._reconcile = reconcile
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.sweeps = 0

    def start(self) -> None:
        """Start the thread, once. It ends with the process."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop it and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        pause = max(SHORTEST_SECONDS, 1.0 / self._clock.speed)
        well = True
        while not self._stop.wait(pause):
            self.sweeps += 1
            try:
                self._sweep(self._clock.now_ms())
                if self.sweeps % RECONCILE_EVERY == 1:
                    self._reconcile(self._clock.now_ms())
            except StoreDown:
                if well:
                    _log.warning("sweeper: the state store is away; trying on")
                well = False
                continue
            except Exception:  # noqa: BLE001 - the thread that keeps every other promise says what went wrong and goes on
                _log.exception("sweeper: a sweep failed")
                continue
            well = True
