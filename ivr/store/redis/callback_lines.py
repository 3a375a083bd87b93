"""Callbacks in the lines: the Python face of `lua/callback_*.lua`, a part of `RedisLines`."""

from collections.abc import Sequence

from ivr.core import reservation as reservations
from ivr.core.routing.rings import OpenRing
from ivr.services.callbacks_port import BookedItem, Booking, CallerClaim, CallerLeg, Missed
from ivr.services.lines_port import LineAsk
from ivr.store.redis.keys import fit
from ivr.store.redis.line_verbs import LineVerbs, drops_of, offers_of, shortened


class CallbackLines(LineVerbs):
    """The `CallbackStore` verbs."""

    def book(self, booking: Booking, now_ms: int) -> BookedItem:
        """Put a callback into its line."""
        arguments = (
            fit("callback", booking.id), booking.origin, booking.queue, booking.rules.digest, booking.number,
            booking.offset, booking.not_before_ms, shortened(booking.reason), booking.to_number, booking.tries,
            booking.expires_ms, booking.facts, int(booking.inherit), booking.asks, booking.resumes_ms,
        )  # fmt: skip
        ask = LineAsk(booking.queue, booking.rings or (OpenRing(0, booking.requirement),), booking.rules)
        said = self._run_asking("callback_book", now_ms, f"{booking.id}:{booking.number}:book", ask, arguments)
        return BookedItem(
            id=said.get("id", ""),
            already=said.get("already", ""),
            taken=bool(said.get("taken")),
            state=said.get("state", ""),
            position=int(said.get("position", 0)),
            not_before_ms=int(said.get("not_before", 0)),
            drops=drops_of(said),
            offers=offers_of(said),
        )

    def callback_promised(self, callback: str, from_ms: int, until_ms: int, now_ms: int) -> None:
        """What a callback is promised."""
        self._run("callback_promise", now_ms, "", callback, from_ms, until_ms)

    def callback_of(self, queue: str, number: str) -> str:
        """The callback a number has in a queue."""
        found = self._client.execute("HGET", f"{self._prefix}callbacks", f"{queue} {number}")
        return found.decode() if found else ""

    def callback_due(self, callback: str, now_ms: int) -> Sequence[str]:
        """Look at a callback."""
        return offers_of(self._run("callback_due", now_ms, "", callback))

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
        return Missed(
            said["missed"], said.get("state", ""), said.get("drop", ""), said.get("tell", ""), offers_of(said)
        )

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
