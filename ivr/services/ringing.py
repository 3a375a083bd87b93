"""Asking the carrier: ring an agent, lead a caller into the room, hang up a leg. Run by jobs and by sweepers alike.

Each asks the store for the right to act, acts, and records what came of it. A request whose outcome isn't known is
never repeated before looking at the carrier: creating a call can't be taken back.
"""

from datetime import UTC, datetime

from ivr.core.events import Event
from ivr.core.reservation import Reservation
from ivr.core.routing.order import is_urgent
from ivr.services.clock import Clock
from ivr.services.dialling import Dialling
from ivr.services.lines_port import Claim, LineStore
from ivr.services.pacing import AT_ONCE, NOT_WANTED, Pace, Slot, Turns
from ivr.services.patience import patience
from ivr.services.ports import AgentProfile, Agents, Carrier, CarrierError, HistoryDown, Live

MOST_ATTEMPTS = 4
"""How often the carrier is asked to ring for one offer: it refused by rate, or its answer was lost."""

_UP = frozenset({"queued", "initiated", "ringing", "in-progress"})

Offers = tuple[str, ...]


class Ringing:
    """The carrier's part of an offer. Every method may be called any number of times, by any process."""

    def __init__(
        self,
        *,
        lines: LineStore,
        carrier: Carrier,
        agents: Agents,
        live: Live,
        clock: Clock,
        caller_id: str = "",
        base: str = "",
        dialling: Dialling | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._lines = lines
        self._carrier = carrier
        self._turns = Turns(lines, pace)
        self._agents = agents
        self._live = live
        self._clock = clock
        self._caller_id = caller_id
        self._base = base
        self._dialling = dialling or Dialling()
        self._patience = patience(clock.speed)

    def ring(self, reservation_id: str, *, again: bool = False) -> Offers:
        """Ring the agent of a pending reservation, in its turn. The offers that follow where that fails."""
        slot = self._slot(reservation_id, again=again)
        if not slot.taken:
            return ()
        claim = self._lines.claim(reservation_id, self._clock.now_ms(), again=again)
        if claim is None:
            return ()
        try:
            agent = self._agents.get(claim.agent)
        except HistoryDown:
            return self._failed(
                reservation_id, "agent-unknown", f"the number of agent {claim.agent} can't be looked up"
            )
        if agent is None:
            return self._removed(reservation_id, claim.agent)
        if not agent.number:
            return self._failed(reservation_id, "agent-without-number", f"agent {claim.agent} has no number to ring")
        refused = self._dialling.allows(agent.number, "agent")
        if not refused.allowed:
            detail = f"the number of agent {claim.agent} may not be dialled: {refused.reason}"
            return self._failed(reservation_id, "agent-number-denied", detail)
        if claim.old_leg:
            # Their phone may still ring for an earlier offer, and would be busy. That took its time: claim it anew.
            self.drop(claim.old_leg)
            claim = self._lines.claim(reservation_id, self._clock.now_ms(), again=True)
            if claim is None:
                return ()
        return self._create(reservation_id, claim, agent, slot.wait_ms)

    def look(self, reservation: Reservation) -> Offers:
        """The carrier was asked to ring and its answer isn't known: adopt the leg it made, or ask again."""
        leg = self._made(reservation)
        if leg:
            self._rung(reservation.id, leg, self._clock.now_ms())
            return ()
        if reservation.attempts >= MOST_ATTEMPTS:
            return self._failed(reservation.id, "ring-unknown", "the carrier never said whether it rang")
        return self.ring(reservation.id, again=True)

    def stray(self, reservation: Reservation) -> None:
        """An offer ended while the carrier's answer was unknown: whatever leg it made is hung up.

        The legs are looked at first and the agent's present offer second, so that a leg made for that one is either
        known by then or being made: in that case this comes up again.
        """
        legs = self._up_since(reservation)
        agent = self._lines.agent(reservation.agent)
        held = self._lines.reservation(agent.reservation) if agent and agent.reservation else None
        if held and held.id != reservation.id and held.state == "pending" and held.intent_ms:
            return
        for leg in legs:
            if leg != self._lines.agent_leg(reservation.agent):
                self._carrier.hang_up(leg)
        self._lines.put_off("stray", reservation.id, 0, self._clock.now_ms())

    def bridge(self, reservation_id: str) -> Offers:
        """Lead the caller of an accepted reservation to the room; or tell the agent that the caller is gone, or that a
        colleague was faster."""
        reservation = self._lines.reservation(reservation_id)
        if reservation is None:
            return ()
        if reservation.state == "accepted" and not reservation.bridged_ms and not reservation.ended_ms:
            return () if reservation.callback else self._lead(reservation)
        listening = reservation.accepted_ms or (reservation.answered_ms and reservation.cause == "taken")
        if listening and reservation.ended_ms and reservation.leg:
            self._tell(reservation)
        return ()

    def drop(self, leg: str) -> None:
        """Hang up a leg that is no longer wanted; its deadline stands until the carrier has heard it."""
        try:
            self._carrier.hang_up(leg)
        except CarrierError as error:
            if not error.gone:
                self._fault("drop", leg, error)
                return
        self._lines.put_off("leg", leg, 0, self._clock.now_ms())

    # --- within ----------------------------------------------------------------------------------------------------
    def _slot(self, reservation_id: str, *, again: bool) -> Slot:
        if self._turns.pace is None:
            return AT_ONCE
        reservation = self._lines.reservation(reservation_id)
        if reservation is None or reservation.state != "pending" or (reservation.intent_ms and not again):
            return NOT_WANTED
        call = self._lines.call(reservation.call)
        urgent = call is not None and is_urgent(call.score)
        return self._turns.of(reservation_id, "urgent" if urgent else "agent", self._clock.now_ms())

    def _create(self, reservation_id: str, claim: Claim, agent: AgentProfile, queued_ms: int) -> Offers:
        path = f"{self._base}/voice/offer/{reservation_id}"
        try:
            leg = self._carrier.call(
                to_number=agent.number,
                from_number=self._caller_id or claim.to_number,
                path=path,
                status_path=f"{path}/status",
                ring_seconds=claim.ring_ms // 1000,
            )
        except CarrierError as error:
            return self._refused(reservation_id, claim, error)
        self._rung(reservation_id, leg, self._clock.now_ms(), claim.ring_ms + queued_ms)
        return ()

    def _refused(self, reservation_id: str, claim: Claim, error: CarrierError) -> Offers:
        now_ms = self._clock.now_ms()
        if error.ambiguous and claim.attempts < MOST_ATTEMPTS:
            # It may ring. The deadline of the intent stands: whoever finds it looks at the carrier first.
            self._lines.put_off("offer", reservation_id, self._patience.job_ms, now_ms)
            return ()
        if error.retry and claim.attempts < MOST_ATTEMPTS:
            self._lines.ring_later(reservation_id, now_ms, self._patience.job_ms * claim.attempts)
            return ()
        return self._failed(reservation_id, f"carrier-{error.code}", str(error))

    def _rung(self, reservation_id: str, leg: str, now_ms: int, ring_ms: int = 25_000) -> None:
        lease = ring_ms + self._patience.ring_grace_ms
        if self._lines.ringing(reservation_id, leg, now_ms, lease_ms=lease).stale:
            self.drop(leg)  # the caller went, or another leg was faster

    def _failed(self, reservation_id: str, code: str, detail: str) -> Offers:
        now_ms = self._clock.now_ms()
        ended = self._lines.end_offer(reservation_id, "carrier", now_ms)
        if ended.ended:
            call = reservation_id.rpartition("-")[0]
            self._live.publish(Event("fault", now_ms, call, {"code": code, "detail": detail}))
        return ended.offers

    def _removed(self, reservation_id: str, agent: str) -> Offers:
        """The agent has been deleted: the call goes to the next, and they are offered nothing again."""
        now_ms = self._clock.now_ms()
        ended = self._lines.end_offer(reservation_id, "removed", now_ms)
        if ended.ended:
            call = reservation_id.rpartition("-")[0]
            self._live.publish(
                Event("fault", now_ms, call, {"code": "agent-removed", "detail": f"{agent} is no agent"})
            )
        self._lines.wish(agent, "offline", "removed", now_ms)
        return ended.offers

    def _made(self, reservation: Reservation) -> str:
        """The leg the carrier made for an offer, as far as it shows: the newest to this agent; empty for none."""
        return next(iter(self._up_since(reservation)), "")

    def _up_since(self, reservation: Reservation) -> list[str]:
        """Legs to this agent that are up and were made since the intent to ring, newest first."""
        agent = self._agents.get(reservation.agent)
        if agent is None:
            return []
        since = datetime.fromtimestamp(reservation.intent_ms // 1000, UTC)
        return [leg.sid for leg in self._carrier.legs_to(agent.number, since) if leg.status in _UP]

    def _lead(self, reservation: Reservation) -> Offers:
        try:
            self._carrier.redirect(reservation.call, f"{self._base}/voice/bridge/{reservation.id}")
        except CarrierError as error:
            if error.gone:
                gone = self._lines.leave(reservation.call, "abandoned", self._clock.now_ms())
                if gone.tell:
                    self.bridge(gone.tell)
                return gone.offers
            self._fault("bridge", reservation.call, error)  # its deadline leads the caller again
        return ()

    def _tell(self, reservation: Reservation) -> None:
        try:
            self._carrier.redirect(reservation.leg, f"{self._base}/voice/offer/{reservation.id}")
        except CarrierError as error:
            if not error.gone:
                self._fault("tell", reservation.call, error)
                return
        self._lines.put_off("tell", reservation.id, 0, self._clock.now_ms())

    def _fault(self, what: str, subject: str, error: CarrierError) -> None:
        detail = {"code": f"carrier-{error.code}", "detail": f"{what}: {error}"}
        self._live.publish(Event("fault", self._clock.now_ms(), subject, detail))
