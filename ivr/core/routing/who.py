"""Who might have answered a call at a moment, and why they didn't."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.core.routing.explain_words import NOT_NEXT, skill_words, state_words
from ivr.core.routing.skills import alternatives, may_answer, missing
from ivr.core.routing.story import Asking
from ivr.core.routing.timeline import Timeline

_BY_SKILL = frozenset({"most_skilled", "least_skilled"})

MOST = 50
"""People named with a decision at most."""


@dataclass(frozen=True, slots=True)
class Person:
    """An agent with their skills as they are now."""

    id: str
    name: str
    skills: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an agent didn't take a call, in words. `able`: their skills would have let them."""

    agent: str
    name: str
    why: str
    able: bool


def who_else(
    asking: Asking,
    at_ms: int,
    chosen: frozenset[str],
    timeline: Timeline,
    people: Sequence[Person],
    *,
    narrower: Sequence[str] = (),
) -> tuple[Refusal, ...]:
    """Everybody logged in at a moment but the chosen: first those who were able to answer.

    `narrower` is what the rings before the one open asked for: those in it are asked first.
    """
    found = []
    taker = next((person for person in people if person.id in chosen), None)
    for person in people:
        change = timeline.before(person.id, at_ms)
        if person.id in chosen or change.state == "offline":
            continue
        able = may_answer(person.skills, asking.wanted, person.id)
        not_next = _not_next(person, taker, asking, narrower) if chosen else ""
        why = _why_not(change.state, state_words(change, at_ms), not_next) if able else _lacks(person, asking)
        found.append(Refusal(person.id, person.name or person.id, why, able))
    found.sort(key=lambda refusal: (not refusal.able, refusal.name))
    return tuple(found[:MOST])


def _why_not(state: str, words: str, not_next: str) -> str:
    """Empty `not_next`: nobody was chosen, although somebody was free."""
    return words if state != "available" else f"{words}, {not_next or 'but the line was at its most talks'}"


def _not_next(person: Person, taker: Person | None, asking: Asking, narrower: Sequence[str]) -> str:
    """Why somebody free goes after the one chosen: by their rings, then by the line's strategy."""
    if taker is not None and _ring(taker, narrower) < _ring(person, narrower):
        return "but of a later ring"
    if asking.strategy not in _BY_SKILL or taker is None:
        return NOT_NEXT.get(asking.strategy, "but not next")
    asked = sorted({skill for way in alternatives(asking.wanted) for skill in way.skills})
    own, theirs = (_levels(one, asked) for one in (person, taker))
    if not own or own == theirs:
        return "but no better suited"
    return f"but with {own}, and {taker.name or taker.id} with {theirs}"


def _ring(person: Person, narrower: Sequence[str]) -> int:
    """The first ring that lets somebody answer, from 0; the open one where none before it does."""
    able = (number for number, wanted in enumerate(narrower) if may_answer(person.skills, wanted, person.id))
    return next(able, len(narrower))


def _levels(person: Person, skills: Sequence[str]) -> str:
    return ", ".join(f"{skill} {person.skills[skill]}" for skill in skills if skill in person.skills)


def _lacks(person: Person, asking: Asking) -> str:
    lacking = missing(person.skills, asking.wanted, person.id)
    if not lacking:
        return "it is kept for others by name"
    parts = [
        f"{skill_words(skill, least, most)} (has {person.skills.get(skill, 'none')})"
        for skill, (least, most) in sorted(lacking.items())
    ]
    return f"lacks {' and '.join(parts)}"
