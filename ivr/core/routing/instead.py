"""What would have changed how a call went: the nearest worlds in which it was offered sooner, or at all.

Each is the first moment at which somebody could have taken it, had one thing been otherwise. Where others were before
it in the line the gain is a bound: they might have been served by the same change first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ivr.core.reservation import RANG_OUT
from ivr.core.routing.explain_words import after, duration, not_paused, skill_words, wanted_words
from ivr.core.routing.skills import may_answer, missing
from ivr.core.routing.story import Asking, Story
from ivr.core.routing.timeline import BACKING_OFF, Timeline
from ivr.core.routing.who import Person

MOST = 3
LEAST_MS = 1_000
"""Gains below this aren't worth a sentence."""

_WITHOUT_ANYBODY = frozenset({"abandoned", "timeout", "nobody", "key", "unanswered", "callback"})
_MISSED = RANG_OUT | {"declined", "hung_up"}


@dataclass(frozen=True, slots=True)
class _World:
    """If `what`, somebody could have been offered the call at `at_ms`. `kind` groups those of which one will do."""

    at_ms: int
    kind: str
    what: str


def what_would_have(story: Story, timeline: Timeline, people: Sequence[Person]) -> tuple[str, ...]:
    """The best of them in words, the greatest gain first; one of a kind and person."""
    if not story.askings or (story.state == "over" and not story.bridged and story.left not in _WITHOUT_ANYBODY):
        return ()
    taken = story.taken
    end = taken.at_ms if taken and story.bridged else story.until_ms
    names = {person.id: person.name or person.id for person in people}
    worlds = [
        *_without_pauses(story, timeline, people, end),
        *_with_rings_open(story, timeline, people, end),
        *_with_skills(story, timeline, people, end),
        *_with_answers(story, names, end),
    ]
    best: dict[str, _World] = {}
    for world in sorted(worlds, key=lambda world: (world.at_ms, world.what)):
        if end - world.at_ms >= LEAST_MS:
            best.setdefault(world.kind, world)
    return tuple(_words(world, story, end) for world in list(best.values())[:MOST])


def _without_pauses(story: Story, timeline: Timeline, people: Sequence[Person], end: int) -> Iterable[_World]:
    """Somebody able was paused; not where it is because they missed this very call."""
    missed = {offer.fact.agent for offer in story.offers if offer.end in BACKING_OFF}
    for person in people:
        for asking in story.askings:
            if not may_answer(person.skills, asking.wanted, person.id):
                continue
            for span in timeline.spans(person.id, asking.since_ms, min(asking.until_ms, end)):
                own = person.id in missed and span.change.reason in BACKING_OFF
                if span.change.state == "paused" and not own:
                    what = f"{person.name or person.id} {not_paused(span.change)}"
                    yield _World(span.since_ms, f"pause {person.id}", what)
                    break


def _with_rings_open(story: Story, timeline: Timeline, people: Sequence[Person], end: int) -> Iterable[_World]:
    """Somebody of a later ring was free while an earlier one was open."""
    for later, asking in enumerate(story.askings[1:], start=1):
        before = [
            one for one in story.askings[:later] if one.queue == asking.queue
        ]  # another line's is no ring of this
        for person in people:
            if not may_answer(person.skills, asking.wanted, person.id):
                continue
            for at_ms in _free(person, before, timeline, end):
                name = person.name or person.id
                ring = f"ring {asking.ring} ('{wanted_words(asking.wanted, lambda agent: agent)}')"
                yield _World(at_ms, "ring", f"{ring} had been open from the start ({name} was free)")


def _with_skills(story: Story, timeline: Timeline, people: Sequence[Person], end: int) -> Iterable[_World]:
    """Somebody was free whose level in one skill kept them from the widest ring."""
    widest = story.askings[-1]
    for person in people:
        lacking = missing(person.skills, widest.wanted, person.id)
        if len(lacking) != 1:
            continue
        ((skill, (least, most)),) = lacking.items()
        has = person.skills.get(skill)
        if has is None:
            continue
        for at_ms in _free(person, story.askings, timeline, end):
            had = f"{person.name or person.id} had {skill_words(skill, least, most)} instead of {has}"
            yield _World(at_ms, "skill", had)


def _free(person: Person, askings: Sequence[Asking], timeline: Timeline, end: int) -> Iterable[int]:
    """When somebody was first free while a call asked for what they couldn't answer."""
    for asking in askings:
        if may_answer(person.skills, asking.wanted, person.id):
            continue
        for span in timeline.spans(person.id, asking.since_ms, min(asking.until_ms, end)):
            if span.change.state == "available":
                yield span.since_ms
                return


def _with_answers(story: Story, names: dict[str, str], end: int) -> Iterable[_World]:
    for offer in story.offers:
        if offer.end in _MISSED and offer.at_ms < end:
            name = names.get(offer.fact.agent, offer.fact.agent)
            yield _World(offer.at_ms, f"answer {offer.fact.agent}", f"{name} had taken it when first offered")


def _words(world: _World, story: Story, end: int) -> str:
    bound = "up to " if story.ahead else ""
    if story.bridged:
        return f"if {world.what}: {bound}{duration(end - world.at_ms)} sooner"
    when = after(world.at_ms - story.joined_ms)
    ends = ", before the caller hung up" if story.left == "abandoned" else ""
    could = f"could have been offered, {when} at the earliest" if story.ahead else f"could have been offered {when}"
    return f"if {world.what}: {could}{ends}"
