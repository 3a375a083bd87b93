"""Incidents: what callers are told of a disturbance, from when until when, and on which lines.

`hotline incident start` begins one; from then on new callers hear it at an `incident` step and waiting callers in their
next hold document. Each ends by itself.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.flow.session import Incident
from ivr.services.ports import StoreDown

log = logging.getLogger(__name__)

LOOK_EVERY_MS = 1_000
"""How long a process goes on with what it last read."""

TOLD_AGAIN_MS = 180_000
"""How often a waiting caller is told of the same disturbance."""


@dataclass(frozen=True, slots=True)
class Declared:
    """An incident and the lines it is told on; no lines: on all. `by` is who began it."""

    incident: Incident
    lines: tuple[str, ...] = ()
    by: str = ""


class Incidents(Protocol):
    """Where incidents are kept. All raise StoreDown."""

    def start(self, declared: Declared) -> None:
        """Begin one, or change the one of that id."""

    def stop(self, incident_id: str) -> bool:
        """End one; False where there is none of that id."""

    def all(self, now_ms: int) -> Sequence[Declared]:
        """Those not over at `now_ms`, oldest first."""

    def tell(self, incident_id: str, call_sid: str, again_ms: int) -> bool:
        """Whether a waiting call is to be told now: True at most once in `again_ms`."""


class NoIncidents:
    """A house without any."""

    def start(self, declared: Declared) -> None:
        """Keeps nothing."""

    def stop(self, incident_id: str) -> bool:
        """There is none."""
        del incident_id
        return False

    def all(self, now_ms: int) -> Sequence[Declared]:
        """None."""
        del now_ms
        return ()

    def tell(self, incident_id: str, call_sid: str, again_ms: int) -> bool:
        """Nothing to tell."""
        del incident_id, call_sid, again_ms
        return False


class IncidentBoard:
    """What is active, as this process last read it. Never raises: without a store, callers hear what was known."""

    def __init__(self, incidents: Incidents | None = None, speed: float = 1.0) -> None:
        self._incidents: Incidents = incidents or NoIncidents()
        self._look_ms = int(LOOK_EVERY_MS * speed)
        self._lock = threading.Lock()
        self._read_ms = 0
        self._known: tuple[Declared, ...] = ()

    def active(self, line: str, now: datetime) -> tuple[Incident, ...]:
        """What callers of a line are to be told now, oldest first."""
        now_ms = int(now.timestamp() * 1000)
        self._look(now_ms)
        return tuple(
            one.incident
            for one in self._known
            if one.incident.since_ms <= now_ms < one.incident.until_ms and (not one.lines or line in one.lines)
        )

    def to_tell(self, line: str, call_sid: str, heard: Sequence[str], now: datetime) -> tuple[Incident, ...]:
        """What a waiting caller is to be told in this heartbeat: what began since, and what lasts now and then."""
        waiting = [one for one in self.active(line, now) if one.id not in heard]
        try:
            return tuple(one for one in waiting if self._incidents.tell(one.id, call_sid, TOLD_AGAIN_MS))
        except StoreDown:
            return ()

    def _look(self, now_ms: int) -> None:
        if abs(now_ms - self._read_ms) < self._look_ms or not self._lock.acquire(blocking=False):
            return
        try:
            self._known = tuple(self._incidents.all(now_ms))
            self._read_ms = now_ms
        except StoreDown:
            self._read_ms = now_ms
            log.warning("incidents not read: what was known goes on")
        finally:
            self._lock.release()
