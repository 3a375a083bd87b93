"""Counts for `/metrics`, kept in the process and added to one Redis hash every few seconds by a thread of its own.

So every process counts without waiting, a process that ends takes nothing with it but its last seconds, and whichever
process is scraped tells the whole. Counting costs one append, which is atomic; sums are made by the thread.

Calls and callbacks are not counted here but folded from the event stream, each event once (`lua/meter_fold.lua`); a
callback's first dial, held against what was promised, is counted by the script that decides it (`callback_dial.lua`).

`meter` is a hash: `count:<name>:<label>`, `time:<kind>:<bucket|sum>` (a bucket's own count, not cumulated), `folded`.
"""

import threading
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Mapping

from ivr.services.ports import StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

BUCKETS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
"""Upper edges of webhook times, in seconds. The carrier gives up at 15."""

FLUSH_SECONDS = 2.0
_KEPT = 200_000
"""Entries kept between two flushes: the newest, should there be more."""


class RedisMeter:
    """The port `Meter`. Its thread starts with the first entry, so that a process may fork before."""

    def __init__(self, client: StateClient, keys: Keys, *, flush_seconds: float = FLUSH_SECONDS) -> None:
        self._client = client
        self._key = meter_key(keys)
        self._flush_seconds = flush_seconds
        self._times: deque[tuple[str, float]] = deque(maxlen=_KEPT)
        self._counts: deque[tuple[str, str]] = deque(maxlen=_KEPT)
        self._unsent: Counter[str] = Counter()
        self._unsent_seconds: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def count(self, name: str, label: str = "") -> None:
        """One more of `name`, by one label."""
        self._counts.append((name, label))
        if self._thread is None:
            self._start()

    def observe(self, kind: str, seconds: float) -> None:
        """A webhook of `kind` took so long."""
        self._times.append((kind, seconds))
        if self._thread is None:
            self._start()

    def flush(self) -> None:
        """Add what was counted to Redis now. Kept for the next time where Redis is away."""
        with self._lock:
            self._gather()
            if not self._unsent:
                return
            words: list[str | int | float] = []
            for field, number in self._unsent.items():
                words += (field, number)
            for field, seconds in self._unsent_seconds.items():
                words += (field, f"{seconds:.6f}")
            try:
                self._client.script("meter_add")([self._key], words)
            except StoreDown:
                return
            self._unsent.clear()
            self._unsent_seconds.clear()

    def close(self) -> None:
        """Flush for the last time and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
        self.flush()

    def _gather(self) -> None:
        for _ in range(len(self._counts)):
            name, label = self._counts.popleft()
            self._unsent[f"count:{name}:{label}"] += 1
        for _ in range(len(self._times)):
            kind, seconds = self._times.popleft()
            total = f"time:{kind}:sum"
            self._unsent[f"time:{kind}:{bisect_left(BUCKETS, seconds)}"] += 1
            self._unsent_seconds[total] = self._unsent_seconds.get(total, 0.0) + seconds

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="meter", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._flush_seconds):
            self.flush()


def meter_key(keys: Keys) -> str:
    """Where counts are kept."""
    return f"{keys.prefix}meter"


def fold_events(client: StateClient, keys: Keys, *, at_once: int = 2_000) -> None:
    """Count the events since the last fold, each once whoever asks, in steps short enough for Redis. Raises StoreDown.

    The stream keeps about 10,000 events: fold at least as often as that many happen.
    """
    fold = client.script("meter_fold")
    while int(fold([keys.events, meter_key(keys)], [at_once])) == at_once:
        continue


def read_meter(client: StateClient, keys: Keys) -> Mapping[str, float]:
    """All counts, by field. Raises StoreDown."""
    flat = client.execute("HGETALL", meter_key(keys))
    pairs = zip(flat[::2], flat[1::2], strict=True)
    return {name.decode(): float(value) for name, value in pairs if name != b"folded"}
