"""What a call asks for, what an agent can do, and who may answer whom.

A call asks for skills at levels, in one or more alternatives of which one is enough. Written down canonically
(`requirement`, `either`), what it asks for is the name of its skill group:

    fr:3,tax:2-5        French at 3 or better, and tax at 2 to 5: a greatest level keeps experts free
    @ana|fr:3           Ana, whatever her skills, or anybody with French at 3
    (empty)             anybody

An agent who lacks a skill can't answer for it, whatever the least level: lacking is not level 0.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,63}$")
_AGENT = re.compile(r"^[^\s,|@~/]{1,64}$")

LEVELS = range(1, 11)
HIGHEST = LEVELS[-1]

Level = int | tuple[int, int]
"""The least level asked for, or the least and the greatest."""


class SkillProblem(ValueError):  # noqa: N818 - names what is wrong, like the flow checker's problems
    """A skill's name or level can't be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to be able to answer: every skill between its two levels, and to be `agent` where one is named."""

    skills: Mapping[str, tuple[int, int]]
    agent: str = ""

    def met_by(self, skills: Mapping[str, int], agent: str = "") -> bool:
        """Whether an agent with these skills (and this id) can answer so."""
        if self.agent and self.agent != agent:
            return False
        return all(least <= skills.get(skill, 0) <= most for skill, (least, most) in self.skills.items())

    def within(self, wider: "Alternative") -> bool:
        """Whether everybody who meets this meets `wider` as well."""
        if wider.agent and wider.agent != self.agent:
            return False
        return all(
            skill in self.skills and self.skills[skill][0] >= least and self.skills[skill][1] <= most
            for skill, (least, most) in wider.skills.items()
        )

    def __str__(self) -> str:
        terms = [f"@{self.agent}"] if self.agent else []
        for skill, (least, most) in sorted(self.skills.items()):
            terms.append(f"{skill}:{least}" if most == HIGHEST else f"{skill}:{least}-{most}")
        return ",".join(terms)


def requirement(*sources: Mapping[str, Level] | Iterable[tuple[str, Level]]) -> str:
    """Skills and levels as canonical text, `billing:3,fr:1`; empty where anybody will do.

    Several sources (a queue's and a step's) are joined: the higher least and the lower greatest level. Raises
    SkillProblem.
    """
    wanted: dict[str, tuple[int, int]] = {}
    for source in sources:
        for skill, level in source.items() if isinstance(source, Mapping) else source:
            least, most = _span(skill, level)
            held = wanted.get(skill, (least, most))
            wanted[skill] = max(least, held[0]), min(most, held[1])
    for skill, (least, most) in wanted.items():
        if least > most:
            raise SkillProblem(f"skill {skill}: nobody is both {least} or better and {most} or less")
    return str(Alternative(wanted))


def only(agents: Iterable[str]) -> str:
    """The requirement that only these agents, by id, meet. Raises SkillProblem for an id that can't be one."""
    named = sorted(set(agents))
    for agent in named:
        if not _AGENT.match(agent):
            raise SkillProblem(f"agent {agent!r}: an id has no spaces and none of , | @ ~ /, and at most 64 characters")
    return "|".join(f"@{agent}" for agent in named)


def either(*wanted: str) -> str:
    """The requirement met by whoever meets one of these. What a wider alternative contains is left out."""
    found = list(dict.fromkeys(way for text in wanted for way in alternatives(text)))
    kept = [way for way in found if not any(way != other and way.within(other) for other in found)]
    return "|".join(sorted(str(way) for way in kept)) if all(str(way) for way in kept) else ""


def alternatives(text: str) -> tuple[Alternative, ...]:
    """The ways to meet a canonical text; an empty text is met by everybody."""
    return tuple(_alternative(part) for part in text.split("|"))


def parse(text: str) -> dict[str, int]:
    """Skills and least levels of a text with one alternative, such as an agent's own skills."""
    return {skill: least for skill, (least, _) in _alternative(text).skills.items()}


def may_answer(skills: Mapping[str, int], wanted: str, agent: str = "") -> bool:
    """Whether an agent with `skills` may answer a call that asks for `wanted` (canonical)."""
    return any(way.met_by(skills, agent) for way in alternatives(wanted))


def missing(skills: Mapping[str, int], wanted: str, agent: str = "") -> dict[str, tuple[int, int]]:
    """What an agent lacks for a call: skill to the levels asked for, by the alternative they come nearest to.

    Empty where nothing is lacking, or where every alternative is for others by name.
    """
    if may_answer(skills, wanted, agent):
        return {}
    lacks = [
        {skill: span for skill, span in way.skills.items() if not span[0] <= skills.get(skill, 0) <= span[1]}
        for way in alternatives(wanted)
        if not way.agent or way.agent == agent
    ]
    return min(lacks, key=len, default={})


def _alternative(text: str) -> Alternative:
    skills: dict[str, tuple[int, int]] = {}
    agent = ""
    for term in text.split(",") if text else ():
        if term.startswith("@"):
            agent = term[1:]
            continue
        skill, _, levels = term.rpartition(":")
        least, _, most = levels.partition("-")
        skills[skill] = int(least), int(most or HIGHEST)
    return Alternative(_Frozen(skills), agent)


class _Frozen(dict[str, tuple[int, int]]):
    """Skills that can be compared and counted as a key. Never changed once made."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def _span(skill: str, level: Level) -> tuple[int, int]:
    if not _NAME.match(skill):
        raise SkillProblem(f"skill {skill!r}: a name is lower-case letters, digits, '_', '.' and '-', at most 64")
    least, most = (level, HIGHEST) if isinstance(level, int) else level
    for given in (least, most):
        if given not in LEVELS:
            raise SkillProblem(f"skill {skill}: level {given} isn't between {LEVELS[0]} and {HIGHEST}")
    if least > most:
        raise SkillProblem(f"skill {skill}: level {least} to {most} is no range")
    return least, most
