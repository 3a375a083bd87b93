"""How long this process has been without its store: long enough for a waiting caller to be sent on?"""

import threading
import time
from collections.abc import Callable

BEARABLE_SECONDS = 30.0
"""A restart takes two seconds; beyond this, callers in line are dialled through to the fallback number."""


class Outage:
    """Counts from the first failure since the last success. `seconds` is a monotonic clock. Any thread may use it."""

    def __init__(self, bearable: float = BEARABLE_SECONDS, seconds: Callable[[], float] = time.monotonic) -> None:
        self._bearable = bearable
        self._seconds = seconds
        self._lock = threading.Lock()
        self._since: float | None = None

    def too_long(self) -> bool:
        """Note a failure; whether the outage has lasted beyond what is bearable."""
        with self._lock:
            now = self._seconds()
            if self._since is None:
                self._since = now
            return now - self._since >= self._bearable

    def over(self) -> None:
        """The store answered."""
        if self._since is not None:
            with self._lock:
                self._since = None
