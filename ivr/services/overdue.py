"""What is done when something died or got lost. Several processes sweep at once; each thing due is handed to one.

A deadline popped is put off by a lease, not taken away: a sweeper may die as well. What settles the matter moves or
removes it. One subject that fails doesn't keep the others from being looked at.
"""

from collections.abc import Callable, Mapping

from ivr.core.reservation import Cause, Reservation, overdue
from ivr.services.callbacks import Callbacks
from ivr.services.joining import Joining
from ivr.services.line_rules import LineRules
from ivr.services.lines_port import LineStore
from ivr.services.patience import Patience
from ivr.services.ports import Carrier, CarrierError, HistoryDown, Jobs
from ivr.services.ringing import Ringing

MOST_AT_ONCE = 200
"""Deadlines handled in one sweep; the rest wait for the next, oldest first."""


class Overdue:
    """Looks at deadlines."""

    def __init__(
        self,
        lines: LineStore,
        carrier: Carrier,
        jobs: Jobs,
        *,
        ringing: Ringing,
        callbacks: Callbacks,
        rules: LineRules,
        joining: Joining,
        waits: Patience,
    ) -> None:
        self._lines = lines
        self._carrier = carrier
        self._jobs = jobs
        self._ringing = ringing
        self._callbacks = callbacks
        self._rules = rules
        self._joining = joining
        self._waits = waits
        self._handlers: Mapping[str, Callable[[str, int], None]] = {
            "agent": self._agent,
            "offer": self._offer,
            "call": self._call,
            "ring": self._ring,
            "group": self._group,
            "patrol": self._patrol,
            "line": self._line,
            "leg": self._leg,
            "tell": self._tell,
            "stray": self._stray,
            "caller": self._caller,
        }

    def sweep(self, now_ms: int) -> int:
        """Do what is due; how many things that were."""
        due = self._lines.due(now_ms, MOST_AT_ONCE)
        for kind, subject in sorted(due, key=_needs_the_carrier):
            try:
                self._handle(kind, subject, now_ms)
            except (CarrierError, HistoryDown):
                continue  # its lease stands: it comes up again
        # Nobody on the phone waits for these: a busy worker is left its time before all processes ask for them again.
        for call in self._lines.unrecorded(now_ms - self._waits.rest_ms, MOST_AT_ONCE):
            self._jobs.hint("record_call", call)
        for callback in self._lines.unkept(now_ms - self._waits.rest_ms, MOST_AT_ONCE):
            self._jobs.hint("keep_callback", callback)
        return len(due)

    def nudge(self, reservation_id: str, now_ms: int) -> None:
        """A caller's heartbeat found an offer going on: time it out where it is overdue, hint where it isn't rung."""
        reservation = self._lines.reservation(reservation_id)
        if reservation is None or reservation.deadline_ms > now_ms:
            return
        match overdue(reservation, now_ms, self._waits.bridge_limit_ms):
            case "ring" | "look":
                self._jobs.hint("sweep")
            case "time_out":
                self._time_out(reservation, now_ms)
            case _:
                return

    def _handle(self, kind: str, subject: str, now_ms: int) -> None:
        handler = self._handlers.get(kind)
        if handler is None:
            self._lines.put_off(kind, subject, 0, now_ms)
        else:
            handler(subject, now_ms)

    def _agent(self, agent: str, now_ms: int) -> None:
        self._hint(tuple(self._lines.agent_due(agent, now_ms)))

    def _ring(self, call: str, now_ms: int) -> None:
        self._hint(tuple(self._lines.widen(call, now_ms)))

    def _group(self, group: str, now_ms: int) -> None:
        self._hint(tuple(self._lines.widen_group(group, now_ms)))

    def _patrol(self, group: str, now_ms: int) -> None:
        for call in self._lines.patrol(group, now_ms):
            self._call(call, now_ms)

    def _line(self, queue: str, now_ms: int) -> None:
        self._hint(self._rules.regroup(queue, now_ms))

    def _leg(self, leg: str, _now_ms: int) -> None:
        self._ringing.drop(leg)

    def _tell(self, reservation: str, _now_ms: int) -> None:
        self._ringing.bridge(reservation)

    def _stray(self, reservation_id: str, _now_ms: int) -> None:
        if (reservation := self._lines.reservation(reservation_id)) is not None:
            self._ringing.stray(reservation)

    def _caller(self, reservation_id: str, now_ms: int) -> None:
        if (reservation := self._lines.reservation(reservation_id)) is not None:
            self._callbacks.stray(reservation, now_ms)

    def _offer(self, reservation_id: str, now_ms: int) -> None:
        reservation = self._lines.reservation(reservation_id)
        if reservation is None:
            self._lines.put_off("offer", reservation_id, 0, now_ms)
            return
        match overdue(reservation, now_ms, self._waits.bridge_limit_ms):
            case "ring":
                self._hint(self._ringing.ring(reservation_id))
            case "look":
                self._hint(self._ringing.look(reservation))
            case "time_out":
                self._time_out(reservation, now_ms)
            case "bridge" | "give_up" if reservation.callback:
                self._hint(self._callbacks.overdue(reservation, now_ms))
            case "bridge":
                self._lines.put_off("offer", reservation_id, self._waits.bridge_ms, now_ms)
                self._hint(self._ringing.bridge(reservation_id))
            case "give_up":
                self._hint(self._lines.finish(reservation_id, now_ms).offers)
                self._ringing.drop(reservation.leg)
            case "check":
                self._check(reservation, now_ms)
            case "forget":
                self._lines.put_off("offer", reservation_id, 0, now_ms)

    def _time_out(self, reservation: Reservation, now_ms: int) -> None:
        cause: Cause = "no_key" if reservation.answered_ms else "no_answer"
        ended = self._lines.end_offer(reservation.id, cause, now_ms, only_overdue=True)
        self._hint(ended.offers)
        if ended.drop:
            self._jobs.hint("drop_leg", ended.drop)
        if ended.ended:
            self._jobs.hint("agent_rang_out", reservation.id)

    def _check(self, reservation: Reservation, now_ms: int) -> None:
        """A talk without news: it is over where either leg is."""
        for leg in (reservation.leg, reservation.caller_leg or reservation.call):
            if leg and self._is_over(leg):
                self._hint(self._lines.finish(reservation.id, now_ms).offers)
                return
        self._lines.put_off("offer", reservation.id, self._waits.silence_ms, now_ms)

    def _call(self, call_sid: str, now_ms: int) -> None:
        """A waiting call without a sign of life: gone, or beyond its longest wait, or its heartbeats are lost."""
        call = self._lines.call(call_sid)
        if call is None or call.state in ("left", "bridged"):
            self._lines.put_off("call", call_sid, 0, now_ms)
            return
        if call.mode == "callback":
            self._callbacks.due(call_sid, now_ms)
            return
        reason = "abandoned" if self._is_over(call_sid) else ""
        if not reason and call.state == "waiting":
            # Its heartbeats are lost, or its carrier's queue is: the wait goes on, or is over, as with them.
            self._as_with_a_heartbeat(call_sid, now_ms)
            return
        if not reason:
            return
        gone = self._lines.leave(call_sid, reason, now_ms)
        self._hint(gone.offers)
        for leg in gone.drops:
            self._jobs.hint("drop_leg", leg)
        if gone.tell:
            self._jobs.hint("bridge", gone.tell)

    def _as_with_a_heartbeat(self, call_sid: str, now_ms: int) -> None:
        place = self._lines.waiting(call_sid, now_ms)
        self._hint(place.offers)
        if place.overflow:
            moved = self._joining.run_over(call_sid, place, now_ms)
            self._hint(moved.offers)
            for leg in moved.drops:
                self._jobs.hint("drop_leg", leg)

    def _is_over(self, leg: str) -> bool:
        try:
            return self._carrier.leg(leg).over
        except CarrierError as error:
            if error.gone:
                return True
            raise

    def _hint(self, offers: tuple[str, ...]) -> None:
        for reservation in offers:
            self._jobs.hint("ring", reservation)


def _needs_the_carrier(due: tuple[str, str]) -> bool:
    """Agents whose wrap-up is over first: freeing them takes no request to the carrier."""
    return due[0] != "agent"
