"""The wait in a line as the caller's leg lives it: heartbeats, the way into the room, and back to the flow.

Dispatch decides (`dispatch.py`); here its answers become documents and turns. Two requests may come for one event
(contract 9.4): whatever the application itself brought about is answered with an empty document the second time.
"""

from dataclasses import dataclass
from datetime import datetime

from ivr.core.flow import engine
from ivr.core.flow.effects import Pause, Play, Prompt, Say
from ivr.core.flow.inputs import LeftLine, Waiting
from ivr.core.flow.session import Session
from ivr.core.routing.skills import SkillProblem
from ivr.services.commands import join_from
from ivr.services.conversation import Conversation
from ivr.services.dispatch_answers import Again, Hold, Joined, Leave, Nothing, ToRoom


@dataclass(frozen=True, slots=True)
class WaitInLine:
    """The verbs of a call that waits. All answer a document and raise StoreDown."""

    talk: Conversation

    def hold(self, call_sid: str, turn_no: int, now: datetime) -> str:
        """One heartbeat: the hold document, or out of the carrier's queue where the wait is over."""
        dispatch, documents = self.talk.dispatch, self.talk.documents
        said = dispatch.waiting(call_sid, _ms(now))
        if isinstance(said, Leave) and said.reason == "failed" and self._joined_after_all(call_sid, turn_no, now):
            said = dispatch.waiting(call_sid, _ms(now))
        if isinstance(said, Hold):
            return documents.hold(self._heard(call_sid, turn_no, said, now))
        return documents.leave()

    def left_queue(self, call_sid: str, turn_no: int, result: str, now: datetime, *, gone: bool) -> str:
        """The call left the carrier's queue: into its room, back into the queue, or on with its flow."""
        if gone:
            self.talk.caller_ended(call_sid, now)
            return self.talk.documents.nothing()
        return self._follow(call_sid, turn_no, self.talk.dispatch.left_queue(call_sid, result, _ms(now)), now)

    def bridge(self, call_sid: str, reservation: str, now: datetime) -> str:
        """The caller's way into the room, where the reservation is the accepted one; else wherever the call stands."""
        loaded = self.talk.sessions.load(call_sid)
        if loaded is None:
            return self.talk.fallback("")
        turn_no = loaded[0].turn + 1
        room = self.talk.dispatch.bridge(reservation, call_sid, _ms(now))
        if room is not None:
            return self.talk.documents.room(room.name, reservation, turn_no)
        stands = self.talk.dispatch.left_queue(call_sid, "leave", _ms(now))
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
            case Leave(reason):
                return self.talk.take_turn(call_sid, turn_no, LeftLine(reason), now)
            case Again():
                return self._again(call_sid)
            case Nothing():
                return self.talk.documents.nothing()

    def _heard(self, call_sid: str, turn_no: int, said: Hold, now: datetime) -> tuple[Prompt, ...]:
        session = self._session(call_sid, turn_no)
        flow = self.talk.flow_of(session) if session else None
        if session is None or flow is None:
            return ()
        waiting = Waiting(said.position, said.waited_seconds, said.expected_seconds)
        return tuple(e for e in engine.hold(flow, session, waiting, now) if isinstance(e, Say | Play | Pause))

    def _joined_after_all(self, call_sid: str, turn_no: int, now: datetime) -> bool:
        """Whether the call stands in line now: its turn was stored, but the process died, or the store went away,
        before it joined. Joining twice in one turn changes nothing."""
        session = self._session(call_sid, turn_no)
        join = join_from(self.talk.sessions.facts(call_sid)) if session is not None else None
        if session is None or session.ended or join is None:
            return False
        try:
            return isinstance(self.talk.dispatch.join(session, join, _ms(now)), Joined)
        except SkillProblem:
            return False

    def _session(self, call_sid: str, turn_no: int) -> Session | None:
        """The session waiting for turn `turn_no`; None where it is at another turn."""
        loaded = self.talk.sessions.load(call_sid, turn_no - 1)
        return loaded[0] if loaded is not None and loaded[0].turn == turn_no - 1 else None

    def _again(self, call_sid: str) -> str:
        """The document of the turn that joined: back into the carrier's queue, in the same place of the line."""
        loaded = self.talk.sessions.load(call_sid)
        return loaded[1] if loaded is not None else self.talk.fallback("")


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
