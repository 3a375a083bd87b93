"""What a call asks for, what an agent can do, and who may answer whom.

All calls that ask for the same skills at the same levels are one skill group. A group is known by its requirement
written down canonically (`requirement`), so that two queues asking for the same thing share one line.
"""

import re
from collections.abc import Iterable, Mapping

_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,63}$")

LEVELS = range(1, 11)


class SkillProblem(ValueError):  # noqa: N818 - names what is wrong, like the flow checker's problems
    """A skill's name or level can't be used; the message says which and why."""


def requirement(*sources: Mapping[str, int] | Iterable[tuple[str, int]]) -> str:
    """Skills and least levels as canonical text, `billing:3,fr:1`; empty where anybody will do.

    Several sources (a queue's and a step's) are joined by the higher level. Raises SkillProblem.
    """
    wanted: dict[str, int] = {}
    for source in sources:
        for skill, level in source.items() if isinstance(source, Mapping) else source:
            if not _NAME.match(skill):
                raise SkillProblem(
                    f"skill {skill!r}: a name is lower-case letters, digits, '_', '.' and '-', at most 64"
                )
            if level not in LEVELS:
                raise SkillProblem(f"skill {skill}: level {level} isn't between {LEVELS[0]} and {LEVELS[-1]}")
            wanted[skill] = max(level, wanted.get(skill, 0))
    return ",".join(f"{skill}:{level}" for skill, level in sorted(wanted.items()))


def parse(text: str) -> dict[str, int]:
    """The skills a canonical text stands for."""
    pairs = (pair.rpartition(":") for pair in text.split(",") if pair)
    return {skill: int(level) for skill, _, level in pairs}


def may_answer(skills: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    """Whether an agent with `skills` may answer a call that asks for `wanted`."""
    return all(skills.get(skill, 0) >= level for skill, level in wanted.items())


def groups_for(skills: Mapping[str, int], groups: Mapping[str, str]) -> list[str]:
    """Ids of the groups (id to requirement) an agent may serve, in order of id."""
    return sorted(
        (group for group, wanted in groups.items() if may_answer(skills, parse(wanted))), key=lambda g: (len(g), g)
    )


def missing(skills: Mapping[str, int], wanted: Mapping[str, int]) -> dict[str, int]:
    """What an agent lacks for a call: skill to the level asked for. Empty where nothing is lacking."""
    return {skill: level for skill, level in wanted.items() if skills.get(skill, 0) < level}
