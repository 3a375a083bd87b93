"""The way of a call, turn by turn: what came in, what the flow says to it, what is stored, what the carrier is told.

    webhook -> Input -> engine (pure) -> Turn -> document -> stored by compare-and-set -> commands -> the document

Every verb answers a document. A repeated request gets the stored document of its turn and nothing happens twice; a
request for a turn that isn't the next gets the current one. Waiting in line is told in `waiting.py`, what is done
within a turn in `within.py`.

All verbs raise StoreDown where the state store is away: `fallback` is what to answer then. It needs no store.
"""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.core.events import Event
from ivr.core.flow import engine
from ivr.core.flow.effects import Join, Say
from ivr.core.flow.frames import flow_at
from ivr.core.flow.in_line import in_line
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, LeftLine, NoInput, Spoken, Started
from ivr.core.flow.model import Flow
from ivr.core.flow.session import Session
from ivr.core.flow.turn import Turn
from ivr.core.mask import mask_number
from ivr.core.phrases import phrase
from ivr.core.routing.skills import SkillProblem
from ivr.services.captions import did, heard
from ivr.services.commands import JOINED, facts_of, faults_of, perform
from ivr.services.dialling import Dialling
from ivr.services.dispatch import Dispatch
from ivr.services.dispatch_answers import Leave, ToRoom
from ivr.services.history import outcome_of
from ivr.services.identification import identify
from ivr.services.incidents import IncidentBoard
from ivr.services.inputs import fact_of, kept_input
from ivr.services.keeping import EndedCalls
from ivr.services.lookups import Lookups, NoLookups
from ivr.services.opening import opening_session
from ivr.services.ports import Behind, Documents, Flows, History, Jobs, Repeated, Saved, SessionStore, StoreDown
from ivr.services.within import Within

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A call coming in. `from_raw` is the carrier's From as it came: never log it.

    `attestation` is `A`, `B`, `C` or empty; `forwarded_from` the number that forwarded the call, where known.
    """

    call_sid: str
    from_raw: str
    to_number: str
    attestation: str = ""
    forwarded_from: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a conversation needs to know of the house. `region` reads national numbers; numbers are E.164 or empty.

    `texts`: whether callers may be sent any.
    """

    region: str
    fallback_number: str = ""
    texts: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """The verbs of an inbound call."""

    flows: Flows
    sessions: SessionStore
    history: History
    ended: EndedCalls
    dispatch: Dispatch
    jobs: Jobs
    documents: Documents
    ways: Ways
    lookups: Lookups = field(default_factory=NoLookups)
    incidents: IncidentBoard = field(default_factory=IncidentBoard)
    dialling: Dialling = field(default_factory=Dialling)

    def answer(self, call: Inbound, now: datetime) -> str:
        """Turn 0: who calls, which line, into its flow."""
        line = self.flows.line_for(call.to_number)
        if line is None:
            log.warning("call to a number of no line", extra={"call": call.call_sid, "to": mask_number(call.to_number)})
            return self.documents.close((Say(phrase("number_not_served", self._language("")), self._language("")),))
        flow = self.flows.answering(line, call.from_raw)
        if flow is None:
            log.error("a line without a usable flow", extra={"line": line.name, "flow": line.flow})
            return self.fallback(call.to_number)
        caller, fault = identify(self.history, call.from_raw, self.ways.region)
        if fault:
            log.warning("caller not looked up", extra={"call": call.call_sid, "reason": fault})
        session = opening_session(
            call.call_sid,
            line,
            flow,
            caller,
            now,
            from_raw=call.from_raw,
            to_number=call.to_number,
            rules=self.dialling.rules,
            texts=self.ways.texts,
        )
        started = Event(
            "call.started",
            _ms(now),
            call.call_sid,
            {"line": line.name, "kind": caller.kind, "number": mask_number(caller.number) if caller.number else ""},
        )
        facts = {"attestation": call.attestation, "forwarded_from": call.forwarded_from}
        known = {name: value for name, value in facts.items() if value}
        turn = self._within.finish(flow, engine.start(flow, session, now), now)
        known |= fact_of(kept_input(Started(), turn, now, sensitive=False))
        return self._store(turn, [started], known, now, gone=False)

    def take_turn(self, call_sid: str, turn_no: int, given: Input, now: datetime, *, gone: bool = False) -> str:
        """Turn `turn_no`: what the caller did, or what became of the wait.

        `gone`: the caller's leg is over; what they did still counts, but nobody hears the answer or waits in a line.
        """
        loaded = self.sessions.load(call_sid, turn_no - 1)
        if loaded is None:
            return self._unknown(call_sid)
        session, answer = loaded
        if session.turn != turn_no - 1:
            return self.documents.leave() if session.left_inside >= turn_no else answer
        if session.place is not None and isinstance(given, Digits | Spoken | NoInput) and not gone:
            stands = self.dispatch.waiting(call_sid, _ms(now))
            if isinstance(stands, ToRoom):  # an agent has accepted meanwhile: that comes first
                return self.documents.leave()
            session = in_line(session, stands.queue)
        flow = self.flow_of(session)
        if flow is None:
            log.error("flow version gone", extra={"call": call_sid, "flow": session.flow, "digest": session.digest})
            return self.fallback(session.to_number)
        incidents = self.incidents.active(session.line, now)
        if incidents != session.incidents:
            session = replace(session, incidents=incidents)
        gone = gone or isinstance(given, HungUp)
        try:
            turn = engine.resume(flow, session, given, now)
            if not gone:
                turn = self._within.finish(flow, turn, now)
        except engine.NotAccepted as refusal:
            log.info("input not accepted", extra={"call": call_sid, "turn": turn_no, "reason": str(refusal)})
            return answer
        here = flow_at(flow, session)
        sensitive = here is None or bool(getattr(here.steps.get(session.step), "sensitive", False))
        facts = _facts_of(given, now) | fact_of(kept_input(given, turn, now, sensitive=sensitive))
        events = did(call_sid, given, _ms(now), sensitive=sensitive)
        if session.place is not None and turn.session.place is None and not isinstance(turn.wait, Join):
            self._left_line(session, given, now, gone=gone)
        return self._store(turn, events, facts, now, gone=gone)

    def caller_ended(self, call_sid: str, now: datetime) -> None:
        """The caller's leg is over: out of the line, mark the end once, have it recorded. Repeating changes nothing.

        The mark comes last: whoever finds it, at the second of the carrier's two notices, has nothing left to do.
        """
        if self.sessions.has_ended(call_sid):
            return
        found = self.sessions.load(call_sid)
        if found is None:
            return
        session, _ = found
        self.dispatch.caller_gone(call_sid, _ms(now), session.caller.number)
        if not session.ended:
            self.take_turn(call_sid, session.turn + 1, HungUp(), now, gone=True)
        call = self.ended.get(call_sid)
        if call is not None and self.sessions.end(call_sid, outcome_of(call), _ms(now)):
            self.jobs.hint("record_call", call_sid)

    def fallback(self, to_number: str) -> str:
        """What a caller hears when nothing else can be said: a sentence in their line's language, and a way out."""
        line = self.flows.line_for(to_number)
        language = self._language(line.language if line else "")
        number = self.ways.fallback_number
        sentence = (
            phrase("technical_problem", language) + " " + phrase("fallback" if number else "call_again", language)
        )
        return self.documents.fallback(sentence, language, number, caller_id=line.number if line else "")

    def flow_of(self, session: Session) -> Flow | None:
        """The version a call is pinned to; where it is gone, the newest that still has the call's step."""
        flow = self.flows.pinned(session.digest)
        if flow is None:
            newest = self.flows.current(session.flow)
            step = session.frames[0].step if session.frames else session.step
            flow = newest if newest is not None and step in newest.steps else None
        return flow

    @property
    def _within(self) -> Within:
        return Within(self.flows, self.lookups, self.dispatch.callbacks.book, self.dialling)

    # --- storing a turn --------------------------------------------------------------------------------------------
    def _store(self, turn: Turn, events: list[Event], facts: dict[str, str], now: datetime, *, gone: bool) -> str:
        """Store a turn, then do what it commands; the document of the turn that stands."""
        session = turn.session
        document = self.documents.turn(
            session.call_sid, session.turn + 1, turn.prompts, turn.wait, caller_id=session.to_number
        )
        at_ms = _ms(now)
        said = [] if gone else heard(turn, at_ms)
        kept = {**facts, **facts_of(turn)}
        if isinstance(turn.wait, Join):
            kept[JOINED] = str(at_ms)
        match self.sessions.save(session, document, [*events, *said, *faults_of(turn, at_ms)], kept):
            case Repeated(answer) | Behind(_, answer):
                return self.documents.leave() if session.left_inside == session.turn else answer
            case Saved():
                perform(turn, self.jobs)
        if session.left_inside == session.turn and not gone:
            if isinstance(turn.wait, Join):
                self._moved(session, turn.wait, now)
            return self.documents.leave()
        if isinstance(turn.wait, Join) and not gone:
            return self._join(session, turn.wait, document, now)
        return document

    def _left_line(self, session: Session, given: Input, now: datetime, *, gone: bool) -> None:
        """A key pressed while waiting has led out of the line. What `LeftLine` says has happened already."""
        if not gone and not isinstance(given, LeftLine):
            self.dispatch.left_by_key(session.call_sid, _ms(now))

    def _moved(self, session: Session, join: Join, now: datetime) -> None:
        """From one line into another by key. What comes of it the call hears when it has left the carrier's queue."""
        try:
            self.dispatch.join(session, join, _ms(now))
        except StoreDown:
            return  # the first heartbeat in the new line joins again
        except SkillProblem as problem:
            told = {"call": session.call_sid, "queue": join.queue, "reason": str(problem)}
            log.warning("line not joined", extra=told)
            self.dispatch.left_by_key(session.call_sid, _ms(now))

    def _join(self, session: Session, join: Join, document: str, now: datetime) -> str:
        """Stand in line; where that is over at once, the flow goes on in the same request."""
        try:
            said = self.dispatch.join(session, join, _ms(now))
        except StoreDown:
            return document  # the first heartbeat joins again: the turn is stored
        except SkillProblem as problem:
            told = {"call": session.call_sid, "queue": join.queue, "reason": str(problem)}
            log.warning("line not joined", extra=told)
            said = Leave("failed")
        if isinstance(said, Leave):
            return self.take_turn(session.call_sid, session.turn + 1, LeftLine(said.reason, queue=said.queue), now)
        return document

    def _unknown(self, call_sid: str) -> str:
        """A request for a call nobody knows: replayed long after, or its session was lost. Nothing changes."""
        log.warning("turn of an unknown call", extra={"call": call_sid})
        return self.fallback("")

    def _language(self, wanted: str) -> str:
        """A locale to speak in where no flow says one."""
        if wanted:
            return wanted
        lines = self.flows.lines()
        return lines[0].language if lines else "en-US"


def _facts_of(given: Input, now: datetime) -> dict[str, str]:
    """What the history will want to know of an input: `services/history.py` reads these."""
    match given:
        case Dialed(status="completed"):
            return {"dialed": "1"}
        case HungUp():
            return {"hung_up": "1"}
        case Digits() | Spoken():
            return {"chosen_ms": str(_ms(now))}
    return {}


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
