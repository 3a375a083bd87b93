"""The agent's side of an offer: what an agent's leg asks, and what the carrier tells of it and of the room.

Whatever comes late finds its reservation closed: it is refused with a named outcome, and the agent hears which.
"""

from collections.abc import Mapping

from ivr.core.reservation import RANG_OUT, Cause, cause_of
from ivr.services.callbacks import Callbacks
from ivr.services.dispatch_answers import Accepted, Declined, Repeat, Room, Stale, Whisper, WrapUp
from ivr.services.lines_port import LineStore, Offer
from ivr.services.patience import Patience
from ivr.services.ports import AgentProfile, Agents, Jobs

ROOM = "room-"
"""What the name of a reservation's room begins with."""
ACCEPT_KEY = "1"
DECLINE_KEY = "2"

_TERMINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
_NOT_TAKEN: Mapping[str, str] = {
    "caller_gone": "caller_gone",
    "left": "left",
    "taken": "taken",
    "other_leg": "other_leg",
    "unknown": "unknown",
    "declined": "declined",
    "removed": "removed",
    **dict.fromkeys(("no_answer", "no_key", "machine", "busy", "hung_up"), "too_late"),
}
"""What is said of an offer that ended before the agent accepted it, by its cause."""
_TAKEN: Mapping[str, str] = {
    "caller_gone": "caller_gone",
    "left": "caller_gone",
    "not_now": "not_now",
    "called_off": "called_off",
    **dict.fromkeys(("no_answer", "no_key", "busy", "machine", "carrier", "refused", "hung_up"), "not_reached"),
}
"""What is said of one that ended afterwards: of a callback, its caller's end."""


class AgentSide:
    """The verbs of an agent's leg. Raises ports.StoreDown."""

    def __init__(self, lines: LineStore, jobs: Jobs, agents: Agents, callbacks: Callbacks, waits: Patience) -> None:
        self._lines = lines
        self._jobs = jobs
        self._agents = agents
        self._patience = waits
        self.callbacks = callbacks

    def offer_answered(self, reservation_id: str, leg_sid: str, now_ms: int) -> Whisper | Stale:
        """The agent's phone was picked up: who calls, or why it no longer matters."""
        offer = self._lines.ringing(
            reservation_id, leg_sid, now_ms, lease_ms=self._patience.key_ms, picked_up=True
        )  # fmt: skip
        if offer.stale:
            return self._stale(reservation_id, offer.stale)
        profile = self._agents.get(offer.agent)
        if profile is None:
            return self._removed(reservation_id, offer.agent, now_ms)
        call = self._lines.call(offer.call)
        if call is None:
            self._end(reservation_id, leg_sid, "failed", now_ms)
            return Stale("unknown")
        known = self.callbacks.known(call.call) if call.mode == "callback" else None
        return Whisper(call.call, call.queue, call.reason, call.waited_ms(now_ms) // 1000, profile, known)

    def offer_key(self, reservation_id: str, keys: str, now_ms: int) -> Accepted | Declined | Repeat | Stale:
        """The key an agent pressed, empty for none: silence declines, since that is what a voicemail says."""
        if keys.startswith(ACCEPT_KEY):
            offer = self._lines.accept(reservation_id, now_ms)
            if offer.stale:
                return self._stale(reservation_id, offer.stale)
            if offer.first:
                self._jobs.hint("bridge", reservation_id)
            self._lost_to_a_colleague(offer)
            return Accepted(room_of(reservation_id), calling=offer.callback)
        if keys and not keys.startswith(DECLINE_KEY):
            return Repeat()
        self._over_and_out(reservation_id, "declined" if keys else "no_key", now_ms)
        return Declined()

    def offer_status(self, reservation_id: str, leg_sid: str, status: str, answered_by: str, now_ms: int) -> None:
        """What the carrier says of the agent's leg; may come late, twice or out of order."""
        if answered_by.startswith(("machine", "fax")) and status not in _TERMINAL:
            self._over_and_out(reservation_id, "machine", now_ms, drop=True)
        elif status in _TERMINAL:
            self._end(reservation_id, leg_sid, status, now_ms, answered_by)

    def offer_done(self, reservation_id: str, now_ms: int) -> WrapUp:
        """The agent is out of the room: how long they have for after-call work."""
        finished = self._lines.finish(reservation_id, now_ms)
        self._hint(finished.offers)
        return WrapUp(finished.wrap_up_ms // 1000)

    def room_event(self, reservation_id: str, event: str, call_sid: str, now_ms: int) -> None:
        """Who joined and left the room (contract: conference callbacks); may be lost, late or doubled."""
        match event:
            case "conference-start":  # two are in it
                self._lines.met(reservation_id, now_ms)
            case "participant-leave" | "conference-end":
                reservation = self._lines.reservation(reservation_id)
                if reservation is None or not self._over(reservation_id, call_sid, event):
                    return
                self._hint(self._lines.finish(reservation_id, now_ms).offers)
            case _:
                return

    def agent_of(self, reservation_id: str) -> AgentProfile | None:
        """Whose offer it is, or was."""
        held = self._lines.reservation(reservation_id)
        return self._agents.get(held.agent) if held else None

    # --- within ----------------------------------------------------------------------------------------------------
    def _hint(self, offers: tuple[str, ...]) -> None:
        for reservation in offers:
            self._jobs.hint("ring", reservation)

    def _over_and_out(self, reservation_id: str, cause: Cause, now_ms: int, *, drop: bool = False) -> None:
        ended = self._lines.end_offer(reservation_id, cause, now_ms)
        self._hint(ended.offers)
        if drop and ended.drop:
            self._jobs.hint("drop_leg", ended.drop)
        if ended.ended and cause in RANG_OUT:
            self._jobs.hint("agent_rang_out", reservation_id)

    def _removed(self, reservation_id: str, agent: str, now_ms: int) -> Stale:
        """The agent was deleted while their phone rang: the call keeps its place, nobody is offered to them again."""
        self._hint(self._lines.end_offer(reservation_id, "removed", now_ms).offers)
        self._lines.wish(agent, "offline", "removed", now_ms)
        return Stale("removed")

    def _stale(self, reservation_id: str, why: str) -> Stale:
        held = self._lines.reservation(reservation_id)
        outcomes = _TAKEN if held is not None and held.accepted_ms else _NOT_TAKEN
        return Stale(outcomes.get(why, "ended"))

    def _lost_to_a_colleague(self, offer: Offer) -> None:
        self._hint(offer.offers)
        for leg in offer.drops:
            self._jobs.hint("drop_leg", leg)
        for loser in offer.losers:
            self._jobs.hint("bridge", loser)

    def _end(self, reservation_id: str, leg_sid: str, status: str, now_ms: int, answered_by: str = "") -> None:
        reservation = self._lines.reservation(reservation_id)
        if reservation is None:
            return
        self._lines.leg_ended(reservation_id, leg_sid, now_ms)
        if reservation.leg and reservation.leg != leg_sid:
            return  # a surplus leg: its end is not the offer's
        if reservation.state == "accepted":
            self._hint(self._lines.finish(reservation_id, now_ms).offers)
            return
        cause = cause_of(status, answered=bool(reservation.answered_ms), answered_by=answered_by)
        self._over_and_out(reservation_id, cause, now_ms)

    def _over(self, reservation_id: str, call_sid: str, event: str) -> bool:
        """Whether a notice of leaving ends the talk: of the caller or of the agent's leg, or of the room itself."""
        reservation = self._lines.reservation(reservation_id)
        if reservation is None or not reservation.bridged_ms:
            return False
        legs = (reservation.caller_leg or reservation.call, reservation.leg)
        return event == "conference-end" or call_sid in legs


def room_of(reservation_id: str) -> Room:
    """The room of a reservation: one per offer, so that a room left behind never swallows another caller."""
    return Room(f"{ROOM}{reservation_id}")
