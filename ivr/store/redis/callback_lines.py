"""Callbacks in the lines: the Python face of `lua/callback_*.lua`, a part of `RedisLines`."""

from collections.abc import Mapping, Sequence
from typing import Any

from ivr.core import reservation as reservations
from ivr.services.callbacks_port import BookedItem, Booking, CallerClaim, CallerLeg, Missed
from ivr.services.patience import Patience
from ivr.services.ports import StoreDown
from ivr.store.redis.client import Argument, StateClient

_ATTEMPTS = 20
LOOK_MS = 900_000
"""Between two looks at a callback that waits: a match is made the moment an agent is free; this only repairs."""


class CallbackLines:
    """The `CallbackStore` verbs. A mixin: `RedisLines` has the client, the prefix and the scripts."""

    _client: StateClient
    _prefix: str
    _waits: Patience

    def book(self, booking: Booking, now_ms: int) -> BookedItem:
        """Put a callback into its line."""
        for _ in range(_ATTEMPTS):
            said = self._run(
                "callback_book", now_ms, f"{booking.id}:{booking.number}:book",
                booking.id, booking.origin, booking.requirement, booking.queue, booking.number, booking.offset,
                booking.not_before_ms, booking.ring_ms, booking.wrap_up_ms, booking.reason, booking.to_number,
                booking.tries, booking.expires_ms, booking.facts, LOOK_MS, int(booking.inherit),
            )  # fmt: skip
            if not said.get("intern"):
                return BookedItem(
                    id=said.get("id", ""),
                    already=said.get("already", ""),
                    taken=bool(said.get("taken")),
                    state=said.get("state", ""),
                    position=int(said.get("position", 0)),
                    not_before_ms=int(said.get("not_before", 0)),
                    drop=said.get("drop", ""),
                    offers=_offers(said),
                )
            self._intern(booking.requirement, now_ms)
        raise StoreDown("the groups of the lines kept changing")

    def callback_of(self, queue: str, number: str) -> str:
        """The callback a number has in a queue."""
        found = self._client.execute("HGET", f"{self._prefix}callbacks", f"{queue} {number}")
        return found.decode() if found else ""

    def callback_due(self, callback: str, now_ms: int) -> Sequence[str]:
        """Look at a callback."""
        return _offers(self._run("callback_due", now_ms, "", callback))

    def claim_caller(self, reservation: str, now_ms: int, *, again: bool = False) -> CallerClaim | None:
        """Record the intent to dial the caller."""
        said = self._run("callback_dial", now_ms, "", reservation, self._waits.rest_ms, int(again))
        if "refused" in said:
            return None
        return CallerClaim(said["call"], said["number"], said["to_number"], int(said["attempts"]))

    def caller_leg(
        self, reservation: str, leg: str, now_ms: int, *, lease_ms: int, picked_up: bool = False
    ) -> CallerLeg:
        """The caller's leg is known."""
        said = self._run("callback_leg", now_ms, "", reservation, leg, lease_ms, int(picked_up))
        return CallerLeg(said.get("stale", ""), said.get("call", ""), said.get("agent", ""))

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
        """They weren't reached."""
        said = self._run(
            "callback_missed", now_ms, "", reservation, cause, retry_ms, reservations.GONE_SECONDS * 1000, int(counts),
            leg, reason, int(only_overdue),
        )  # fmt: skip
        return Missed(said["missed"], said.get("state", ""), said.get("drop", ""), said.get("tell", ""), _offers(said))

    def caller_leg_ended(self, reservation: str, leg: str, now_ms: int) -> None:
        """The caller's leg is over."""
        self._run("callback_leg_ended", now_ms, "", reservation, leg)

    def unkept(self, now_ms: int, most: int) -> Sequence[str]:
        """Callbacks the database hasn't heard of."""
        key = f"{self._prefix}callbacks:unkept"
        reply = self._client.execute("ZRANGEBYSCORE", key, "-inf", now_ms, "LIMIT", 0, most)
        return [member.decode() for member in reply]

    def callback_kept(self, callback: str, revision: str, now_ms: int) -> None:
        """The database has heard of it."""
        self._run("callback_kept", now_ms, "", callback, revision)

    def spend(self, purpose: str, number: str, day: str, operation: str, *, most: int, total: int) -> str:
        """The `Budgets` port: one more within both limits of the day."""
        said = self._run("dial_budget", 0, f"dial:{operation}", purpose, number, most, total, day)
        return str(said.get("spent", ""))

    # --- from RedisLines -------------------------------------------------------------------------------------------
    def _run(self, name: str, now_ms: int, operation: str, *arguments: Argument) -> dict[str, Any]:
        raise NotImplementedError

    def _intern(self, wanted: str, now_ms: int) -> None:
        raise NotImplementedError


def _offers(said: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(said.get("offers", ()))
