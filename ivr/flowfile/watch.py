"""A thread that reads the operator's files again when they change: a new version answers the next call."""

import logging
import threading

from ivr.flowfile.catalog import Catalog

LOOK_SECONDS = 1.0
"""A look costs one stat a file."""

_log = logging.getLogger(__name__)


class Watcher:
    """Looks at a catalog's folder every `seconds` of real time."""

    def __init__(self, catalog: Catalog, seconds: float = LOOK_SECONDS) -> None:
        self._catalog = catalog
        self._seconds = seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, once. It ends with the process."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="flow-watcher", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop it and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                if self._catalog.reload_if_changed():
                    _log.info("flows read again", extra={"problems": len(self._catalog.problems)})
            except Exception:  # noqa: BLE001 - logged; a failed look must not be the last
                # A disk that fails for a moment must not end the watching; calls go on with what is loaded.
                _log.exception("flows not read again")
