"""Callbacks: booked as items of the line, dialled when an agent has accepted, put back where nobody was reached.

The rules of `dispatch.py` hold here too: the intent is recorded before the carrier is asked and the result after, under
the reservation's id; what comes late changes nothing; nothing is dialled twice without looking at the carrier first.
Read `core/callback.py` for the way of one, `calling_back.py` for what the called person hears.
"""

from datetime import UTC, datetime

import msgspec

from ivr.core.callback import EXPIRES_SECONDS, NOT_NOW_SECONDS, RING_SECONDS, Known, retry_after
from ivr.core.events import Event
from ivr.core.flow.effects import Book
from ivr.core.flow.inputs import Booked
from ivr.core.flow.session import Session
from ivr.core.queue_rules import QueueDefinition
from ivr.core.reservation import Reservation, cause_of
from ivr.core.routing.order import offset
from ivr.core.routing.rings import OpenRing
from ivr.core.routing.skills import SkillProblem
from ivr.services.asking import ask
from ivr.services.callback_promises import promise
from ivr.services.callbacks_port import Booking, CallerClaim, Missed
from ivr.services.clock import Clock
from ivr.services.desk_ports import Forecasts
from ivr.services.dialling import Dialling
from ivr.services.lines_port import LineAsk, LineStore
from ivr.services.pacing import AT_ONCE, NOT_WANTED, Pace, Slot, Turns
from ivr.services.patience import patience
from ivr.services.places import Places
from ivr.services.ports import Carrier, CarrierError, Flows, Jobs, Live

MOST_DIALS = 3
"""How often the carrier is asked to dial for one offer: it refused by rate, or its answer was lost."""

_UP = frozenset({"queued", "initiated", "ringing", "in-progress"})
_TERMINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})

Offers = tuple[str, ...]

_known = msgspec.json.Decoder(Known).decode


class Callbacks:
    """The verbs of callbacks. Safe to share between threads; may be called any number of times, by any process."""

    def __init__(
        self,
        *,
        lines: LineStore,
        carrier: Carrier,
        jobs: Jobs,
        flows: Flows,
        live: Live,
        clock: Clock,
        dialling: Dialling,
        base: str = "",
        pace: Pace | None = None,
        forecasts: Forecasts | None = None,
    ) -> None:
        self._turns = Turns(lines, pace)
        self._lines = lines
        self._places = Places(lines, flows)
        self._carrier = carrier
        self._jobs = jobs
        self._flows = flows
        self._live = live
        self._clock = clock
        self._dialling = dialling
        self._base = base
        self._forecasts = forecasts
        self._patience = patience(clock.speed)

    # --- booking ---------------------------------------------------------------------------------------------------
    def book(self, session: Session, book: Book, now_ms: int) -> Booked:
        """Book, or call off, as a step asks; booking again in the same turn changes nothing. Raises StoreDown."""
        if book.cancel:
            return self._call_off(book, now_ms)
        verdict = self._dialling.allows(book.number, "callback")
        if not verdict.allowed:
            return Booked("refused")
        try:
            booking = self._booking(session, book, verdict.number, now_ms)
        except SkillProblem:
            return Booked("failed")
        item = self._lines.book(booking, now_ms)
        if booking.resumes_ms and item.id:
            for number in _numbers(session, booking.number):
                self._places.taken(book.queue, number)
        self._hint(item.offers)
        for leg in item.drops:
            self._jobs.hint("drop_leg", leg)
        if item.taken:
            return Booked("taken")
        at = datetime.fromtimestamp(item.not_before_ms / 1000, UTC).isoformat() if item.not_before_ms > now_ms else ""
        if not item.already and self._forecasts is not None:
            rings = booking.rings or (OpenRing(0, booking.requirement),)
            promise(item, LineAsk(booking.queue, rings, booking.rules), self._lines, self._forecasts, now_ms)
        if not item.already:
            self._jobs.hint("keep_callback", item.id)
        return Booked("already" if item.already else "booked", item.position, at)

    def withdraw(self, callback: str, reason: str = "cancelled") -> bool:
        """Take a callback back, whatever it is doing; False where there is none that isn't over."""
        now_ms = self._clock.now_ms()
        gone = self._lines.leave(callback, reason, now_ms)
        self._hint(gone.offers)
        for leg in gone.drops:
            self._jobs.hint("drop_leg", leg)
        if gone.tell:
            self._jobs.hint("bridge", gone.tell)
        self._jobs.hint("keep_callback", callback)
        return gone.was not in ("", "left")

    def known(self, callback: str) -> Known:
        """What goes along with a callback; nothing where it is gone."""
        item = self._lines.call(callback)
        return _known(item.facts) if item is not None and item.facts else Known()

    # --- dialling --------------------------------------------------------------------------------------------------
    def dial(self, reservation_id: str, *, again: bool = False) -> Offers:
        """Dial the caller of an accepted offer, once, in its turn. The offers that follow where that fails."""
        slot = self._slot(reservation_id, again=again)
        if not slot.taken:
            return ()
        claim = self._lines.claim_caller(reservation_id, self._clock.now_ms(), again=again)
        if claim is None:
            return ()
        refused = self._dialling.spend(claim.number, "callback", self._clock.now_ms(), reservation_id)
        if refused:
            self._fault("callback-refused", claim.call, refused)
            return self._missed(reservation_id, "refused", retry_ms=0, reason="refused").offers
        path = f"{self._base}/voice/callback/{reservation_id}"
        try:
            leg = self._carrier.call(
                to_number=claim.number,
                from_number=claim.to_number,
                path=path,
                status_path=f"{path}/status",
                ring_seconds=RING_SECONDS,
            )
        except CarrierError as error:
            return self._not_made(reservation_id, claim, error)
        self._adopt(reservation_id, leg, slot.wait_ms)
        return ()

    def overdue(self, reservation: Reservation, now_ms: int) -> Offers:
        """An accepted offer past its deadline: dial, look what the carrier did, or give this try up."""
        if not reservation.dial_ms:
            return self.dial(reservation.id)
        if reservation.caller_leg:
            cause = "no_key" if reservation.caller_up_ms else "no_answer"
            return self._again_later(reservation, cause, only_overdue=True).offers
        made = self._made(reservation)
        if made:
            self._adopt(reservation.id, made[0])
            return ()
        if reservation.dials >= MOST_DIALS:
            return self._again_later(reservation, "carrier").offers
        self._lines.put_off("offer", reservation.id, self._patience.rest_ms, now_ms)
        return self.dial(reservation.id, again=True)

    def stray(self, reservation: Reservation, now_ms: int) -> None:
        """An offer ended while it wasn't known which leg dials its caller: whatever leg there is, is hung up."""
        item = self._lines.call(reservation.call)
        held = self._lines.reservation(item.reservation) if item and item.reservation else None
        later = held is not None and held.id != reservation.id and held.dial_ms and not held.ended_ms
        if held is not None and later and not held.caller_leg:  # which leg is that one's will be known in a moment
            self._lines.put_off("caller", reservation.id, self._patience.rest_ms, now_ms)
            return
        wanted = held.caller_leg if held is not None and later else ""
        for leg in self._made(reservation):
            if leg != wanted:
                self._carrier.hang_up(leg)
        self._lines.put_off("caller", reservation.id, 0, now_ms)

    def due(self, callback: str, now_ms: int) -> None:
        """Its time has come, or it is looked at in passing."""
        self._hint(tuple(self._lines.callback_due(callback, now_ms)))

    # --- what the caller's leg reports -----------------------------------------------------------------------------
    def not_now(self, reservation_id: str, leg: str) -> Missed:
        """The caller asks to be called some other time."""
        return self._missed(reservation_id, "not_now", retry_ms=NOT_NOW_SECONDS * 1000, leg=leg)

    def call_off(self, reservation_id: str, leg: str) -> Missed:
        """The caller doesn't want to be called any more."""
        return self._missed(reservation_id, "called_off", retry_ms=0, leg=leg, reason="cancelled")

    def no_key(self, reservation_id: str, leg: str) -> Missed:
        """Nobody pressed a key: a voicemail, or a phone in a pocket."""
        reservation = self._lines.reservation(reservation_id)
        return self._again_later(reservation, "no_key", leg) if reservation else Missed(missed=False)

    def leg_status(self, reservation_id: str, leg: str, status: str, answered_by: str, now_ms: int) -> None:
        """What the carrier says of the caller's leg; may come late, twice or out of order."""
        machine = answered_by.startswith(("machine", "fax"))
        if status not in _TERMINAL and not machine:
            return
        if status in _TERMINAL:
            self._lines.caller_leg_ended(reservation_id, leg, now_ms)
        reservation = self._lines.reservation(reservation_id)
        if reservation is None or reservation.caller_leg != leg:
            return
        if not reservation.bridged_ms:
            cause = cause_of(status, answered=bool(reservation.caller_up_ms), answered_by=answered_by)
            self._hint(self._again_later(reservation, cause, leg).offers)
        elif status in _TERMINAL:
            self._hint(self._lines.finish(reservation_id, now_ms).offers)

    # --- within ----------------------------------------------------------------------------------------------------
    def _booking(self, session: Session, book: Book, number: str, now_ms: int) -> Booking:
        queue = self._flows.queue(book.queue) or QueueDefinition(book.queue)
        asked = ask(queue, book.skills)
        not_before_ms = int(datetime.fromisoformat(book.not_before).timestamp() * 1000) if book.not_before else 0
        caller = session.caller if session.caller.number == number else type(session.caller)(number=number)
        known = Known(caller, session.path, session.language, session.line_title, book.greeting)
        return Booking(
            id=f"CB{session.call_sid[2:]}t{session.turn}",
            origin=session.call_sid,
            queue=book.queue,
            requirement=asked.requirement,
            number=number,
            offset=offset(urgent=session.urgent, priority_seconds=book.priority_seconds + queue.boost_seconds),
            not_before_ms=not_before_ms,
            reason=book.reason,
            to_number=session.to_number,
            tries=book.tries,
            expires_ms=max(now_ms, not_before_ms) + EXPIRES_SECONDS * 1000,
            facts=msgspec.json.encode(known).decode(),
            inherit=not book.skills,
            rings=asked.rings,
            rules=queue.rules(),
            asks=asked.asks,
            resumes_ms=next(
                filter(None, (self._places.of(book.queue, known, now_ms) for known in _numbers(session, number))), 0
            ),
        )

    def _call_off(self, book: Book, now_ms: int) -> Booked:
        held = self._lines.call(self._lines.callback_of(book.queue, book.number))
        if held is not None and self.withdraw(held.call):
            self._places.given_back(held, now_ms)
        return Booked("cancelled")

    def _not_made(self, reservation_id: str, claim: CallerClaim, error: CarrierError) -> Offers:
        if (error.ambiguous or error.retry) and claim.attempts < MOST_DIALS:
            # It may ring, or be asked again: whoever finds the deadline of the intent looks at the carrier first.
            wait_ms = self._patience.job_ms * (claim.attempts if error.retry else 1)
            self._lines.put_off("offer", reservation_id, wait_ms, self._clock.now_ms())
            return ()
        self._fault(f"carrier-{error.code}", claim.call, f"callback: {error}")
        reservation = self._lines.reservation(reservation_id)
        return self._again_later(reservation, "carrier").offers if reservation else ()

    def _slot(self, reservation_id: str, *, again: bool) -> Slot:
        if self._turns.pace is None:
            return AT_ONCE
        held = self._lines.reservation(reservation_id)
        wanted = held is not None and held.callback and held.state == "accepted" and not held.ended_ms
        if held is None or not wanted or (held.dial_ms and not again):
            return NOT_WANTED
        return self._turns.of(reservation_id, "callback", self._clock.now_ms())

    def _adopt(self, reservation_id: str, leg: str, queued_ms: int = 0) -> None:
        lease_ms = queued_ms + RING_SECONDS * 1000 + self._patience.ring_grace_ms
        if self._lines.caller_leg(reservation_id, leg, self._clock.now_ms(), lease_ms=lease_ms).stale:
            self._jobs.hint("drop_leg", leg)  # the agent went meanwhile, or it was called off

    def _again_later(
        self, reservation: Reservation, cause: str, leg: str = "", *, only_overdue: bool = False
    ) -> Missed:
        item = self._lines.call(reservation.call)
        retry_ms = retry_after(item.attempts if item else 0) * 1000
        return self._missed(reservation.id, cause, retry_ms=retry_ms, leg=leg, only_overdue=only_overdue)

    def _missed(
        self,
        reservation_id: str,
        cause: str,
        *,
        retry_ms: int,
        leg: str = "",
        reason: str = "",
        only_overdue: bool = False,
    ) -> Missed:
        missed = self._lines.caller_missed(
            reservation_id,
            cause,
            self._clock.now_ms(),
            retry_ms=retry_ms,
            leg=leg,
            reason=reason,
            only_overdue=only_overdue,
        )
        if missed.tell:
            self._jobs.hint("bridge", missed.tell)
        if missed.drop:
            self._jobs.hint("drop_leg", missed.drop)
        if missed.missed:
            self._jobs.hint("keep_callback", reservation_id.rpartition("-")[0])
        return missed

    def _made(self, reservation: Reservation) -> list[str]:
        """The legs the carrier made to this caller since the intent, as far as they show, newest first."""
        item = self._lines.call(reservation.call)
        if item is None or not item.number or not reservation.dial_ms:
            return []
        since = datetime.fromtimestamp(reservation.dial_ms // 1000, UTC)
        return [leg.sid for leg in self._carrier.legs_to(item.number, since) if leg.status in _UP]

    def _hint(self, offers: Offers) -> None:
        for reservation in offers:
            self._jobs.hint("ring", reservation)

    def _fault(self, code: str, subject: str, detail: str) -> None:
        self._live.publish(Event("fault", self._clock.now_ms(), subject, {"code": code, "detail": detail}))


def _numbers(session: Session, number: str) -> tuple[str, ...]:
    """The numbers whose kept place counts for a callback: its own, and that of whoever asks for it."""
    return tuple(dict.fromkeys((number, session.caller.number)))
