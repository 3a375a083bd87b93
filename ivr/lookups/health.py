"""A host's health: how many look-ups run at it now, and whether it is worth asking."""

import threading
from collections.abc import Callable

from ivr.lookups.addresses import Refused

FAILURES = 5
"""Failures in a row after which a host isn't asked any more."""

REST_SECONDS = 20.0
"""How long it isn't asked then; afterwards one look-up tries."""


class Health:
    """One host's. `seconds` is a monotonic clock: it times a network, not calls. Any thread may use it."""

    def __init__(self, at_once: int, seconds: Callable[[], float]) -> None:
        self.at_once = at_once
        self._seconds = seconds
        self._lock = threading.Lock()
        self._running = 0
        self._failures = 0
        self._rests_until = 0.0

    def enter(self) -> None:
        """One more look-up. Raises Refused where there are too many, or the host has failed too often lately."""
        with self._lock:
            if self._failures >= FAILURES:
                now = self._seconds()
                if now < self._rests_until:
                    raise Refused("the host has failed too often lately")
                self._rests_until = now + REST_SECONDS
            if self._running >= self.at_once:
                raise Refused("too many look-ups at this host at once")
            self._running += 1

    def leave(self) -> None:
        """A look-up is over, whatever came of it."""
        with self._lock:
            self._running -= 1

    def succeeded(self) -> None:
        """The host has answered, if only to refuse."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The host can't be reached, took too long or failed."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._rests_until = self._seconds() + REST_SECONDS
