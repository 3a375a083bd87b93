"""Gives waiting calls to agents: what a caller's leg and an agent's leg ask, and the jobs between them.

Read next: `ringing.py` (asking the carrier), `overdue.py` (what is repaired when something died or got lost), then the
verbs in `ivr/store/redis/lua`. The rules:

- A match is committed by whichever process sees its cause; it never waits for a job. Jobs are hints to look again.
- The intent is recorded before the carrier is asked and the result after, under the reservation's id, which carries
  the epoch of the offer. What comes late finds its reservation closed and changes nothing.
- Whatever fails at an agent's side, the call keeps its place and the next agent is tried.
"""

from dataclasses import dataclass

from ivr.core.flow.effects import Join
from ivr.core.flow.inputs import LeaveReason, LeftLine
from ivr.core.flow.session import Session
from ivr.services.agent_side import AgentSide, room_of
from ivr.services.callbacks import Callbacks
from ivr.services.clock import Clock
from ivr.services.desk_ports import Forecasts
from ivr.services.dialling import Dialling
from ivr.services.dispatch_answers import (
    Again,
    Hold,
    Joined,
    Leave,
    Nothing,
    Room,
    ToRoom,
)
from ivr.services.joining import Entrance, Joining
from ivr.services.line_rules import LineRules
from ivr.services.lines_port import Gone, InLine, LineStore, Placed
from ivr.services.overdue import Overdue
from ivr.services.pacing import Pace
from ivr.services.patience import patience
from ivr.services.places import Places
from ivr.services.ports import Agents, Carrier, Flows, Jobs, Live
from ivr.services.ringing import Ringing

_OVER: dict[str, LeaveReason] = {
    "timeout": "timeout",
    "nobody": "nobody",
    "talked": "talked",
    "full": "full",
    "key": "key",
    "unanswered": "unanswered",
    "closed": "closed",
}


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """`caller_id` is the number agents see, empty for the line dialled; `paths_base` stands before `/voice`."""

    caller_id: str = ""
    paths_base: str = ""


class Dispatch(AgentSide):
    """The routing verbs of the web and of the workers; those of an agent's leg are `AgentSide`'s.

    Safe to share between threads. Raises ports.StoreDown.
    """

    def __init__(
        self,
        *,
        lines: LineStore,
        carrier: Carrier,
        jobs: Jobs,
        agents: Agents,
        flows: Flows,
        live: Live,
        clock: Clock,
        settings: DispatchSettings | None = None,
        dialling: Dialling | None = None,
        pace: Pace | None = None,
        entrance: Entrance | None = None,
        forecasts: Forecasts | None = None,
    ) -> None:
        chosen = settings or DispatchSettings()
        waits = patience(clock.speed)
        callbacks = Callbacks(
            lines=lines,
            carrier=carrier,
            jobs=jobs,
            flows=flows,
            live=live,
            clock=clock,
            dialling=dialling or Dialling(),
            base=chosen.paths_base,
            pace=pace,
            forecasts=forecasts,
        )
        super().__init__(lines, jobs, agents, callbacks, waits)
        self._clock = clock
        self._ringing = Ringing(
            lines=lines,
            carrier=carrier,
            agents=agents,
            live=live,
            clock=clock,
            caller_id=chosen.caller_id,
            base=chosen.paths_base,
            dialling=dialling or Dialling(),
            pace=pace,
        )
        self._places = Places(lines, flows)
        self._joining = Joining(lines, flows, entrance)
        self._rules = LineRules(lines, flows)
        self._overdue = Overdue(
            lines,
            carrier,
            jobs,
            ringing=self._ringing,
            callbacks=callbacks,
            rules=self._rules,
            joining=self._joining,
            waits=waits,
        )

    # --- the caller's side -----------------------------------------------------------------------------------------
    def join(self, session: Session, join: Join, now_ms: int, since_ms: int = 0) -> Joined | Leave:
        """Put a call into its line, once a turn. Raises SkillProblem where the step asks for what can't be a skill.

        `Leave` where the line doesn't take it and runs over into no other. `since_ms`: when it joined already, where
        the store may have lost that; 0 for now.
        """
        number = session.caller.number
        resumes_ms = self._places.of(join.queue, number, now_ms)
        place = self._joining.join(session, join, now_ms, resumes_ms or since_ms)
        if resumes_ms:
            self._places.taken(join.queue, number)
        self._follow(place)
        if place.state == "left":
            return Leave(_OVER.get(place.left_reason, "failed"), place.queue)
        return Joined(max(1, place.position))

    def waiting(self, call_sid: str, now_ms: int) -> Hold | ToRoom | Leave:
        """A heartbeat of a waiting call. Pushes the match and whatever of this call is overdue.

        `Leave("failed")` for a call that is in no line, perhaps because its joining was lost: joining again is safe.
        """
        place = self._lines.waiting(call_sid, now_ms)
        self._follow(place)
        if place.overflow:
            self._settle(self._joining.run_over(call_sid, place, now_ms))
            place = self._lines.waiting(call_sid, now_ms)
            self._follow(place)
        if place.state == "offered" and place.reservation not in place.offers:
            call = self._lines.call(call_sid)
            for reservation in call.reservations if call else ():
                self._overdue.nudge(reservation, now_ms)
        match place.state:
            case "accepted" | "bridged":
                return ToRoom(place.reservation)
            case "waiting" | "offered":
                return Hold(max(1, place.position), max(0, now_ms - place.joined_ms) // 1000, place.queue)
            case _:
                return Leave(_OVER.get(place.left_reason, "failed"), place.queue)

    def left_queue(self, call_sid: str, result: str, now_ms: int) -> ToRoom | Leave | Again | Nothing:
        """The call left the carrier's queue; `result` is the carrier's QueueResult (contract 3.7).

        Also to be asked, with `leave`, where `bridge` answered None or `talked` failed: where the call stands now.
        """
        match result:
            case "leave":
                return self._where(call_sid, now_ms)
            case "hangup":
                self.caller_gone(call_sid, now_ms)
                return Nothing()
            case "queue-full" | "error" | "system-error":
                reason: LeaveReason = "full" if result == "queue-full" else "failed"
                self._gone(call_sid, reason, now_ms)
                return Leave(reason)
            case _:  # redirected and bridged: another document has the call
                return Nothing()

    def bridge(self, reservation_id: str, call_sid: str, now_ms: int) -> Room | None:
        """The caller's leg asks to be let in; None where the reservation is not the accepted one of this call."""
        if not self._lines.bridged(reservation_id, call_sid, now_ms):
            return None
        return room_of(reservation_id)

    def caller_gone(self, call_sid: str, now_ms: int, number: str = "") -> None:
        """The caller has hung up, in whatever state: the agent's phone stops ringing, or the agent is told.

        `number`, where it is known, has the place back if it phones again soon.
        """
        gone = self._gone(call_sid, "abandoned", now_ms)
        if gone.reason == "abandoned":
            self._places.dropped(call_sid, number, now_ms)

    def left_by_key(self, call_sid: str, now_ms: int) -> None:
        """The caller has chosen another way while waiting: out of the line, the agent's phone stops ringing."""
        self._gone(call_sid, "key", now_ms)

    def talked(self, call_sid: str, now_ms: int) -> LeftLine:
        """The caller's leg left its room. `failed` where there was no talk: the agent had gone before they met, and the
        call is back in its place (ask `left_queue` with `leave`)."""
        call = self._lines.call(call_sid)
        if call is None:
            return LeftLine("failed")
        if call.state == "bridged":
            self._hint(self._lines.finish(call.reservation, now_ms).offers)
            call = self._lines.call(call_sid) or call
        if call.state != "left" or call.left_reason != "talked":
            return LeftLine("failed")
        reservation = self._lines.reservation(call.reservation)
        agent = self._agents.get(call.agent)
        begun = (reservation.met_ms if reservation else 0) or call.bridged_ms
        return LeftLine(
            "talked",
            agent_name=agent.name if agent else call.agent,
            talk_seconds=max(0, call.left_ms - begun) // 1000,
        )

    # --- jobs ------------------------------------------------------------------------------------------------------
    def ring(self, reservation_id: str) -> None:
        """Ring the agent of a pending reservation, once."""
        self._hint(self._ringing.ring(reservation_id))

    def bridge_caller(self, reservation_id: str) -> None:
        """Lead the caller of an accepted reservation into the room, or dial them; where they are gone, tell the agent.

        Asking to dial is refused by the store where nobody is to be called back.
        """
        self._hint(self._ringing.bridge(reservation_id))
        self._hint(self.callbacks.dial(reservation_id))

    def drop_leg(self, leg_sid: str) -> None:
        """Hang up a leg that is no longer wanted."""
        self._ringing.drop(leg_sid)

    def sweep(self, now_ms: int) -> int:
        """Do whatever is due and wasn't done; how many things that were."""
        self._rules.tell(now_ms)
        return self._overdue.sweep(now_ms)

    def reconcile(self, now_ms: int) -> int:
        """Repair what disagrees, after a store that lost its tail, and forget what nobody needs; how many repairs."""
        self._lines.forget_groups(now_ms)
        return len(self._lines.reconcile(now_ms))

    # --- within ----------------------------------------------------------------------------------------------------
    def _follow(self, place: InLine | Gone) -> None:
        self._hint(place.offers)
        for leg in place.drops:
            self._jobs.hint("drop_leg", leg)
        if place.tell:
            self._jobs.hint("bridge", place.tell)

    def _settle(self, placed: Placed) -> None:
        self._hint(placed.offers)
        for leg in placed.drops:
            self._jobs.hint("drop_leg", leg)

    def _gone(self, call_sid: str, reason: str, now_ms: int) -> Gone:
        gone = self._lines.leave(call_sid, reason, now_ms)
        self._follow(gone)
        return gone

    def _where(self, call_sid: str, now_ms: int) -> ToRoom | Leave | Again:
        match self.waiting(call_sid, now_ms):
            case Hold():
                return Again()
            case answer:
                return answer
