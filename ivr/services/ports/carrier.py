"""The carrier's REST verbs: ring, redirect, hang up, look, text, fetch a recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class CarrierError(Exception):
    """A REST request to the carrier failed.

    `gone`: the call is no longer there (a normal race). `retry`: certainly not done, safe to repeat (429, connect).
    `ambiguous`: it may have been done (time-out, 5xx).
    """

    def __init__(
        self, detail: str, *, code: int = 0, gone: bool = False, retry: bool = False, ambiguous: bool = False
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.gone = gone
        self.retry = retry
        self.ambiguous = ambiguous


_ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True, slots=True)
class Leg:
    """One carrier connection as the carrier sees it now."""

    sid: str
    status: str
    to_number: str = ""

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way (contract 1.4 D)."""
        return self.status in _ENDED


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room in which somebody is. `name` is ours, `sid` the carrier's."""

    sid: str
    name: str


class Rooms(Protocol):
    """Who talks in which room, as the carrier knows it. Raises CarrierError; neither waits longer than its time-out."""

    def rooms(self) -> Sequence[OpenRoom]:
        """The rooms that are open now."""

    def in_room(self, room_sid: str) -> Sequence[str]:
        """The legs in a room."""


class Carrier(Protocol):
    """The few REST verbs used. All raise CarrierError; none waits longer than its time-out (4 s)."""

    def call(self, *, to_number: str, from_number: str, path: str, status_path: str, ring_seconds: int) -> str:
        """Ring a phone; answered, it fetches its document from `path` below the public base. Returns the leg's SID."""

    def redirect(self, call_sid: str, path: str) -> None:
        """Make a live call fetch its next document from `path`."""

    def hang_up(self, call_sid: str) -> None:
        """End a leg in whatever state; gone already is fine."""

    def leg(self, call_sid: str) -> Leg:
        """What the carrier knows of a leg."""

    def legs_to(self, to_number: str, since: datetime) -> Sequence[Leg]:
        """Outbound legs to a number since a moment, newest first: the look-up after an ambiguous create."""

    def text(self, *, to_number: str, from_number: str, text: str, status_path: str) -> str:
        """Send a text; what becomes of it is told at `status_path`. Returns the message's SID."""

    def recording(self, recording_sid: str) -> bytes:
        """A recording's audio (WAV)."""

    def delete_recording(self, recording_sid: str) -> None:
        """Delete a recording at the carrier; gone already is fine."""
