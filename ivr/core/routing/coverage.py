"""Who of a roster may answer a line's calls, ring by ring: what an operator wants to see before it is live."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ivr.core.routing.rings import Ring, rings_of
from ivr.core.routing.skills import HIGHEST, Alternative, Level, alternatives, may_answer

Roster = Mapping[str, Mapping[str, int]]
"""Each agent's skills with their levels, by id."""

Asked = Mapping[str, Level] | Iterable[tuple[str, Level]]


@dataclass(frozen=True, slots=True)
class Covered:
    """One ring: from `after_seconds` on `agents` may answer; `added` of them could not before. Ids, in order."""

    after_seconds: int
    wanted: str
    agents: tuple[str, ...]
    added: tuple[str, ...]


def coverage(asked: Sequence[Asked], rings: Sequence[Ring], roster: Roster) -> tuple[Covered, ...]:
    """The rings of a call without preferred agents, each with who may answer by then. Raises SkillProblem."""
    found: list[Covered] = []
    for ring in rings_of(asked, rings):
        agents = tuple(sorted(one for one, skills in roster.items() if may_answer(skills, ring.wanted, one)))
        before = found[-1].agents if found else ()
        added = tuple(one for one in agents if one not in before)
        found.append(Covered(ring.after_ms // 1000, ring.wanted, agents, added))
    return tuple(found)


def skills_of(roster: Roster) -> frozenset[str]:
    """Every skill somebody has."""
    return frozenset(skill for skills in roster.values() for skill in skills)


def in_words(wanted: str) -> str:
    """A requirement as people read it: `fr 3 or better and tax 2 to 5, or ana`; `anybody` where nothing is asked."""
    return ", or ".join(_way(way) for way in alternatives(wanted))


def _way(way: Alternative) -> str:
    terms = [way.agent] if way.agent else []
    for skill, (least, most) in sorted(way.skills.items()):
        levels = str(least) if least == most else f"{least} to {most}"
        terms.append(f"{skill} {f'{least} or better' if most == HIGHEST > least else levels}")
    return " and ".join(terms) or "anybody"
