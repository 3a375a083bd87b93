"""Why a call waits, went to whom, or left: every decision in a sentence, who else might have answered and why not, and
what would have changed it.

Pure, from what is kept: the call's events, agents' changes of state, agents' skills as they are now. What isn't known
isn't said: of a call whose first events are gone the rest is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ivr.core.events import Event
from ivr.core.facts import Fact
from ivr.core.routing.exceptions import exceptions_of
from ivr.core.routing.explain_words import (
    AT_ONCE,
    LEFT,
    NOT_REACHED,
    after,
    count,
    duration,
    listed,
    ordinal,
    state_words,
    wanted_words,
)
from ivr.core.routing.instead import what_would_have
from ivr.core.routing.sentences import Teller
from ivr.core.routing.skills import may_answer
from ivr.core.routing.story import Asking, Story, told
from ivr.core.routing.timeline import AgentChange, Timeline
from ivr.core.routing.who import Person, Refusal, who_else


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `others` are those who might have answered then, or nearly, and why they didn't."""

    at_ms: int
    type: str
    sentence: str
    others: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the lines know of a call that still waits. `position` from 1, 0 for unknown; `next_ring_ms` 0 for none.

    `next_wanted` is what the next ring asks for, None for unknown. `due_ms` is when a callback takes its place, 0 for
    one that has it.
    """

    position: int = 0
    next_ring_ms: int = 0
    next_wanted: str | None = None
    due_ms: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A call explained. `state` is waiting, ringing, joining, talking or over. `sentence` is all of it in one.

    `exceptions` name whatever set the call before or behind its place in time; `would` says what would have changed
    how it went; `next` what comes next for one that waits.
    """

    call: str
    queue: str
    state: str
    sentence: str
    decisions: tuple[Decision, ...] = ()
    exceptions: tuple[str, ...] = ()
    would: tuple[str, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an explanation is made of. `people` are all agents. Times in ms."""

    call: str
    events: Sequence[Event]
    changes: Sequence[AgentChange]
    people: Sequence[Person]
    now_ms: int
    titles: Mapping[str, str] = field(default_factory=dict)
    ahead: Ahead = field(default_factory=Ahead)


def explain(evidence: Evidence) -> Explanation:
    """The explanation of one call."""
    story, timeline = told(evidence.events, evidence.now_ms), Timeline(evidence.changes)
    names = {person.id: person.name or person.id for person in evidence.people}
    teller = Teller(story, timeline, names, evidence.titles)
    decisions = [
        Decision(
            moment.at_ms, moment.fact.TYPE, sentence, _others(moment.at_ms, moment.fact, story, timeline, evidence)
        )
        for moment in story.moments
        if (sentence := teller.sentence(moment.at_ms, moment.fact))
    ]
    return Explanation(
        call=evidence.call,
        queue=story.queue,
        state=story.state,
        sentence=_summary(story, timeline, teller, evidence),
        decisions=tuple(decisions),
        exceptions=exceptions_of(story, teller),
        would=what_would_have(story, timeline, evidence.people),
        next=_next(story, teller, evidence) if story.state == "waiting" and story.askings else "",
    )


_WITH_OTHERS = frozenset({"call.joined", "call.ring_opened", "call.offered", "call.left"})


def _others(at_ms: int, fact: Fact, story: Story, timeline: Timeline, evidence: Evidence) -> tuple[Refusal, ...]:
    asking = story.asking_at(at_ms)
    if fact.TYPE not in _WITH_OTHERS or asking is None or (story.left == "talked" and fact.TYPE == "call.left"):
        return ()
    chosen = frozenset(offer.fact.agent for offer in story.offers if offer.at_ms == at_ms)
    if chosen and fact.TYPE != "call.offered":  # told with the offer
        return ()
    return who_else(asking, at_ms, chosen, timeline, evidence.people, narrower=story.narrower(asking))


def _summary(story: Story, timeline: Timeline, teller: Teller, evidence: Evidence) -> str:
    waited = duration(story.until_ms - story.joined_ms)
    line = teller.line(story.queue)
    if evidence.ahead.due_ms:
        soon = duration(evidence.ahead.due_ms - evidence.now_ms)
        if missed := story.missed_before(evidence.now_ms):
            return (
                f"takes its place in {line} again in {soon}: {NOT_REACHED.get(missed, missed)} when it was called back"
            )
        return f"takes its place in {line} in {soon}, as the caller asked"
    match story.state:
        case _ if story.bridged:
            began = f"waited {waited} in {line}"
        case "over":
            began = _left(story, line)
        case "waiting":
            place = f", {ordinal(evidence.ahead.position)} in line" if evidence.ahead.position else ""
            began = f"has waited {waited} in {line}{place}"
        case _:
            began = f"has waited {waited} in {line}"
    waits = story.state == "waiting" and not story.bridged
    parts = []
    if story.askings and not waits:
        parts.append(_who(story.askings[0], story.askings[0].since_ms - 1, timeline, teller, evidence.people))
    for before, asking in pairwise(story.askings):
        since_ms = asking.since_ms - story.joined_ms
        when = f"at {duration(since_ms)}" if after(since_ms) != AT_ONCE else AT_ONCE
        parts.append(f"{when} {_changed(before, asking, teller)}")
    if story.askings and waits:  # what counts is who might answer now, not who might have when it came
        now = "now " if parts else ""
        parts.append(now + _who(story.askings[-1], evidence.now_ms, timeline, teller, evidence.people))
    last = story.taken or (story.offers[-1] if story.offers and story.state == "ringing" else None)
    if last is not None:
        parts.append(f"offered to {teller.chosen(last)}")
    return f"{began}: {'; '.join(parts)}" if parts else began


def _left(story: Story, line: str) -> str:
    """How a call went out of its line; a full one it never was in."""
    if story.left == "full":
        return f"was not let into {line}: {LEFT[story.left]}"
    return f"left {line} {after(story.until_ms - story.joined_ms)}: {LEFT.get(story.left, story.left)}"


def _changed(before: Asking, asking: Asking, teller: Teller) -> str:
    """What it asks for from a moment on, and why that is another thing than before."""
    asked = wanted_words(asking.wanted, teller.name)
    if asking.queue != before.queue:
        return f"it came to {teller.line(asking.queue)}, where '{asked}' may answer"
    if asking.ring > before.ring:
        return f"the ring '{asked}' opened"
    return f"the line's rules changed, and '{asked}' may answer"


def _who(asking: Asking, at_ms: int, timeline: Timeline, teller: Teller, people: Sequence[Person]) -> str:
    """Who might answer at a moment, and what they did then."""
    able = [person for person in people if may_answer(person.skills, asking.wanted, person.id)]
    states = [change for person in able if (change := timeline.at(person.id, at_ms)).state != "offline"]
    asked = wanted_words(asking.wanted, teller.name)
    if not states:
        return f"no agent with {asked} logged in" if asking.wanted else "no agent logged in"
    who = count(len(states), "agent") + (f" with {asked}" if asking.wanted else "")
    doing: dict[str, int] = {}
    for change in states:
        words = state_words(AgentChange(change.agent, 0, change.state, change.reason, change.misses), at_ms)
        doing[words] = doing.get(words, 0) + 1
    if len(doing) == 1:
        every = {1: "", 2: "both "}.get(len(states), "all ")
        return f"{who}, {every}{next(iter(doing))}"
    return f"{who}: {listed([f'{number} {words}' for words, number in doing.items()])}"


def _next(story: Story, teller: Teller, evidence: Evidence) -> str:
    asking, ahead, now_ms = story.askings[-1], evidence.ahead, evidence.now_ms
    parts = []
    if ahead.next_ring_ms:
        ring = f"ring {asking.ring + 1} of {asking.rings}"
        who = f" ('{wanted_words(ahead.next_wanted, teller.name)}')" if ahead.next_wanted is not None else ""
        parts.append(f"{ring} opens in {duration(ahead.next_ring_ms - now_ms)}{who}")
    if ahead.position > 1:
        parts.append(f"{count(ahead.position - 1, 'call')} before it")
    elif ahead.position == 1:
        parts.append(f"it goes to whoever is free first with '{wanted_words(asking.wanted, teller.name)}'")
    return "; ".join(parts)
