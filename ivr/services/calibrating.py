"""The forecast fitted anew on the house's own waits: tried, published where it is better, taken back.

answered  ->  wait.measured (event)  ->  measured_waits (SQL)
fit       ->  fitted on the older waits, held against the newer (core/routing/calibration_trial.py)
published ->  every process uses it within FRESH_MS; what lines had learnt of the one before is forgotten
"""

import logging
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.routing.calibration import BANK, Calibration
from ivr.core.routing.calibration_fit import Sample
from ivr.core.routing.calibration_trial import TooLittle, Trial, tried
from ivr.services.ports import HistoryDown

_log = logging.getLogger(__name__)

FRESH_MS = 60_000
"""For how long a process goes on with the calibration it has before it looks again."""

MOST_WAITS = 100_000
"""The newest so many waits are fitted on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A calibration that was published, with the trial it came from. Withdrawn: not used any more."""

    id: str
    made_at: datetime
    made_by: str
    trial: Trial
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


class MeasuredWaits(Protocol):
    """Waits held against their forecast. Raises ports.HistoryDown."""

    def newest(self, most: int) -> Sequence[Sample]:
        """The newest so many, in the order of time."""


class Calibrations(Protocol):
    """Those published. Raises ports.HistoryDown."""

    def all(self) -> Sequence[Kept]:
        """Every one, newest first."""

    def add(self, kept: Kept) -> None:
        """Publish one."""

    def withdraw(self, calibration: str, by: str, at: datetime) -> bool:
        """Take one back; False where it was, or doesn't exist."""

    def present(self) -> Calibration | None:
        """The newest not withdrawn; None where what ships is used."""


class Learnt(Protocol):
    """What lines have learnt of their forecasts. Raises ports.StoreDown."""

    def forget_tunings(self) -> None:
        """Forget it."""


class Calibrating:
    """The verbs. They raise ports.HistoryDown and StoreDown; after the latter what is said is done all the same."""

    def __init__(self, waits: MeasuredWaits, calibrations: Calibrations, learnt: Learnt) -> None:
        self._waits = waits
        self._calibrations = calibrations
        self._learnt = learnt

    def trial(self) -> Trial | TooLittle:
        """Fit and try; nothing is published."""
        return tried(self._waits.newest(MOST_WAITS), self._calibrations.present() or BANK)

    def publish(self, trial: Trial, by: str, now: datetime) -> Kept:
        """Use what was tried from now on. Raises ValueError for one that isn't better."""
        if trial.verdict != "better":
            raise ValueError(f"a calibration that is {trial.verdict} is not published")
        kept = Kept(f"fit-{secrets.token_hex(4)}", now, by, trial)
        self._calibrations.add(kept)
        self._learnt.forget_tunings()
        return kept

    def roll_back(self, by: str, now: datetime) -> Kept | None:
        """Take the newest back: the one before is used again, or what ships. None where there is none."""
        for kept in self._calibrations.all():
            if kept.withdrawn_at is None and self._calibrations.withdraw(kept.id, by, now):
                self._learnt.forget_tunings()
                return kept
        return None

    def kept(self) -> Sequence[Kept]:
        """Everything published so far, newest first."""
        return self._calibrations.all()


class Present:
    """The calibration in use, looked up again every FRESH_MS. Safe to share between threads; never raises."""

    def __init__(self, calibrations: Calibrations) -> None:
        self._calibrations = calibrations
        self._lock = threading.Lock()
        self._looked_ms: int | None = None
        self._known = BANK

    def __call__(self, now_ms: int) -> Calibration:
        """That of this moment. Where the database is away, the one before."""
        with self._lock:
            if self._looked_ms is not None and abs(now_ms - self._looked_ms) < FRESH_MS:
                return self._known
            self._looked_ms = now_ms  # others go on with what there is while one looks
        try:
            self._known = self._calibrations.present() or BANK
        except HistoryDown:
            _log.warning("the forecast's calibration is not read: the one before is used")
        return self._known
