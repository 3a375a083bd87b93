"""The scribe: folds the event stream into the history, so that decisions can be explained for as long as it keeps them,
and puts out what subscribers are to be sent.

Runs as a thread of every worker of `records`. Each event is handed to one scribe, which says it is folded only once the
database has it; what a scribe held that died goes to another. The database takes each event once by its id, so that an
event that comes again changes nothing. Calls never wait for any of this: without a scribe, or without a database, the
stream keeps the last events, and explanations read them there.
"""

import logging
import threading
from collections.abc import Sequence

from ivr.services.clock import Clock
from ivr.services.events_port import Batch, Decisions, Deliveries, EventReader, Written
from ivr.services.ports import HistoryDown, Jobs, StoreDown

PAUSE_SECONDS = 0.25
MOST = 500
LOOK_EVERY = 40
"""Pauses between two looks at what others left behind and at what is due for subscribers."""

HINT_EVERY = 4
"""Pauses between two hints that there is something for subscribers."""

_log = logging.getLogger(__name__)


class Scribe:
    """Folds events. `once` is one round; `start` runs rounds in a thread until `stop`.

    `clock` is the machine's: deliveries to subscribers are timed by it, whatever the clock of the calls.
    """

    def __init__(
        self, reader: EventReader, decisions: Decisions, deliveries: Deliveries, jobs: Jobs, clock: Clock
    ) -> None:
        self._reader = reader
        self._decisions = decisions
        self._deliveries = deliveries
        self._jobs = jobs
        self._clock = clock
        self._behind = True
        self._owed = False
        self._rounds = 0
        self._hinted = -HINT_EVERY
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, once. It ends with the process."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop it and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def once(self) -> int:
        """One round: everything there is to fold; how many events. Raises StoreDown and HistoryDown.

        What was handed out and not folded, because the database or this process failed, goes first.
        """
        count = 0
        if self._behind:
            count += self._fold(self._reader.unfolded())
            self._behind = False
        if self._rounds % LOOK_EVERY == 0:
            count += self._fold(self._reader.left_behind(MOST))
            self._owed = bool(self._deliveries.wanting(self._clock.now())) or self._owed
        self._rounds += 1
        while (batch := self._reader.new(MOST)).ids:
            count += self._fold(batch)
            if self._stop.is_set():
                break
        self._hint()
        return count

    def _fold(self, batch: Batch) -> int:
        if batch.lost:
            _log.warning("events were trimmed before they were folded", extra={"events": batch.lost})
        if not batch.ids:
            return 0
        self._behind = True
        if self._kept(batch.events):
            self._owed = True
        self._reader.folded(batch.ids)
        self._behind = False
        return len(batch.events)

    def _kept(self, events: Sequence[Written]) -> bool:
        """Keep events; whether there is something new for subscribers. One that can't be kept is passed over."""
        try:
            return bool(self._decisions.fold(events, self._clock.now()))
        except HistoryDown:
            raise
        except Exception as error:  # noqa: BLE001 - an event nobody foresaw must not end the folding of all others
            if len(events) == 1:
                _log.exception(
                    "an event can't be kept", extra={"event": str(events[0].id), "type": events[0].event.type}
                )
                return False
            _log.warning("events are kept one by one", extra={"reason": type(error).__name__})
        told = [self._kept([event]) for event in events]
        return any(told)

    def _hint(self) -> None:
        """A job for the subscribers, at most one a second of this scribe's."""
        if self._owed and self._rounds - self._hinted >= HINT_EVERY:
            self._jobs.hint("deliver_webhooks")
            self._owed, self._hinted = False, self._rounds

    def _run(self) -> None:
        well = True
        while not self._stop.wait(PAUSE_SECONDS):
            try:
                self.once()
            except (StoreDown, HistoryDown) as error:
                self._behind = True
                if well:
                    _log.warning("scribe: a store is away; trying on", extra={"reason": type(error).__name__})
                well = False
                continue
            except Exception:  # noqa: BLE001 - the thread goes on, whatever a round met
                self._behind = True
                _log.exception("scribe: a round failed")
                continue
            well = True
