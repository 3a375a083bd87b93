"""What a line asks for against who there is: skills nobody has, rings nobody can answer, rings that add nobody.

Told by `hotline flows check` only. Once agents are imported the database has the say over them, so a running server
takes a line as it is written.
"""

from collections.abc import Iterator, Mapping

from ivr.core.flow.model import Position
from ivr.core.flow.problem import Problem, shortened
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.coverage import Roster, coverage, in_words, skills_of
from ivr.core.routing.rings import Ring
from ivr.core.routing.skills import Level, requirement
from ivr.flowfile.queues import Queues
from ivr.flowfile.reading import nearest


def staffing(queues: Queues, roster: Roster, file: str) -> list[Problem]:
    """Every problem of the lines with these agents. None where there are no agents to compare with."""
    if not roster:
        return []
    return sorted(
        Problem(file, at.line, at.column, code, shortened(message), shortened(hint))
        for queue in queues.definitions.values()
        for at, code, message, hint in _of(queues, queue, roster)
    )


def _of(queues: Queues, queue: QueueDefinition, roster: Roster) -> Iterator[tuple[Position, str, str, str]]:
    path = f"queues.{queue.name}"
    known = skills_of(roster)
    unknown = set()
    for where, skill in _skills(queue, path):
        if skill not in known:
            unknown.add(where.rpartition(".")[0])
            hint = nearest(skill, sorted(known), "skills are given to agents by `hotline agents skill`")
            yield queues.at(where), "F075", f"no agent of agents.yaml has the skill '{skill}'", hint
    before: frozenset[str] = frozenset()
    for number, (wanted, where) in enumerate(_rings(queue, path)):
        able = frozenset(one for ring in coverage([wanted], (), roster) for one in ring.agents)
        if not able and where not in unknown:
            message = f"no agent of agents.yaml can answer this: nobody has {in_words(requirement(wanted))}"
            yield queues.at(where), "F076", message, _nearer(queue, number, wanted, roster)
        elif number and able <= before and where not in unknown and _own(queue, number):
            message = f"this ring adds nobody: {', '.join(sorted(able))} may answer before"
            yield queues.at(where), "F078", message, "take it out, or ask for less"
        before |= able


def _nearer(queue: QueueDefinition, number: int, wanted: Mapping[str, Level], roster: Roster) -> str:
    """What to do about a ring nobody can answer: most often it means another team, or asks for too much."""
    ring = queue.rings[number - 1] if number else None
    if ring is not None and not ring.instead and not {skill for skill, _ in ring.skills} <= dict(queue.skills).keys():
        return "`skills` comes on top of what the line asks for; another team stands under `instead`"
    best = []
    for skill in wanted:
        agent = max(sorted(roster), key=lambda one: roster[one].get(skill, 0))
        best.append(f"{skill} {roster[agent].get(skill, 0)} ({agent})")
    return f"the best there are: {', '.join(best)}; `hotline flows lines` shows who may answer what"


def _skills(queue: QueueDefinition, path: str) -> Iterator[tuple[str, str]]:
    """Every skill a line names, with where it stands."""
    yield from ((f"{path}.skills.{skill}", skill) for skill, _ in queue.skills)
    for number, ring in enumerate(queue.rings, 1):
        where = f"{path}.rings.{number}.{_word(ring)}"
        yield from ((f"{where}.{skill}", skill) for skill, _ in ring.skills)


def _rings(queue: QueueDefinition, path: str) -> Iterator[tuple[dict[str, Level], str]]:
    """What each ring asks for by itself, with where it stands; the line's own is the first."""
    own = dict(queue.skills)
    yield own, f"{path}.skills"
    for number, ring in enumerate(queue.rings, 1):
        where = f"{path}.rings.{number}.{_word(ring)}"
        yield dict(ring.skills) if ring.instead else own | dict(ring.skills), where


def _own(queue: QueueDefinition, number: int) -> bool:
    """Whether a ring says all there is to say: it doesn't loosen what only steps ask for."""
    ring = queue.rings[number - 1]
    return ring.instead or {skill for skill, _ in ring.skills} <= {skill for skill, _ in queue.skills}


def _word(ring: Ring) -> str:
    if ring.instead:
        return "instead" if ring.skills else "anybody"
    return "skills"
