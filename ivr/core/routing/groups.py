"""Skill groups: all calls of one line that ask for the same thing right now.

A group is known by its line, its requirement (`skills.py`) and its strategy, written `line/requirement~strategy`.
Which groups an agent may serve is computed here once, when the agent's profile or the set of groups changes; from
then on Redis only looks at lists.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.core.routing.skills import alternatives, may_answer
from ivr.core.routing.strategies import LETTERS


@dataclass(frozen=True, slots=True)
class Group:
    """What a group is known by. `wanted` is canonical."""

    queue: str
    wanted: str
    strategy: str = "longest_idle"

    def __str__(self) -> str:
        return f"{self.queue}/{self.wanted}~{self.strategy}"

    @property
    def letter(self) -> str:
        """What the group's id begins with: it tells the scripts how agents are ranked in it."""
        return LETTERS[self.strategy]


def group_of(name: str) -> Group:
    """The group a name stands for."""
    queue, _, rest = name.partition("/")
    wanted, _, strategy = rest.rpartition("~")
    return Group(queue, wanted, strategy)


def groups_for(agent: str, skills: Mapping[str, int], groups: Mapping[str, str]) -> dict[str, int]:
    """The groups (id to name) an agent may serve, each with how skilled they are in what it asks for."""
    found = {}
    for group, name in groups.items():
        wanted = group_of(name).wanted
        if may_answer(skills, wanted, agent):
            found[group] = skilled(skills, wanted)
    return found


def skilled(skills: Mapping[str, int], wanted: str) -> int:
    """The sum of an agent's levels in the skills a requirement names; the best of its alternatives."""
    return max(sum(skills.get(skill, 0) for skill in way.skills) for way in alternatives(wanted))


def agents_for(group: Group, roster: Iterable[tuple[str, Mapping[str, int]]]) -> dict[str, int]:
    """Of a roster (id and skills), those who may serve a group, each with how skilled they are in it."""
    return {agent: skilled(skills, group.wanted) for agent, skills in roster if may_answer(skills, group.wanted, agent)}
