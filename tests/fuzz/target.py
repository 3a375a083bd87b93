"""What every fuzzer runs: one file offered as a flow. Whatever it is, it ends in problems or a flow that answers."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.flow import engine
from ivr.core.flow.across import face_of
from ivr.core.flow.check import MOST_PROBLEMS, check_flow
from ivr.core.flow.effects import Fault
from ivr.core.flow.problem import CODES, errors_in
from ivr.core.flow.registry import Face, World
from ivr.core.flow.session import Session
from ivr.core.knowledge import Knowledge
from ivr.flowfile.beside import CALENDARS_PART, LANGUAGES_PART, QUEUES_PART, TESTERS_PART
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.knowledge import decode_knowledge
from ivr.flowfile.nodes import MAX_PROBLEMS

MOST_SECONDS = 2.0
"""Of processor time: a machine busy with something else is no hang."""

BESIDE = (QUEUES_PART, CALENDARS_PART, LANGUAGES_PART, TESTERS_PART)
"""The files beside the flows: each is offered the same."""

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class _Every(dict[str, bool]):
    """Queues of whatever name, each with a limit."""

    def __missing__(self, name: str) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return True


def town_hall() -> Knowledge:
    """The knowledge file that comes with the product."""
    path = Path(__file__).parents[2] / "flows" / "knowledge" / "town-hall.yaml"
    known, problems = decode_knowledge(path.read_bytes(), path.stem, path.name)
    assert known is not None, problems
    return known


class _Known(dict[str, Knowledge]):
    """Knowledge of whatever name: always the same."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known

    def get(self, name: str, default: Knowledge | None = None) -> Knowledge:  # type: ignore[override]
        return self._known


KNOWLEDGE = _Known(town_hall())
"""What `answers` steps ask. Without it such a step doesn't wait for the caller, and a flow may go round."""

WORLD = World(_Every())
"""Nothing that stands beside a flow is looked for, so that many of the files are flows."""

STRICT = World({}, frozenset(), {"any": Face()}, frozenset())
"""Nothing at all stands beside it."""

CALL = Session("CA0", "line", "any", "", "", "fr-FR", line_title="Mairie")


def offer(source: bytes) -> bool:
    """Offers a file; whether a flow came of it. Raises AssertionError for what must never be."""
    started = time.process_time()
    decoded = decode_flow(source, "any", "any.yaml")
    problems = list(decoded.problems)
    if decoded.drafted is not None:
        face_of(decoded.drafted)
        check_flow(decoded.drafted, STRICT, "any.yaml", decoded.declared)
        problems += check_flow(decoded.drafted, WORLD, "any.yaml", decoded.declared)
    seconds = time.process_time() - started
    assert seconds < MOST_SECONDS, f"{seconds:.1f} s"
    assert len(problems) <= 2 * (MAX_PROBLEMS + MOST_PROBLEMS)
    lines = source.count(b"\n") + source.count(b"\r") + source.count(b"\xe2\x80") + source.count(b"\xc2\x85") + 2
    for problem in problems:
        assert problem.code in CODES
        assert 0 <= problem.line <= lines, problem
        assert problem.column >= (1 if problem.line else 0), problem
        assert problem.message
        assert "\n" not in str(problem.message), problem
    assert decoded.flow is not None or errors_in(problems), "no flow, and no error told"
    for part in BESIDE:
        found, wrong = part.decode(source, part.file)
        assert found is not None or wrong
    if decoded.flow is None or errors_in(problems):
        return False
    turn = engine.start(replace(decoded.flow, knowledge=KNOWLEDGE), CALL, NOW)
    faults = [effect for effect in turn.effects if isinstance(effect, Fault) and effect.code not in _OUTSIDE]
    assert not faults, faults
    return True


_OUTSIDE = {"R006", "R008"}
"""Faults of what stands beside the file, which there is nothing of here."""
