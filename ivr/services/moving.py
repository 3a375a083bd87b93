"""What a call asks of a line it is moved to: that line's part is exchanged, what its own step asked for goes along.

Whoever needs somebody who speaks Dutch needs them in the other line too. But a step asks for what its own line knows as
well (`taxes: 3`), and in the other nobody may have it: then it would wait there for nobody. Of what the step asked for,
as little as possible is left behind, first what the line it comes from asks for itself; the call's explanation says
what. Where the agents there are can't answer in that line whatever is left behind, that is the line's own affair, and
everything goes along. Whom the step prefers, it still does where they could answer in that line.

A line that runs over moves a call as well, but nobody looks on: there only what somebody logged in meets goes along
(`asked_onward`), and nobody is preferred any more.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.coverage import Roster
from ivr.core.routing.skills import Level, SkillProblem, alternatives, may_answer, requirement
from ivr.services.asking import Asked, ask

_MOST_TRIED = 8
"""Skills of a step of which each choice is tried; of one with more all are left behind."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What is asked in the other line. `dropped` is what was left behind, canonical (`tax:3`); empty for nothing."""

    asked: Asked
    dropped: str = ""


def asked_there(
    to: QueueDefinition,
    came_from: QueueDefinition,
    asks: str,
    prefer: str,
    roster: Roster,
) -> Moved:
    """What a call asks in the line `to`. `asks` and `prefer` are its step's part as kept, `roster` everybody with their
    skills, logged in or not."""
    skills = alternatives(asks)[0].skills
    seconds, *named = prefer.split() or ("0",)
    preferred = [agent for agent in named if _answerable(to, {}, {agent: roster.get(agent, {})})]
    for left in _choices(skills, came_from):
        kept = {skill: level for skill, level in skills.items() if skill not in left}
        if _answerable(to, kept, roster):
            dropped = requirement({skill: skills[skill] for skill in left})
            return Moved(ask(to, kept, tuple(preferred), int(seconds)), dropped)
    try:
        return Moved(ask(to, skills, tuple(preferred), int(seconds)))
    except SkillProblem:
        return Moved(ask(to, {}, tuple(preferred), int(seconds)), requirement(skills))


def asked_onward(to: QueueDefinition, came_from: QueueDefinition, asks: str, staffed: Callable[[Asked], bool]) -> Moved:
    """What a call asks in the line that another runs over into. `staffed`: whether somebody is there who may answer."""
    skills = alternatives(asks)[0].skills
    for left in _choices(skills, came_from):
        kept = {skill: level for skill, level in skills.items() if skill not in left}
        try:
            asked = ask(to, kept)
        except SkillProblem:
            continue
        if not kept or staffed(asked):
            return Moved(asked, requirement({skill: skills[skill] for skill in left}) if left else "")
    return Moved(ask(to, {}), requirement(skills))


def _choices(skills: Mapping[str, Level], came_from: QueueDefinition) -> Iterable[tuple[str, ...]]:
    """What may be left behind: nothing, then as few as possible, first what the line it comes from asks for itself."""
    of_the_line = dict(came_from.skills)
    order = sorted(skills, key=lambda skill: (skill not in of_the_line, skill))
    sizes = range(len(order) + 1) if len(order) <= _MOST_TRIED else (0, len(order))
    for size in sizes:
        yield from combinations(order, size)


def _answerable(to: QueueDefinition, kept: Mapping[str, Level], people: Roster) -> bool:
    """Whether somebody may answer such a call there, in its last ring at the latest."""
    try:
        wanted = ask(to, kept).rings[-1].wanted
    except SkillProblem:
        return False
    return not people or any(may_answer(skills, wanted) for skills in people.values())
