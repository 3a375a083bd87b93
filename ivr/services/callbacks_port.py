"""Callbacks as the lines keep them: one method a verb, each atomic, each safe to repeat. Part of `LineStore`.

Times are ms. `offers` are reservations a verb made by the way: each is to be rung. Every method raises ports.StoreDown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ivr.core.queue_rules import Rules
from ivr.core.routing.rings import OpenRing


@dataclass(frozen=True, slots=True)
class Booking:
    """A callback wanted. `id` names it for good; `origin` is the call that asks. `inherit`: where that call stands in
    this queue, ask for what it asked for. `facts` is a JSON of core.callback.Known. `resumes_ms` is the start of a
    place it takes over where that call has none, 0 for none."""

    id: str
    origin: str
    queue: str
    requirement: str
    number: str
    offset: int = 0
    not_before_ms: int = 0
    reason: str = ""
    to_number: str = ""
    tries: int = 3
    expires_ms: int = 0
    facts: str = ""
    inherit: bool = True
    rings: tuple[OpenRing, ...] = ()
    rules: Rules = field(default_factory=Rules)
    asks: str = ""
    resumes_ms: int = 0


@dataclass(frozen=True, slots=True)
class BookedItem:
    """What became of a booking. `already` is the callback this number has; `taken`: an agent has accepted the call."""

    id: str = ""
    already: str = ""
    taken: bool = False
    state: str = ""
    position: int = 0
    not_before_ms: int = 0
    drops: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallerClaim:
    """The right to ask the carrier to dial a caller back, once. `number` is theirs, `to_number` the line's."""

    call: str
    number: str
    to_number: str
    attempts: int


@dataclass(frozen=True, slots=True)
class CallerLeg:
    """What the leg of a caller being called back came to. `stale` says why it is no longer wanted."""

    stale: str = ""
    call: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Missed:
    """A caller wasn't reached. `missed` False: it had ended, or they had confirmed, before. `drop` is a leg to hang up,
    `tell` a reservation whose agent is to hear of it, `state` what the callback is now."""

    missed: bool
    state: str = ""
    drop: str = ""
    tell: str = ""
    offers: tuple[str, ...] = ()


class CallbackStore(Protocol):
    """The verbs of callbacks."""

    def book(self, booking: Booking, now_ms: int) -> BookedItem:
        """Put a callback into its line, once for each number there; the place of the call that asks goes over."""

    def callback_promised(self, callback: str, from_ms: int, until_ms: int, now_ms: int) -> None:
        """Between which moments its caller may expect the call; the first time counts."""

    def callback_of(self, queue: str, number: str) -> str:
        """The callback a number has in a queue, empty for none."""

    def callback_due(self, callback: str, now_ms: int) -> Sequence[str]:
        """Look at a callback: into its place when its time has come; given up when it has run out."""

    def claim_caller(self, reservation: str, now_ms: int, *, again: bool = False) -> CallerClaim | None:
        """Record the intent to dial the caller; None where somebody has, or it isn't wanted any more."""

    def caller_leg(
        self, reservation: str, leg: str, now_ms: int, *, lease_ms: int, picked_up: bool = False
    ) -> CallerLeg:
        """The caller's leg is known (and was picked up); `lease_ms` until it counts as not reached."""

    def caller_missed(
        self,
        reservation: str,
        cause: str,
        now_ms: int,
        *,
        retry_ms: int,
        counts: bool = True,
        leg: str = "",
        reason: str = "",
        only_overdue: bool = False,
    ) -> Missed:
        """They weren't reached: again in `retry_ms`; 0: never, and it leaves its line for `reason`."""

    def caller_leg_ended(self, reservation: str, leg: str, now_ms: int) -> None:
        """The caller's leg is over."""

    def unkept(self, now_ms: int, most: int) -> Sequence[str]:
        """Callbacks the database hasn't heard of as they were at that moment."""

    def callback_kept(self, callback: str, revision: str, now_ms: int) -> None:
        """The database has heard of a callback as it was at that revision."""


class Budgets(Protocol):
    """How often may be dialled and texted. Raises ports.StoreDown."""

    def spend(self, purpose: str, number: str, day: str, operation: str, *, most: int, total: int) -> str:
        """One more, within both limits of the day (0: none); which was used up, `number` or `total`, else empty."""
