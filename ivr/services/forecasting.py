"""The wait as a line's callers are told it, from the line's figures, its past weeks and what it has learnt.

    heartbeat  ->  look (one request)  ->  forecast (pure)  ->  what to say (pure)  ->  kept, with the first forecast
    answered   ->  the first forecast against the true wait: the line learns, its accuracy is counted

Nothing here ever fails a call: where a store is away nothing is known, and nothing is said.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import Entry
from ivr.core.routing.calibration import BANK, Calibration
from ivr.core.routing.entry import Refused, may_enter
from ivr.core.routing.estimate import Forecast, Past, forecast
from ivr.core.routing.told import News, Told
from ivr.core.routing.tuning import ALL_AS_FITTED, Tuning, class_of
from ivr.services.line_zones import Zones, utc
from ivr.services.lines_port import LineAsk
from ivr.services.ports import HistoryDown, StoreDown
from ivr.services.told_port import Accuracy, Look, ToldStore
from ivr.services.waits_port import NoPastWaits, PastWaits

log = logging.getLogger(__name__)

QUARTER_MS = 900_000
"""Every half-hour of a wall clock begins with a quarter of an hour of UTC, wherever on earth it hangs."""

KEPT = 1024
"""Past waits are asked for once a line and quarter of an hour; so many of those a process keeps."""

ACCURACY_DAYS = 7
SOON_MS = 60_000


class Figures(Protocol):
    """The part of the lines that tells figures."""

    def figures(self, ask: LineAsk, now_ms: int, call: str = "") -> QueueFigures:
        """A line as one call finds it; without a call, as one that asks this of it now would."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a waiting call: its line, what its caller was told last, and the forecast from now on.

    The forecast isn't made at every heartbeat. `learning`: it may be the one the wait is held against. `ringing`: an
    agent's phone rings for the call. `breach`: of its promise or what its step says is long, as last predicted.
    """

    queue: str
    told: Told | None = None
    forecast: Forecast | None = None
    learning: bool = False
    ringing: bool = False
    breach: bool = False
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """A line as one that joined now would find it."""

    figures: QueueFigures
    forecast: Forecast | None


class Forecasting:
    """The verbs. Safe to share between threads. None of them raises, but `accuracy`.

    `present` gives the calibration in use at a moment (ms), `zones` each line's time zone.
    """

    def __init__(
        self,
        told: ToldStore | None = None,
        figures: Figures | None = None,
        past: PastWaits | None = None,
        present: Callable[[int], Calibration] = lambda _: BANK,
        zones: Zones = utc,
    ) -> None:
        self._told = told
        self._figures = figures
        self._past = past or NoPastWaits()
        self._present = present
        self._zones = zones
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], Past | None] = OrderedDict()

    def waiting(self, call: str, now_ms: int) -> Expected | None:
        """What to expect of a waiting call's wait; None where nothing is known of it."""
        look = self._look(call, now_ms)
        if look is None:
            return None
        if look.figures is None:
            return Expected(look.queue, look.told, ringing=look.offered, breach=look.breach)
        expected = self._forecast(look.queue, look.figures, look.tunings)
        known = expected is not None and bool(expected.curve)
        learning = known and not look.measured
        return Expected(look.queue, look.told, expected, learning, breach=look.breach, ahead=look.figures.ahead)

    def keep(self, call: str, expected: Expected, said: News | None, now_ms: int, *, breach: bool = False) -> None:
        """What the caller is told now; the forecast, where none is kept yet to hold the wait against; and whether the
        wait is predicted to be too long."""
        measured = expected.forecast if expected.learning else None
        if self._told is None or (said is None and measured is None and breach == expected.breach):
            return
        try:
            self._told.keep(
                call, expected.queue, now_ms, said=said, measured=measured, ahead=expected.ahead, breach=breach
            )
        except StoreDown:
            log.warning("what a caller was told is not kept", extra={"call": call})

    def answered(self, call: str, now_ms: int) -> None:
        """The call has reached its agent. Saying so twice counts once."""
        if self._told is None:
            return
        try:
            self._told.learn(call, now_ms)
        except StoreDown:
            log.warning("a wait is not held against its forecast", extra={"call": call})

    def outlook(self, ask: LineAsk, now_ms: int) -> Outlook | None:
        """A line as one that asks this of it now would find it; None where that is not known."""
        if self._figures is None or self._told is None:
            return None
        try:
            figures, tunings = self._figures.figures(_soon(ask), now_ms), self._told.tunings(ask.queue)
        except StoreDown:
            return None
        return Outlook(figures, self._forecast(ask.queue, figures, tunings))

    def of_line(self, queue: str) -> Callable[[QueueFigures], Forecast | None]:
        """The forecast for any call that finds given figures in a line, by what the line has learnt by now."""
        try:
            tunings = self._told.tunings(queue) if self._told else ALL_AS_FITTED
        except StoreDown:
            tunings = ALL_AS_FITTED
        return lambda figures: self._forecast(queue, figures, tunings)

    def may_enter(self, ask: LineAsk, entry: Entry | None, now_ms: int) -> Refused:
        """Whether a call may join by its line's conditions, and if not, which isn't met. Asks only where there are any;
        where nothing is known, it may."""
        outlook = self.outlook(ask, now_ms) if entry is not None else None
        return may_enter(outlook.figures, outlook.forecast, entry) if outlook else ""

    def accuracy(self, queue: str, now_ms: int, days: int = ACCURACY_DAYS) -> Accuracy:
        """How true a line's forecasts were of late. Raises ports.StoreDown."""
        return self._told.accuracy(queue, now_ms, days) if self._told else Accuracy()

    def _look(self, call: str, now_ms: int) -> Look | None:
        if self._told is None:
            return None
        try:
            return self._told.look(call, now_ms)
        except StoreDown:
            return None

    def _forecast(self, queue: str, figures: QueueFigures, tunings: Sequence[Tuning]) -> Forecast | None:
        tuning = tunings[class_of(figures.ahead)]
        return forecast(figures, self._present(figures.at_ms), self._past_of(queue, figures.at_ms), tuning)

    def _past_of(self, queue: str, now_ms: int) -> Past | None:
        key = (queue, now_ms // QUARTER_MS)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
            # Others go on without it while one asks.
            self._kept[key] = None
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        try:
            found = self._past.before(queue, datetime.fromtimestamp(now_ms / 1000, UTC), self._zones(queue))
        except HistoryDown:
            log.warning("past waits not read: the forecast does without", extra={"queue": queue})
            return None
        with self._lock:
            self._kept[key] = found
        return found


def _soon(ask: LineAsk) -> LineAsk:
    """What is asked by the time the rings that open soon are open: one's own adviser alone is not the staff."""
    opened = [ring for ring in ask.rings if ring.after_ms <= SOON_MS]
    return replace(ask, rings=tuple(opened[-1:]) or ask.rings)
