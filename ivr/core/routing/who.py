"""Who might have answered a call at a moment, and why they didn't."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.core.routing.explain_words import NOT_NEXT, skill_words, state_words
from ivr.core.routing.skills import may_answer, missing
from ivr.core.routing.story import Asking
from ivr.core.routing.timeline import Timeline

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
    asking: Asking, at_ms: int, chosen: frozenset[str], timeline: Timeline, people: Sequence[Person]
) -> tuple[Refusal, ...]:
    """Everybody logged in at a moment but the chosen: first those who were able to answer."""
    found = []
    for person in people:
        change = timeline.before(person.id, at_ms)
        if person.id in chosen or change.state == "offline":
            continue
        able = may_answer(person.skills, asking.wanted, person.id)
        why = (
            _why_not(change.state, state_words(change, at_ms), asking.strategy if chosen else "")
            if able
            else _lacks(person, asking)
        )
        found.append(Refusal(person.id, person.name or person.id, why, able))
    found.sort(key=lambda refusal: (not refusal.able, refusal.name))
    return tuple(found[:MOST])


def _why_not(state: str, words: str, strategy: str) -> str:
    """Empty `strategy`: nobody was chosen, although somebody was free."""
    if state != "available":
        return words
    return f"{words}, {NOT_NEXT.get(strategy, 'but not next') if strategy else 'but the line was at its most talks'}"


def _lacks(person: Person, asking: Asking) -> str:
    lacking = missing(person.skills, asking.wanted, person.id)
    if not lacking:
        return "it is kept for others by name"
    parts = [
        f"{skill_words(skill, least, most)} (has {person.skills.get(skill, 'none')})"
        for skill, (least, most) in sorted(lacking.items())
    ]
    return f"lacks {' and '.join(parts)}"
