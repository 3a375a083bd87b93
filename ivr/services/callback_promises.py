"""What callbacks are promised for, as it is kept, and how it comes out, as it is shown."""

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from ivr.core.callback import CHOSEN_WITHIN_SECONDS
from ivr.core.callback_record import CallbackFigures, CallbackWay, figures_of
from ivr.services.callbacks_port import BookedItem
from ivr.services.desk_ports import Forecasts
from ivr.services.lines_port import LineAsk, LineStore
from ivr.services.ports import HistoryDown, StoreDown

_log = logging.getLogger(__name__)

DAYS = 7
FRESH_MS = 60_000
"""For how long what was read of the database is shown on."""


class CallbackHistory(Protocol):
    """Callbacks with a promise, in the database. Raises ports.HistoryDown."""

    def promised(self, since: datetime, until: datetime) -> Mapping[str, list[CallbackWay]]:
        """By line, those whose promise ended within this time."""


def promise(item: BookedItem, ask: LineAsk, lines: LineStore, forecasts: Forecasts, now_ms: int) -> None:
    """Keep what a callback just booked is promised: the moment chosen, else what its line is expected to take.

    Nothing is promised where that can't be known, and where the store has gone since: the booking stands.
    """
    try:
        if item.not_before_ms > now_ms:
            until_ms = item.not_before_ms + CHOSEN_WITHIN_SECONDS * 1000
            lines.callback_promised(item.id, item.not_before_ms, until_ms, now_ms)
            return
        found = forecasts.of_line(ask.queue)(lines.figures(ask, now_ms, item.id))
        if found is not None:
            low_ms, high_ms = round(1000 * found.low_s), round(1000 * found.high_s)
            lines.callback_promised(item.id, now_ms + low_ms, now_ms + high_ms, now_ms)
    except StoreDown:
        _log.warning("what a callback was promised is not kept", extra={"callback": item.id})


class CalledBack:
    """How the last days' callbacks came out, by line. Safe to share between threads; never raises."""

    def __init__(self, history: CallbackHistory) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._read_ms = -FRESH_MS
        self._kept: Mapping[str, CallbackFigures] = {}

    def of_line(self, queue: str, now_ms: int, days: int = DAYS) -> CallbackFigures:
        """A line's figures; those of before where the database is away."""
        return self.all(now_ms, days).get(queue, CallbackFigures())

    def all(self, now_ms: int, days: int = DAYS) -> Mapping[str, CallbackFigures]:
        """Every line's figures that has any, of the last so many days."""
        if days != DAYS:
            return self._read(now_ms, days)
        with self._lock:
            if abs(now_ms - self._read_ms) < FRESH_MS:
                return self._kept
            self._read_ms = now_ms  # others go on with what there is while one asks
        try:
            found = self._read(now_ms, days)
        except HistoryDown:
            _log.warning("how callbacks came out is not read: the figures of before are shown")
            return self._kept
        with self._lock:
            self._kept = found
        return found

    def _read(self, now_ms: int, days: int) -> Mapping[str, CallbackFigures]:
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        found = self._history.promised(now - timedelta(days=days), now)
        figures = {queue: figures_of(ways, now) for queue, ways in found.items()}
        return {queue: one for queue, one in figures.items() if one.promised}
