"""A place outlives the line it was waited on: whoever drops out and phones again from the same number has it back.

A number is a claim, not a proof: what it can claim here is a place that somebody with this number just gave up, in the
same line, for as long as that line keeps places (`keep_place`). Whoever takes a callback back, to wait on the line or
to choose another number or time, keeps its place in the same way.
"""

from typing import Protocol

from ivr.core.queue import WaitingCall
from ivr.core.queue_rules import KEEP_PLACE_SECONDS, QueueDefinition


class PlaceStore(Protocol):
    """Places given up, by line and number. Each method raises ports.StoreDown."""

    def call(self, call: str) -> WaitingCall | None:
        """One call."""

    def keep_place(self, queue: str, number: str, start_ms: int, until_ms: int, now_ms: int) -> None:
        """Keep a place, by its virtual start, until a moment of the clock."""

    def kept_place(self, queue: str, number: str, now_ms: int) -> int:
        """The virtual start a number has kept in a line, 0 for none."""

    def forget_place(self, queue: str, number: str) -> None:
        """It is taken."""


class Definitions(Protocol):
    """The lines there are, as last read."""

    def queue(self, name: str) -> QueueDefinition | None:
        """A queue's definition."""


class Places:
    """The verbs. `number` is E.164, empty for a hidden one, which keeps nothing. Raises StoreDown."""

    def __init__(self, lines: PlaceStore, flows: Definitions) -> None:
        self._lines = lines
        self._flows = flows

    def dropped(self, call_sid: str, number: str, now_ms: int) -> None:
        """A caller is gone: where they went while they waited, their place is kept, if their line does so. Repeating
        changes nothing."""
        call = self._lines.call(call_sid) if number else None
        if call is not None and call.left_reason == "abandoned":
            queue = self._flows.queue(call.queue) or QueueDefinition(call.queue)
            self._keep(call, number, call.left_ms + queue.keep_place_seconds * 1000, now_ms)

    def given_back(self, callback: WaitingCall, now_ms: int) -> None:
        """A callback was taken back by whoever it was for."""
        self._keep(callback, callback.number, now_ms + KEEP_PLACE_SECONDS * 1000, now_ms)

    def of(self, queue: str, number: str, now_ms: int) -> int:
        """The virtual start a number has in a line, 0 for none."""
        return self._lines.kept_place(queue, number, now_ms) if number else 0

    def taken(self, queue: str, number: str) -> None:
        """A call or callback of this number stands there now."""
        self._lines.forget_place(queue, number)

    def _keep(self, call: WaitingCall, number: str, until_ms: int, now_ms: int) -> None:
        if call.virtual_start_ms <= now_ms < until_ms:
            self._lines.keep_place(call.queue, number, call.virtual_start_ms, until_ms, now_ms)
