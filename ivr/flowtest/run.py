"""Runs test calls: each walked from its beginning until an expectation isn't met."""

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.core.flow.effects import Fault
from ivr.core.flow.model import Position
from ivr.flowtest.expect import KINDS, Miss, Scene
from ivr.flowtest.house import House
from ivr.flowtest.model import Case, CaseTurn, Expectation, FlowBreaks
from ivr.flowtest.show import act_in_words, beat_in_words, command_in_words, transcript
from ivr.flowtest.stage import Beat, Stage


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test call failed, and where in its file that is written."""

    at: Position
    turn: int
    expected: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A test call run. `beats` is all that happened; it ends with the failure where there is one."""

    case: Case
    beats: tuple[Beat, ...]
    failure: Failure | None = None

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return self.failure is None


def run_case(case: Case, house: House) -> Result:
    """Walks one test call. Pure: the same call in the same house gives the same result."""
    stage = Stage(house, case.given)
    for number, turn in enumerate(case.turns):
        beat = stage.begin() if turn.act is None else stage.act(turn.act)
        failure = _compare(number, turn, Scene((beat,), stage))
        if failure is not None:
            return Result(case, tuple(stage.beats), failure)
    whole = Scene(tuple(stage.beats), stage)
    missed = _first_miss(case.last, whole)
    failure = None if missed is None else Failure(missed[0].at, len(case.turns), missed[1].expected, missed[1].found)
    return Result(case, tuple(stage.beats), failure)


def run_cases(cases: Iterable[Case], house: House) -> list[Result]:
    """Walks every test call, in order."""
    return [run_case(case, house) for case in cases]


def _compare(number: int, turn: CaseTurn, scene: Scene) -> Failure | None:
    (beat,) = scene.beats
    if beat.refused:
        return Failure(turn.at, number, f"that the caller {act_in_words(turn.act)}", (beat.refused,))
    missed = _first_miss(turn.expected, scene)
    if missed is not None:
        return Failure(missed[0].at, number, missed[1].expected, missed[1].found)
    return _unexpected_fault(number, turn, scene)


def _first_miss(expected: Iterable[Expectation], scene: Scene) -> tuple[Expectation, Miss] | None:
    for one in expected:
        miss = KINDS[one.kind](one.value, scene)
        if miss is not None:
            return one, miss
    return None


def _unexpected_fault(number: int, turn: CaseTurn, scene: Scene) -> Failure | None:
    """A fault of the flow fails every test that doesn't expect one."""
    faults = [command for command in scene.doings if isinstance(command, Fault)]
    if not faults or isinstance(turn.act, FlowBreaks) or any(one.kind == "fault" for one in turn.expected):
        return None
    return Failure(turn.at, number, "no fault in the flow", tuple(map(command_in_words, faults)))


def explain(result: Result) -> list[str]:
    """A failure as lines: where, what was expected and found, and the call up to there. Empty for a passed one."""
    case, failure = result.case, result.failure
    if failure is None:
        return []
    where = f"turn {failure.turn}" if failure.turn else "the beginning"
    if failure.turn >= len(case.turns):
        where = "the end"
    lines = [f"{case.file}:{failure.at.line}:{failure.at.column}: {case.name}: at {where}"]
    lines.append(f"    - expected {failure.expected}")
    lines += [f"    + {line}" for line in failure.found]
    lines.append("    the call:")
    lines += [f"      {line}" for line in transcript(list(result.beats))]
    return lines


__all__ = ["Failure", "Result", "beat_in_words", "explain", "run_case", "run_cases"]
