"""A call under way without a carrier: the engine as it is, with clock, line, agents and look-ups as given.

Nothing here is random and no clock is read. Time passes only by what the acts say: a wait in line, a talk, a recording,
a silence. The words spoken take none.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from ivr.core.dialable import DialRules
from ivr.core.flow import engine
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Effect, Gather, Join, Prompt, Stay, Wait
from ivr.core.flow.frames import flow_at
from ivr.core.flow.hold import HEARTBEAT_SECONDS
from ivr.core.flow.in_line import in_line
from ivr.core.flow.inputs import Dialed, HungUp, Input, LeaveReason, LeftLine, NoInput, Waiting
from ivr.core.flow.model import Flow
from ivr.core.flow.outcomes import Outcome
from ivr.core.flow.registry import Step
from ivr.core.flow.session import Session
from ivr.core.flow.turn import Turn
from ivr.core.routing.told import Told
from ivr.flowtest.around import Around, NothingGiven
from ivr.flowtest.carrier import in_words as waits_in_words
from ivr.flowtest.carrier import input_of, not_here
from ivr.flowtest.house import House
from ivr.flowtest.model import Act, AgentAnswers, FlowBreaks, Given, Staff, WaitsFor
from ivr.services.captions import in_words
from ivr.services.commands import facts_of
from ivr.services.history import outcome_of
from ivr.services.keeping import EndedCall
from ivr.services.opening import opening_session

TALK_SECONDS = 60
MAX_TURNS_AT_ONCE = 50
"""Turns that may follow one act without the caller; more is a flow going round through lines that take nobody."""

HERE = Staff()


@dataclass(frozen=True, slots=True)
class Beat:
    """One act and all that followed until the caller was waited for again.

    `heard` are the prompts in words, in order. `refused` says why the act was not possible, or what it lacked.
    """

    act: Act | None
    heard: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    refused: str = ""


@dataclass(slots=True)
class _InLine:
    """A place in line. `told` counts the heartbeats heard, `news` are the incidents told in them, `place` is what was
    said of the place."""

    join: Join
    since: datetime
    told: int = 0
    news: tuple[str, ...] = ()
    place: Told | None = None

    @property
    def next_heartbeat(self) -> datetime:
        return self.since + timedelta(seconds=HEARTBEAT_SECONDS * self.told)


class Stage:
    """One call. `begin` it, then `act`; each answers a Beat. `beats` has them all."""

    def __init__(self, house: House, given: Given) -> None:
        self.house = house
        self.given = given
        self.now = given.at
        self.beats: list[Beat] = []
        self.flow = house.flows[given.flow]
        """The flow the line is answered by; another one after a hand-over."""

        self._around = Around(house, given)
        self._turn: Turn | None = None
        self._line: _InLine | None = None
        self._facts: dict[str, str] = {}
        self._way: dict[str, str] = {}
        self._recordings = 0
        self._heard: list[str] = []
        self._turns: list[Turn] = []
        self._joins = 0

    # --- where the call stands ------------------------------------------------------------------------------------
    @property
    def session(self) -> Session:
        """The session as it is now. Raises TypeError before `begin`."""
        return self._last.session

    @property
    def wait(self) -> Wait:
        """What the call waits for now."""
        return self._last.wait

    @property
    def here(self) -> Flow:
        """The flow the call is in now, which the line's own may have run."""
        return flow_at(self.flow, self.session) or self.flow

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.session.ended

    @property
    def outcome(self) -> str:
        """How the call ended, in the history's words; `waiting` in a line or `unfinished` where it has not."""
        if not self.over:
            return "waiting" if isinstance(self.wait, Join | Stay) else "unfinished"
        return outcome_of(EndedCall(self.session, self._facts, self._way))

    @property
    def queue(self) -> str:
        """The line the call last stood in; empty for none."""
        return self._way.get("queue", "")

    @property
    def _last(self) -> Turn:
        if self._turn is None:
            raise TypeError("the call has not begun")
        return self._turn

    # --- what happens ---------------------------------------------------------------------------------------------
    def begin(self) -> Beat:
        """The call is answered."""
        given, line = self.given, self.given.line
        session = opening_session(
            given.call_sid,
            line,
            self.flow,
            given.caller,
            self.now,
            from_raw=given.from_number,
            to_number=line.number,
            rules=DialRules(),
            texts=given.texts,
        )
        session = replace(session, incidents=given.incidents)
        return self._beat(None, self._take(engine.start(self.flow, session, self.now)))

    def act(self, act: Act) -> Beat:
        """Lets something happen. What is not possible now is refused and changes nothing."""
        return self._beat(act, f"the call has ended ({self.outcome})" if self.over else self._perform(act))

    def give(self, given: Input, act: Act | None = None) -> Beat:
        """Hands an input to the engine as it is: a recorded call's. Refused as in `act`."""
        return self._beat(act, "the call has ended" if self.over else self._resume(given))

    def _perform(self, act: Act) -> str:
        match act:
            case WaitsFor(seconds):
                return self._stay(seconds)
            case AgentAnswers(seconds):
                return self._leave("talked", seconds) if self._line else not_here("waiting in a line", self.wait)
            case FlowBreaks():
                return self._break()
        found = input_of(act, self.wait, f"RE{self._recordings + 1:032x}")
        if isinstance(found, str):
            return found
        given, taken = found
        self._recordings += type(given).__name__ == "Recorded"
        self.now += taken
        return self._resume(given)

    def _break(self) -> str:
        """The step waited at fails when it is resumed, as by a mistake in it; the engine does the rest."""
        session, here = self.session, self.here
        broken = replace(here, steps={**here.steps, session.step: _Broken(here.steps[session.step])})
        flow = self.flow
        if here is not flow:
            flow = replace(flow, library={**flow.library, session.frames[-1].digest: broken})
        return self._take(engine.resume(broken if here is self.flow else flow, session, NoInput(), self.now))

    def _resume(self, given: Input) -> str:
        try:
            session = in_line(self.session, self._line.join.queue) if self._line is not None else self.session
            turn = engine.resume(self.flow, session, given, self.now)
        except engine.NotAccepted as refusal:
            return f"{refusal}: {waits_in_words(self.wait)}"
        if isinstance(given, HungUp):
            self._facts["hung_up"] = "1"
            if self._line:
                self._way["left_reason"] = "abandoned"
        if isinstance(given, Dialed) and given.status == "completed":
            self._facts["dialed"] = "1"
        if isinstance(given, LeftLine):
            self._out_of_line(given)
        return self._take(turn)

    # --- turns ----------------------------------------------------------------------------------------------------
    def _take(self, turn: Turn) -> str:
        """A turn has been taken: finish and hear it. Goes on as long as what it waits for happens by itself."""
        lacking = ""
        try:
            self.flow, turn = self._around.finish(self.flow, turn, self.now)
        except (NothingGiven, engine.NotAccepted) as told:
            lacking = str(told)
        self._turn = turn
        self._turns.append(turn)
        self._facts |= facts_of(_plain(turn))
        self._hear(turn.prompts)
        if turn.session.place is None and self._line is not None:
            self._line = None
            self._way.setdefault("left_reason", "callback" if self._around.booked else "key")
        match turn.wait:
            case Gather() as gather:
                self._hear(gather.prompts)
            case Join() as join:
                return lacking or self._join(join)
            case Stay() if self._line is not None:
                self._heartbeat(self._line)
        return lacking

    def _hear(self, prompts: tuple[Effect, ...]) -> None:
        spoken = (prompt for prompt in prompts if isinstance(prompt, Prompt))
        self._heard += [words for prompt in spoken if (words := in_words((prompt,)))]

    def _beat(self, act: Act | None, refused: str) -> Beat:
        beat = Beat(act, tuple(self._heard), tuple(self._turns), refused)
        self._heard, self._turns, self._joins = [], [], 0
        self.beats.append(beat)
        return beat

    # --- the line -------------------------------------------------------------------------------------------------
    def _join(self, join: Join, joined: str = "") -> str:
        """Into a line, perhaps on from another, which the call had `joined`."""
        self._joins += 1
        if len(self._turns) > MAX_TURNS_AT_ONCE or self._joins > MAX_TURNS_AT_ONCE:
            return f"the flow goes round through lines that take nobody, last at step '{self.session.step}'"
        staff = self._staff(join)
        self._way = {"queue": join.queue, "joined": joined or _ms(self.now)}
        self._line = _InLine(join, self.now)
        if staff.refuses:
            return self._leave(staff.refuses)
        if not staff.present and join.leave_if_nobody:
            return self._leave("nobody")
        self._heartbeat(self._line)
        self._line.told = 1
        return ""

    def _staff(self, join: Join) -> Staff:
        return self.given.staff.get(join.queue) or self.given.staff.get("") or HERE

    def _heartbeat(self, line: _InLine) -> None:
        waited = int((self.now - line.since).total_seconds())
        news = tuple(one for one in self.given.incidents if one.id not in {*self.session.told, *line.news})
        line.news += tuple(one.id for one in news)
        waiting = Waiting(1, waited, incidents=news, told=line.place, announce=self.house.announce(line.join.queue))
        session = in_line(self.session, line.join.queue)
        asked = session.place is not None and session.place.asked_ms == int(self.now.timestamp() * 1000)
        waiting = replace(waiting, asked=asked)
        said = engine.tells(self.flow, session, waiting, self.now)
        line.place = said.told if said else line.place
        self._hear(engine.hold(self.flow, session, waiting, self.now))

    def _stay(self, seconds: int) -> str:
        """Time passes in line, heartbeat by heartbeat, until it is over or the line is left."""
        line = self._line
        if line is None:
            return not_here("waiting in a line", self.wait)
        until = self.now + timedelta(seconds=seconds)
        at, reason = self._end_of(line)
        stop = until if at is None else max(self.now, min(until, at))
        ends = at is not None and at <= until
        while (beat := line.next_heartbeat) < stop or (beat == stop and not ends):
            line.told += 1
            if beat >= self.now and isinstance(self.wait, Join | Stay):  # none while a key's steps are heard instead
                self.now = beat
                self._heartbeat(line)
        self.now = stop
        if not ends:
            return ""
        goes_on = bool(self.house.runs_over(line.join, reason))
        said, left = self._leave(reason, TALK_SECONDS), int((until - stop).total_seconds())
        return self._stay(left) if goes_on and left and not said and self._line is not None else said

    def _end_of(self, line: _InLine) -> tuple[datetime | None, LeaveReason]:
        """When the wait in line ends by itself, and why."""
        staff, limit = self._staff(line.join), self.house.longest_wait(line.join.queue, line.join.max_wait_seconds)
        answered = staff.answers_after if staff.present else None
        if answered is not None and (not limit or answered <= limit):
            return line.since + timedelta(seconds=answered), "talked"
        return (line.since + timedelta(seconds=limit) if limit else None), "timeout"

    def _leave(self, reason: LeaveReason, talk_seconds: int = 0) -> str:
        talked = talk_seconds if reason == "talked" else 0
        self.now += timedelta(seconds=talked)
        line = self._line.join.queue if self._line is not None else ""
        onward = self.house.runs_over(self._line.join, reason) if self._line is not None else ""
        if onward and self._line is not None:
            asked = replace(self._line.join, queue=onward, skills={}, preferred=(), max_wait_seconds=None)
            return self._join(asked, self._way["joined"])
        return self._resume(LeftLine(reason, talk_seconds=talked, queue=line))

    def _out_of_line(self, left: LeftLine) -> None:
        self._line = None
        self._way |= {"left": _ms(self.now), "left_reason": left.reason}
        if left.reason == "talked":
            self.met(left.talk_seconds)

    def met(self, seconds_ago: int = 0) -> None:
        """An agent was reached so long ago: whatever becomes of the call, it was answered."""
        self._way["bridged"] = _ms(self.now - timedelta(seconds=seconds_ago))


class _Broken(Step):
    """A step as it is, until it is resumed: then it fails."""

    word = "broken"
    accepts = (NoInput,)

    def __init__(self, inner: Step) -> None:
        self.inner = inner

    def enter(self, context: Context) -> Outcome:
        return self.inner.enter(context)

    def resume(self, context: Context, input: Input) -> Outcome:  # noqa: A002, ARG002 - the word of the model
        raise RuntimeError("broken on purpose")


def _plain(turn: Turn) -> Turn:
    """The turn with names that are plain texts: where ways are counted (`ways.py`) names know more."""
    return replace(turn, effects=tuple(_plain_effect(effect) for effect in turn.effects))


def _plain_effect(effect: Effect) -> Effect:
    values = {field.name: getattr(effect, field.name) for field in fields(effect)}
    told = {name: str(value) for name, value in values.items() if isinstance(value, str) and type(value) is not str}
    again: Any = effect
    return replace(again, **told) if told else effect


def _ms(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
