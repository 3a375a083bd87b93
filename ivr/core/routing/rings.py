"""Rings: who may answer a call as its wait grows.

A line asks for skills and has an ordered list of rings, each with the second of the wait from which it opens: preferred
agents first, then the right level, then a lower one, then other teams. A ring adds people and takes nobody away, so a
call is at any moment in the one skill group of everybody who may answer it by then.

The clock of the rings is the call's wait, counted from its virtual start: who comes back to the line, or is moved to
another, is not narrowed again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ivr.core.routing.skills import Level, either, only, requirement


@dataclass(frozen=True, slots=True)
class Ring:
    """From `after_seconds` on, agents with `skills` may answer as well.

    `skills` replaces the levels of the skills it names, the others stay asked for; with `instead` it is all that is
    asked for: another team.
    """

    after_seconds: int
    skills: tuple[tuple[str, Level], ...] = ()
    instead: bool = False


@dataclass(frozen=True, slots=True)
class OpenRing:
    """From `after_ms` of the wait on, whoever meets `wanted` (canonical, all rings up to this one) may answer."""

    after_ms: int
    wanted: str


def rings_of(
    asked: Sequence[Mapping[str, Level] | Iterable[tuple[str, Level]]],
    rings: Sequence[Ring] = (),
    preferred: Sequence[str] = (),
    preferred_seconds: int = 0,
) -> tuple[OpenRing, ...]:
    """A call's rings, narrowest first; the first is open from the start. Raises SkillProblem.

    `asked` are the skills of the line and of the step. `preferred` agents have the call to themselves for
    `preferred_seconds`; after that they stay among those who may answer. A ring that adds nobody is left out.
    """
    base = requirement(*asked)
    steps = [(0, base)]
    if preferred and preferred_seconds > 0:
        steps = [(0, only(preferred)), (preferred_seconds, base)]
    for ring in rings:
        wanted = requirement(ring.skills) if ring.instead else _relaxed(asked, ring)
        steps.append((max(ring.after_seconds, steps[-1][0]), wanted))
    found: list[OpenRing] = []
    for after, wanted in steps:
        wider = either(found[-1].wanted, wanted) if found else wanted
        if found and found[-1].wanted == wider:
            continue
        found.append(OpenRing(after * 1000, wider))
    return tuple(found)


def _relaxed(asked: Sequence[Mapping[str, Level] | Iterable[tuple[str, Level]]], ring: Ring) -> str:
    named = dict(ring.skills)
    kept = [
        [(skill, level) for skill, level in (part.items() if isinstance(part, Mapping) else part) if skill not in named]
        for part in asked
    ]
    return requirement(*kept, named)
