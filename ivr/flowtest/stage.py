"""A call under way without a carrier: the engine as it is, with clock, line, agents and look-ups as given.

Nothing here is random and no clock is read. Time passes only by what the acts say: a wait in line, a talk, a recording,
a silence. The words spoken take none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from ivr.core.flow import engine
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Dial, Effect, Gather, Join, Pause, Play, Record, Say, Wait
from ivr.core.flow.hold import HEARTBEAT_SECONDS
from ivr.core.flow.inputs import (
    Dialed,
    Digits,
    HungUp,
    Input,
    LeaveReason,
    LeftLine,
    NoInput,
    Recorded,
    Spoken,
    Waiting,
)
from ivr.core.flow.model import Flow
from ivr.core.flow.outcomes import Outcome
from ivr.core.flow.registry import Step
from ivr.core.flow.session import Session
from ivr.core.flow.turn import Turn
from ivr.flowtest.model import (
    Act,
    AgentAnswers,
    FlowBreaks,
    Given,
    HangsUp,
    NumberEnds,
    Presses,
    Records,
    Speaks,
    Staff,
    StaysSilent,
    WaitsFor,
)
from ivr.services.captions import in_words
from ivr.services.commands import facts_of
from ivr.services.history import outcome_of
from ivr.services.keeping import EndedCall
from ivr.services.ports import Line, QueueDefinition

CALL_SID = "CA" + "0" * 32
MAX_TURNS_AT_ONCE = 50
"""Turns that may follow one act without the caller; more is a flow going round through waits that end at once."""

HERE = Staff()


@dataclass(frozen=True, slots=True)
class House:
    """What surrounds a call: every flow and every queue by name, and the lines."""

    flows: Mapping[str, Flow]
    queues: Mapping[str, QueueDefinition] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Beat:
    """One act and all that followed until the caller was waited for again.

    `heard` are the prompts in words, in order. `refused` says why the act was not possible; then nothing has changed.
    """

    act: Act | None
    heard: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    refused: str = ""


@dataclass(slots=True)
class _InLine:
    """The wait in line under way."""

    join: Join
    since: datetime
    told: int = 0
    """Heartbeats heard."""


class Stage:
    """One call. `begin` it, then `act`; each answers a Beat. `beats` has them all."""

    def __init__(self, house: House, given: Given) -> None:
        self.house = house
        self.given = given
        self.now = given.at
        self.beats: list[Beat] = []
        self._flow = house.flows[given.flow]
        self._turn: Turn | None = None
        self._line: _InLine | None = None
        self._facts: dict[str, str] = {}
        self._way: dict[str, str] = {}
        self._recordings = 0
        self._heard: list[str] = []
        self._turns: list[Turn] = []

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
    def flow(self) -> Flow:
        """The flow the call is in now."""
        if self._turn is None:
            return self._flow
        return self.house.flows.get(self.session.flow, self._flow)

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.session.ended

    @property
    def outcome(self) -> str:
        """How the call ended, in the history's words; `waiting` in a line or `unfinished` where it has not."""
        if not self.over:
            return "waiting" if isinstance(self.wait, Join) else "unfinished"
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
        session = Session(
            call_sid=CALL_SID,
            line=line.name,
            flow=self._flow.name,
            digest=self._flow.digest,
            step=self._flow.start,
            language=line.language or self._flow.language,
            from_number=given.from_number,
            to_number=line.number,
            started_at=given.at.isoformat(),
            caller=given.caller,
            line_title=line.title,
        )
        self._take(engine.start(self._flow, session, self.now))
        return self._beat(None)

    def act(self, act: Act) -> Beat:
        """Lets something happen. What is not possible now is refused and changes nothing."""
        refused = f"the call has ended ({self.outcome})" if self.over else self._perform(act)
        return self._beat(act, refused)

    def give(self, given: Input, act: Act | None = None) -> Beat:
        """Hands an input to the engine as it is: a recorded call's. Refused as in `act`."""
        return self._beat(act, "the call has ended" if self.over else self._resume(given))

    def _perform(self, act: Act) -> str:
        match act:
            case WaitsFor(seconds):
                return self._stay(seconds)
            case AgentAnswers(seconds):
                return self._leave("talked", seconds) if self._line else self._not_here("waiting in a line")
            case FlowBreaks():
                return self._break()
            case HangsUp():
                return self._resume(HungUp())
        answer = self._input(act)
        return answer if isinstance(answer, str) else self._resume(answer)

    def _input(self, act: Act) -> Input | str:  # noqa: PLR0911 - one line an act
        """What the carrier would make of an act, or why there is nothing to make of it."""
        match act, self.wait:
            case Presses(keys), Gather() as gather:
                return _keys(keys, gather)
            case Presses(keys), Join():
                return Digits(keys)
            case Speaks(text, confidence), Gather(speech=True):
                return Spoken(text, confidence)
            case Speaks(), Gather():
                return "no words are listened for here, only keys"
            case StaysSilent(), Gather() as gather:
                self.now += timedelta(seconds=gather.timeout_seconds)
                return NoInput()
            case StaysSilent(), Record() as record:
                self.now += timedelta(seconds=record.silence_seconds)
                return NoInput()
            case Records(seconds, ended_by), Record() as record:
                self._recordings += 1
                length = min(seconds, record.max_seconds)
                self.now += timedelta(seconds=length)
                return Recorded(f"RE{self._recordings:032x}", length, ended_by)
            case NumberEnds(status, seconds), Dial():
                self.now += timedelta(seconds=seconds)
                return Dialed(status, seconds)
        return self._not_here(_NEEDS[type(act)])

    def _not_here(self, needed: str) -> str:
        return f"the caller would have to be {needed}, but {waits_in_words(self.wait)}"

    def _break(self) -> str:
        """The step waited at fails when it is resumed, as by a mistake in it; the engine does the rest."""
        session, flow = self.session, self.flow
        broken = replace(flow, steps={**flow.steps, session.step: _Broken(flow.steps[session.step])})
        self._line = None
        self._take(engine.resume(broken, session, NoInput(), self.now))
        return ""

    def _resume(self, given: Input) -> str:
        try:
            turn = engine.resume(self.flow, self.session, given, self.now)
        except engine.NotAccepted as refusal:
            return f"{refusal}: {waits_in_words(self.wait)}"
        if isinstance(given, HungUp):
            self._facts["hung_up"] = "1"
            if self._line:
                self._way["left_reason"] = "abandoned"
        if isinstance(given, Dialed) and given.status == "completed":
            self._facts["dialed"] = "1"
        self._line = None
        self._take(turn)
        return ""

    # --- turns ----------------------------------------------------------------------------------------------------
    def _take(self, turn: Turn) -> None:
        """A turn has been taken: hear it, and go on as long as what it waits for happens by itself."""
        self._turn = turn
        self._turns.append(turn)
        self._facts |= facts_of(_plain(turn))
        self._hear(turn.prompts)
        match turn.wait:
            case Gather() as gather:
                self._hear(gather.prompts)
            case Join() as join:
                self._join(join)

    def _hear(self, prompts: tuple[Effect, ...]) -> None:
        spoken = (prompt for prompt in prompts if isinstance(prompt, Say | Play | Pause))
        self._heard += [words for prompt in spoken if (words := in_words((prompt,)))]

    def _beat(self, act: Act | None, refused: str = "") -> Beat:
        beat = Beat(act, tuple(self._heard), tuple(self._turns), refused)
        self._heard, self._turns = [], []
        self.beats.append(beat)
        return beat

    # --- the line -------------------------------------------------------------------------------------------------
    def _staff(self, queue: str) -> Staff:
        return self.given.staff.get(queue) or self.given.staff.get("") or HERE

    def _join(self, join: Join) -> None:
        if len(self._turns) > MAX_TURNS_AT_ONCE:
            raise RecursionError(f"more than {MAX_TURNS_AT_ONCE} turns without the caller, last at {self.session.step}")
        staff = self._staff(join.queue)
        self._way = {"queue": join.queue, "joined": _ms(self.now)}
        self._line = _InLine(join, self.now)
        if staff.refuses:
            self._leave("full" if staff.refuses == "full" else "failed")
        elif not staff.present and join.leave_if_nobody:
            self._leave("nobody")
        else:
            self._heartbeat(self._line)

    def _heartbeat(self, line: _InLine) -> None:
        waited = int((self.now - line.since).total_seconds())
        self._hear(engine.hold(self.flow, self.session, Waiting(1, waited), self.now))
        line.told += 1

    def _stay(self, seconds: int) -> str:
        """Time passes in line, heartbeat by heartbeat, until it is over or the line is left."""
        line = self._line
        if line is None:
            return self._not_here("waiting in a line")
        until = self.now + timedelta(seconds=seconds)
        staff = self._staff(line.join.queue)
        answered = staff.answers_after if staff.present else None
        ends: list[tuple[datetime, Callable[[], str]]] = []
        if answered is not None:
            ends.append((line.since + timedelta(seconds=answered), lambda: self._leave("talked", 60)))
        limit = self._limit(line.join)
        if limit:
            ends.append((line.since + timedelta(seconds=limit), lambda: self._leave("timeout")))
        at, leave = min(ends, key=lambda end: end[0]) if ends else (None, None)
        stop = until if at is None else min(until, at)
        while (beat := line.since + timedelta(seconds=HEARTBEAT_SECONDS * line.told)) < stop:
            self.now = beat
            self._heartbeat(line)
        self.now = stop
        return leave() if leave is not None and at is not None and at <= until else ""

    def _limit(self, join: Join) -> int:
        queue = self.house.queues.get(join.queue)
        limits = (join.max_wait_seconds, queue.max_wait_seconds if queue else None)
        return min((seconds for seconds in limits if seconds), default=0)

    def _leave(self, reason: LeaveReason, talk_seconds: int = 0) -> str:
        if reason == "talked":
            self._way["bridged"] = _ms(self.now)
        self.now += timedelta(seconds=talk_seconds)
        self._way |= {"left": _ms(self.now), "left_reason": reason}
        return self._resume(LeftLine(reason, talk_seconds=talk_seconds))


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


_NEEDS: Mapping[type, str] = {
    Presses: "asked for a key",
    Speaks: "asked for words",
    StaysSilent: "asked for something",
    Records: "leaving a message",
    NumberEnds: "handed over to another number",
}


def waits_in_words(wait: Wait) -> str:
    """What a call waits for, as the rest of a sentence."""
    match wait:
        case Gather(speech=True):
            return "keys or words are asked for"
        case Gather(num_digits=1):
            return "a key is asked for"
        case Gather():
            return "keys are asked for"
        case Record():
            return "a message is being recorded"
        case Dial(numbers=numbers):
            return f"the call is being handed over to {', '.join(numbers)}"
        case Join(queue=queue):
            return f"the call waits in line '{queue}'"
        case _:
            return "the call is over"


def _plain(turn: Turn) -> Turn:
    """The turn with names that are plain texts: where ways are counted (`ways.py`) names know more."""
    return replace(turn, effects=tuple(_plain_effect(effect) for effect in turn.effects))


def _plain_effect(effect: Effect) -> Effect:
    values = {field.name: getattr(effect, field.name) for field in fields(effect)}
    told = {name: str(value) for name, value in values.items() if isinstance(value, str) and type(value) is not str}
    again: Any = effect
    return replace(again, **told) if told else effect


def _keys(keys: str, gather: Gather) -> Input | str:
    """The keys as the carrier hands them over: without the finishing one, and never more than asked for."""
    if gather.finish_on_key and gather.finish_on_key in keys:
        keys, _, more = keys.partition(gather.finish_on_key)
        if more:
            return f"'{gather.finish_on_key}' ends the entry here: '{more}' behind it belongs to the next turn"
    if gather.num_digits and len(keys) > gather.num_digits:
        number = "one key is" if gather.num_digits == 1 else f"{gather.num_digits} keys are"
        return f"{number} asked for here, {len(keys)} are pressed: give the others a turn of their own"
    return Digits(keys) if keys else NoInput()


def _ms(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
