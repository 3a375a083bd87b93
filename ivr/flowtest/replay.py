"""Recorded calls put through another version of their flow: which of them would end differently, and from where on.

A record has what went into a call, masked. What may not be kept is stood in for by an answer of the same kind: the
first that the new version takes the way the recorded one was taken. Names and look-ups' values are stood in for too.
So a replay tells what the change does to calls like yesterday's, not what these callers would have heard.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from ivr.core.flow import engine
from ivr.core.flow.effects import Gather, Join, Stay
from ivr.core.flow.inputs import BookStatus, Digits, HungUp, Input, Spoken
from ivr.core.flow.model import Flow
from ivr.flowtest.around import NO_ANSWER
from ivr.flowtest.house import House
from ivr.flowtest.model import Given
from ivr.flowtest.stage import Stage
from ivr.flowtest.stand_ins import NAME, body_for, keys_for, words_for
from ivr.services.inputs import KeptInput, caller_of, input_of, with_name
from ivr.services.ports import CallRecord, Line

ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: its outcome, the line it last stood in, the last step and the exit it was left by."""

    outcome: str
    queue: str
    step: str
    exit: str

    def __str__(self) -> str:
        line = f" in line '{self.queue}'" if self.queue else ""
        return f"{self.outcome}{line} at {self.step} ({self.exit})"


@dataclass(frozen=True, slots=True)
class Replayed:
    """One call put through the new version. `after` is None where that could not be done, and `why` says why.

    `differs` names what is different of the ending: `outcome`, `queue`, `exit`. `parted` says where the ways parted.
    `stood_in` counts answers that weren't kept.
    """

    record: CallRecord
    before: Ending
    after: Ending | None = None
    differs: tuple[str, ...] = ()
    parted: str = ""
    stood_in: int = 0
    why: str = ""


def flow_of(record: CallRecord, house: House) -> str:
    """The flow a call began in: that of the line it dialled, which a hand-over doesn't change."""
    return next((line.flow for line in house.lines if line.number == record.to_number), record.flow)


def replay(record: CallRecord, inputs: Sequence[KeptInput], house: House, flow: str) -> Replayed:
    """Puts one recorded call through `flow` of the house. Pure."""
    before = Ending(record.outcome, record.queue, *_last(inputs))
    if not inputs or inputs[0].kind != "started":
        return Replayed(record, before, why="nothing was kept of what the caller did")
    walk = _Walk(record, inputs, house, flow)
    for number, kept in enumerate(inputs):
        if not walk.take(kept):
            break
        if walk.stage.over and number + 1 < len(inputs) and inputs[number + 1].kind != "hung-up":
            walk.part(kept.turn, "the call would be over")
            break
    return walk.result(before)


class _Walk:
    """One call being replayed."""

    def __init__(self, record: CallRecord, inputs: Sequence[KeptInput], house: House, flow: str) -> None:
        self.record = record
        self.stood_in = 0
        self.parted = ""
        self.lacking = ""
        self.stage = Stage(house, _given(record, inputs, house, flow))
        caller, _, named = caller_of(inputs[0], record.caller_kind)
        self.stood_in += named and not caller.name

    def take(self, kept: KeptInput) -> bool:
        """Takes one turn as it was; False where the new version can't."""
        stage = self.stage
        if kept.kind == "started":
            beat = stage.begin()
        elif stage.over:
            return False
        else:
            stage.now = max(stage.now, kept.at)
            given = self._input(kept)
            if isinstance(given, HungUp) and self.record.outcome == ANSWERED and isinstance(stage.wait, Join | Stay):
                stage.met()
            beat = stage.give(given)
        if beat.refused:
            if beat.turns:  # taken, but for something nothing is known of
                self.lacking = beat.refused
            self.part(kept.turn, beat.refused)
            return False
        way = tuple((one.flow, one.step, one.exit) for turn in beat.turns for one in turn.trail)
        if way != kept.trail:
            self.part(kept.turn, _parted(kept.trail, way))
        return True

    def part(self, turn: int, why: str) -> None:
        """The ways have parted here, if they hadn't before."""
        self.parted = self.parted or f"turn {turn}: {why}"

    def result(self, before: Ending) -> Replayed:
        stage = self.stage
        trail = [one for beat in stage.beats for turn in beat.turns for one in turn.trail]
        step, way_out = (trail[-1].step, trail[-1].exit) if trail else ("", "")
        after = Ending(stage.outcome, stage.queue, step, way_out)
        if self.lacking:
            return Replayed(self.record, before, None, (), self.parted, self.stood_in, self.lacking)
        return Replayed(self.record, before, after, tuple(_differs(before, after)), self.parted, self.stood_in)

    def _input(self, kept: KeptInput) -> Input:
        """The input, or where it wasn't kept the first stand-in that goes the way it went."""
        if not kept.hidden:
            return input_of(kept)
        self.stood_in += 1
        wait = self.stage.wait
        gather = wait if isinstance(wait, Gather) else Gather()
        tries: list[Input] = (
            [Digits(keys) for keys in keys_for(gather)]
            if kept.kind == "keys"
            else [Spoken(words) for words in words_for()]
        )
        wanted = kept.trail[0][2] if kept.trail else ""
        return next((one for one in tries if self._exit(one) == wanted), tries[0])

    def _exit(self, given: Input) -> str:
        """The exit by which the waiting step would be left."""
        stage = self.stage
        try:
            turn = engine.resume(stage.flow, stage.session, given, stage.now)
        except engine.NotAccepted:
            return ""
        return turn.trail[0].exit if turn.trail else ""


def _given(record: CallRecord, inputs: Sequence[KeptInput], house: House, name: str) -> Given:
    """The call as it came in, as far as it was kept."""
    flow = house.flows[name]
    caller, spoken, named = caller_of(inputs[0], record.caller_kind)
    if named:
        caller = with_name(caller, NAME)
    line = next((one for one in house.lines if one.number == record.to_number), None)
    line = line or Line(record.line, record.to_number, name, flow.language)
    trails = [one for kept in inputs for one in kept.trail]
    booked: BookStatus = next(
        (status for _, _, out in trails for status in get_args(BookStatus) if out == status), "booked"
    )
    return Given(
        flow=name,
        at=record.started_at,
        line=replace(line, flow=name, language=spoken or line.language, languages=()),
        from_number=record.from_number,
        caller=replace(caller, number=record.from_number),
        lookups=_lookups(flow, trails),
        booking=booked,
        call_sid=record.call_sid,
    )


def _lookups(flow: Flow, trails: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What each look-up was answered, by how its step was left; an answer's values are stood in for."""
    found: dict[str, list[Any]] = {}
    for within, name, way_out in trails:
        here = flow.library.get(within, flow) if within else flow
        parts = getattr(here.steps.get(name), "save", None)
        if way_out in NO_ANSWER:
            found.setdefault(name, []).append(way_out)
        elif way_out == "found" and isinstance(parts, dict):
            found.setdefault(name, []).append(body_for(parts))
    return dict(found)


def _last(inputs: Sequence[KeptInput]) -> tuple[str, str]:
    trail = [one for kept in inputs for one in kept.trail]
    return (trail[-1][1], trail[-1][2]) if trail else ("", "")


def _differs(before: Ending, after: Ending) -> Iterator[str]:
    if before.outcome != after.outcome:
        yield "outcome"
    if before.queue != after.queue:
        yield "queue"
    if (before.step, before.exit) != (after.step, after.exit):
        yield "exit"


def _parted(before: Sequence[tuple[str, str, str]], after: Sequence[tuple[str, str, str]]) -> str:
    """Where two ways of one turn part."""
    same = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), None)
    at = min(len(before), len(after)) if same is None else same
    common = f"after {_way(before[at - 1 : at])}: " if at else ""
    return f"{common}{_way(before[at:])} before, {_way(after[at:])} now"


def _way(trail: Sequence[tuple[str, str, str]]) -> str:
    return " > ".join(f"{step} ({way_out})" for _, step, way_out in trail) or "nothing more"
