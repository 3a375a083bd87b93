"""A circuit breaker for the state store: while Redis is away nobody waits for it.

Closed: every call goes through, at the cost of one attribute read. After `threshold` failures in a row it opens: calls
are refused at once, except one probe each `probe_seconds`. A call that succeeds closes it. Any thread may use it.
"""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Counts failures in a row. `seconds` is a monotonic clock: it times a socket's health, not calls."""

    __slots__ = ("_failures", "_lock", "_next_probe", "_seconds", "closed", "probe_seconds", "threshold")

    def __init__(
        self, threshold: int = 3, probe_seconds: float = 1.0, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.threshold = threshold
        self.probe_seconds = probe_seconds
        self.closed = True
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._next_probe = 0.0

    def admits(self) -> bool:
        """Whether a call may be tried while the breaker is open; True makes the caller the one probe of this second."""
        with self._lock:
            if self.closed:
                return True
            now = self._seconds()
            if now < self._next_probe:
                return False
            self._next_probe = now + self.probe_seconds
            return True

    def failed(self) -> None:
        """A call failed."""
        with self._lock:
            self._failures += 1
            if self._failures >= self.threshold:
                self.closed = False
                self._next_probe = self._seconds() + self.probe_seconds

    def succeeded(self) -> None:
        """A call succeeded. Cheap where nothing had failed."""
        if self._failures:
            with self._lock:
                self._failures = 0
                self.closed = True
