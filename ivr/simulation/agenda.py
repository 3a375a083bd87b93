"""What happens next: a heap of things to be done by time. Things of one moment go by the order they were noted."""

import heapq
import itertools
from collections.abc import Callable
from typing import Any

Deed = Callable[..., None]


class Agenda:
    """Each deed is called as deed(at_ms, *subject)."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Deed, tuple[Any, ...]]] = []
        self._counter = itertools.count()
        self.done = 0

    def note(self, at_ms: int, deed: Deed, *subject: Any) -> None:
        """To be done then."""
        heapq.heappush(self._heap, (at_ms, next(self._counter), deed, subject))

    def run(self) -> int:
        """Do everything, also what is noted meanwhile; the moment of the last deed, 0 for none."""
        at_ms = 0
        heap = self._heap
        while heap:
            at_ms, _, deed, subject = heapq.heappop(heap)
            deed(at_ms, *subject)
            self.done += 1
        return at_ms
