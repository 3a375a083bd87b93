"""The wait in a line as the caller's leg lives it: heartbeats, the way into the room, and back to the flow.

Dispatch decides (`dispatch.py`); here its answers become documents and turns. Two requests may come for one event
(contract 9.4): whatever the application itself brought about is answered with an empty document the second time.

The carrier's addresses of a wait carry the turn that followed the joining. A caller who has been in the steps behind a
key since is further on: their session knows by its `place` that it is still the same wait.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.core.flow import engine
from ivr.core.flow.effects import Prompt
from ivr.core.flow.hold import HEARTBEAT_SECONDS
from ivr.core.flow.in_line import in_line
from ivr.core.flow.inputs import LeftLine, Waiting
from ivr.core.flow.session import Incident, Session
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.breach import predicted
from ivr.core.routing.skills import SkillProblem
from ivr.core.routing.told import Told
from ivr.services.commands import join_from, joined_ms_from
from ivr.services.conversation import Conversation
from ivr.services.dispatch_answers import Again, Hold, Joined, Leave, Nothing, ToRoom
from ivr.services.forecasting import Expected, Forecasting

ASKED_FOR_MS = 60_000
"""So long a caller who asked for their place is told of it, where what was told before isn't known."""


@dataclass(frozen=True, slots=True)
class WaitInLine:
    """The verbs of a call that waits. All answer a document and raise StoreDown."""

    talk: Conversation
    forecasting: Forecasting = field(default_factory=Forecasting)

    def hold(self, call_sid: str, turn_no: int, now: datetime) -> str:
        """One heartbeat: the hold document, or out of the carrier's queue where the wait is over."""
        dispatch, documents = self.talk.dispatch, self.talk.documents
        said = dispatch.waiting(call_sid, _ms(now))
        if isinstance(said, Leave) and said.reason == "failed" and self._joined_after_all(call_sid, turn_no, now):
            said = dispatch.waiting(call_sid, _ms(now))
        if isinstance(said, Hold):
            return self._hold(call_sid, turn_no, said, now)
        return documents.leave()

    def left_queue(self, call_sid: str, turn_no: int, result: str, now: datetime, *, gone: bool) -> str:
        """The call left the carrier's queue: into its room, back into the queue, or on with its flow."""
        if gone:
            self.talk.caller_ended(call_sid, now)
            return self.talk.documents.nothing()
        stands = self._stands(call_sid, turn_no, result, now)
        newest = self.talk.sessions.load(call_sid)
        if newest is not None and newest[0].left_inside >= turn_no:
            # A key led out of this wait: what followed is heard now, or the wait in another line begins.
            session, answer = newest
            return answer if session.place is None else self._follow(call_sid, session.turn + 1, stands, now)
        return self._follow(call_sid, self._turn_after(call_sid, turn_no), stands, now)

    def bridge(self, call_sid: str, reservation: str, now: datetime) -> str:
        """The caller's way into the room, where the reservation is the accepted one; else wherever the call stands."""
        loaded = self._newest(call_sid)
        if loaded is None:
            return self.talk.fallback("")
        turn_no = loaded[0].turn + 1
        room = self.talk.dispatch.bridge(reservation, call_sid, _ms(now))
        if room is not None:
            self.forecasting.answered(call_sid, _ms(now))
            return self.talk.documents.room(room.name, reservation, turn_no)
        stands = self._stands(call_sid, turn_no, "leave", now)
        if isinstance(stands, ToRoom) and stands.reservation == reservation:
            return self._again(call_sid)  # it changed between the two looks; the next heartbeat sees which way
        return self._follow(call_sid, turn_no, stands, now)

    def left_room(self, call_sid: str, turn_no: int, now: datetime, *, gone: bool) -> str:
        """The caller's leg left its room: the talk is over, or the agent had gone before it began."""
        left = self.talk.dispatch.talked(call_sid, _ms(now))
        if gone:
            self.talk.take_turn(call_sid, turn_no, left, now, gone=True)
            self.talk.caller_ended(call_sid, now)
            return self.talk.documents.nothing()
        if left.reason == "failed":  # not met: the call may stand in its line again, in its place
            stands = self.talk.dispatch.left_queue(call_sid, "leave", _ms(now))
            if not isinstance(stands, Leave):
                return self._follow(call_sid, turn_no, stands, now)
        return self.talk.take_turn(call_sid, turn_no, left, now)

    def _follow(self, call_sid: str, turn_no: int, stands: ToRoom | Leave | Again | Nothing, now: datetime) -> str:
        match stands:
            case ToRoom(reservation):
                return self.bridge(call_sid, reservation, now)
            case Leave(reason, queue):
                return self.talk.take_turn(call_sid, turn_no, LeftLine(reason, queue=queue), now)
            case Again():
                return self._again(call_sid)
            case Nothing():
                return self.talk.documents.nothing()

    def _hold(self, call_sid: str, turn_no: int, said: Hold, now: datetime) -> str:
        session = self._session(call_sid, turn_no)
        flow = self.talk.flow_of(session) if session else None
        if session is None or flow is None:
            return self.talk.documents.hold(())
        session = in_line(session, said.queue)
        incidents = self.talk.incidents.to_tell(session.line, call_sid, session.told, now)
        expected = self.forecasting.waiting(call_sid, _ms(now))
        waiting = self._waiting(said, expected, incidents)
        waiting = replace(waiting, asked=_asks(session, waiting.told, _ms(now)))
        if expected is not None:
            told = engine.tells(flow, session, waiting, now)
            self.forecasting.keep(call_sid, expected, told, _ms(now), breach=engine.long_wait(flow, session, waiting))
        effects = engine.hold(flow, session, waiting, now)
        heard: tuple[Prompt, ...] = tuple(e for e in effects if isinstance(e, Prompt))
        keys = engine.listens(flow, session)
        return self.talk.documents.hold(heard, key_turn=session.turn + 1 if keys else None)

    def _waiting(self, said: Hold, expected: Expected | None, incidents: tuple[Incident, ...]) -> Waiting:
        """The heartbeat as facts. Where nothing is known of the call, only what dispatch said: told once, at first."""
        name = said.queue if expected is None else expected.queue
        queue = self.talk.flows.queue(name) or QueueDefinition(name)
        longest = queue.max_wait_seconds
        if expected is None:
            told = None if said.waited_seconds < HEARTBEAT_SECONDS / 2 else Told(0, said.position)
            return Waiting(said.position, said.waited_seconds, incidents=incidents, told=told, longest_seconds=longest)
        forecast, waited, promise = expected.forecast, said.waited_seconds, queue.answer_within_seconds
        return Waiting(
            said.position,
            waited,
            (forecast.low_s, forecast.high_s) if forecast else None,
            incidents=incidents,
            told=expected.told,
            announce=queue.announce,
            ringing=expected.ringing,
            breach=predicted(forecast, waited, promise) if forecast else expected.breach,
            longest_seconds=longest,
        )

    def _turn_after(self, call_sid: str, turn_no: int) -> int:
        """The turn that follows this wait: that of the address, or later where keys were pressed meanwhile."""
        session = self._session(call_sid, turn_no)
        return session.turn + 1 if session is not None else turn_no

    def _stands(self, call_sid: str, turn_no: int, result: str, now: datetime) -> ToRoom | Leave | Again | Nothing:
        """Where a call stands that left the carrier's queue; in its line again, where the store has lost that."""
        stands = self.talk.dispatch.left_queue(call_sid, result, _ms(now))
        lost = result == "leave" and isinstance(stands, Leave) and stands.reason == "failed"
        if lost and self._joined_after_all(call_sid, turn_no, now):
            return self.talk.dispatch.left_queue(call_sid, result, _ms(now))
        return stands

    def _joined_after_all(self, call_sid: str, turn_no: int, now: datetime) -> bool:
        """Whether the call stands in line now: its turn was stored, but the process died, or the store went away,
        before it joined; or the store has lost the end of its log, and this process knows what stood there. Joining
        twice in one turn changes nothing; the place is that of the first time."""
        sessions = self.talk.sessions
        sessions.again(call_sid)
        session = self._session(call_sid, turn_no)
        facts = sessions.facts(call_sid) if session is not None else {}
        join = join_from(facts)
        if session is None or session.ended or join is None:
            return False
        try:
            return isinstance(self.talk.dispatch.join(session, join, _ms(now), joined_ms_from(facts)), Joined)
        except SkillProblem:
            return False

    def _newest(self, call_sid: str) -> tuple[Session, str] | None:
        """The session as stored; where the store has lost it, as this process stored it last."""
        found = self.talk.sessions.load(call_sid)
        if found is None and self.talk.sessions.again(call_sid):
            found = self.talk.sessions.load(call_sid)
        return found

    def _session(self, call_sid: str, turn_no: int) -> Session | None:
        """The session waiting for turn `turn_no`, or further on in that very wait; None where it is elsewhere.

        Where keys can lead away from the wait, a copy this process kept may be of before that: the store is asked.
        """
        loaded = self.talk.sessions.load(call_sid, turn_no - 1)
        if loaded is not None and loaded[0].turn == turn_no - 1 and not self._may_be_ahead(loaded[0]):
            return loaded[0]
        newest = self.talk.sessions.load(call_sid)
        if newest is None:
            return None
        session = newest[0]
        same_wait = session.place is not None and session.place.turn <= turn_no - 1 <= session.turn
        return session if session.turn == turn_no - 1 or same_wait else None

    def _may_be_ahead(self, session: Session) -> bool:
        flow = self.talk.flow_of(session)
        return session.place is not None and flow is not None and engine.listens(flow, session)

    def _again(self, call_sid: str) -> str:
        """Back into the carrier's queue, in the same place of the line: by the document of the turn that joined, or one
        like it where the caller had been led away by a key since.
        """
        loaded = self.talk.sessions.load(call_sid)
        if loaded is None:
            return self.talk.fallback("")
        session, answer = loaded
        if session.place is None or session.place.turn == session.turn:
            return answer
        join = join_from(self.talk.sessions.facts(call_sid))
        if join is None:
            return answer
        return self.talk.documents.turn(call_sid, session.turn + 1, (), join, caller_id=session.to_number)


def _asks(session: Session, told: Told | None, now_ms: int) -> bool:
    """Whether the caller has asked for their place and was not told since."""
    asked_ms = session.place.asked_ms if session.place is not None else 0
    return 0 <= now_ms - asked_ms < ASKED_FOR_MS and (told is None or told.at_ms < asked_ms)


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
