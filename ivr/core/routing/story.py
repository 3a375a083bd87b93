"""A call's way through its lines as its events tell it: which rings were open when, and what became of each offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ivr.core.events import Event
from ivr.core.facts import (
    CallAccepted,
    CallbackBooked,
    CallbackDue,
    CallbackMissed,
    CallBridged,
    CallJoined,
    CallLeft,
    CallMoved,
    CallOffered,
    Fact,
    OfferEnded,
    RingOpened,
    fact_of,
)
from ivr.core.routing.groups import group_of
from ivr.core.routing.skills import alternatives


@dataclass(frozen=True, slots=True)
class Moment:
    """A decision: when, and what."""

    at_ms: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Asking:
    """What a call asked for between two moments of its wait. `wanted` is canonical (skills.py)."""

    since_ms: int
    until_ms: int
    queue: str
    wanted: str
    ring: int = 1
    rings: int = 1
    strategy: str = "longest_idle"


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer and its end: `end` is the cause, `accepted` or empty for an open one."""

    at_ms: int
    fact: CallOffered
    end: str = ""
    end_ms: int = 0


@dataclass(slots=True)
class Story:
    """A call's way. `joined_ms` is when it first joined a line, or a callback's time came; `until_ms` when its waiting
    was over, or now.

    `state` is `waiting`, `ringing`, `joining`, `talking` or `over`; `left` the last reason, `bridged` who it talked to.
    """

    joined_ms: int = 0
    until_ms: int = 0
    state: str = "waiting"
    queue: str = ""
    left: str = ""
    ahead: int = 0
    bridged: str = ""
    bridged_ms: int = 0
    moments: list[Moment] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)
    offers: list[Offered] = field(default_factory=list)

    def began_ms(self, at_ms: int) -> int:
        """Since when it had waited at a moment: each further try of a callback begins anew."""
        turns = (CallbackBooked, CallbackDue)
        begun = [moment.at_ms for moment in self.moments if isinstance(moment.fact, turns) and moment.at_ms <= at_ms]
        return begun[-1] if begun else self.joined_ms

    def missed_before(self, at_ms: int) -> str:
        """Why a callback's last try before a moment came to nothing, as its cause; empty for none."""
        missed = [m.fact.cause for m in self.moments if isinstance(m.fact, CallbackMissed) and m.at_ms <= at_ms]
        return missed[-1] if missed else ""

    def asking_at(self, at_ms: int) -> Asking | None:
        """What it asked for at a moment."""
        return next((one for one in reversed(self.askings) if one.since_ms <= at_ms), None)

    def narrower(self, asking: Asking) -> tuple[str, ...]:
        """What the rings asked for that had opened before, in the same line and by the same rules."""
        found: list[str] = []
        ring = asking.ring
        for one in reversed(self.askings[: self.askings.index(asking)]):
            if one.queue != asking.queue or one.ring >= ring:
                break
            found.insert(0, one.wanted)
            ring = one.ring
        return tuple(found)

    @property
    def taken(self) -> Offered | None:
        """The offer that was accepted last."""
        return next((offer for offer in reversed(self.offers) if offer.end == "accepted"), None)


def told(events: Sequence[Event], now_ms: int) -> Story:
    """The story of one call's events, in their order."""
    story = Story(until_ms=now_ms)
    for event in events:
        fact = fact_of(event)
        if fact is not None:
            story.moments.append(Moment(event.at_ms, fact))
            _take(story, event.at_ms, fact)
    story.joined_ms = story.joined_ms or (events[0].at_ms if events else 0)
    over = story.bridged_ms or (story.moments[-1].at_ms if story.state == "over" else now_ms)
    story.until_ms = over
    following = [*story.askings[1:], None]
    story.askings = [_until(one, after, over) for one, after in zip(story.askings, following, strict=False)]
    return story


def _take(story: Story, at_ms: int, fact: Fact) -> None:
    match fact:
        case CallJoined():
            story.joined_ms = story.joined_ms or at_ms
            story.ahead, story.state, story.queue, story.left = fact.ahead, "waiting", fact.queue, ""
            _asks(story, at_ms, fact)
        case CallbackBooked():
            story.joined_ms, story.queue = story.joined_ms or at_ms, fact.queue
            if fact.wanted:
                _asks(story, at_ms, fact)
        case CallbackDue():
            story.joined_ms = at_ms
            story.askings = [replace(one, since_ms=at_ms) for one in story.askings[-1:]]
        case RingOpened():
            _asks(story, at_ms, fact)
        case CallMoved():
            story.queue = fact.queue
        case CallLeft():
            story.left, story.state = fact.reason, "over"
        case _:
            _take_offer(story, at_ms, fact)


def _take_offer(story: Story, at_ms: int, fact: Fact) -> None:
    match fact:
        case CallOffered():
            story.offers.append(Offered(at_ms, fact))
            story.state = "ringing"
        case CallAccepted():
            _end(story, fact.offer, fact.agent, "accepted", at_ms)
            story.state = "joining"
        case OfferEnded():
            _end(story, fact.offer, fact.agent, fact.cause, at_ms)
            if story.state != "over" and not any(_open(offer) for offer in story.offers):
                story.state, story.bridged, story.bridged_ms = "waiting", "", 0
        case CallbackMissed():
            story.state = "waiting"
            story.offers = [replace(one, end="unreached") if _open(one) else one for one in story.offers]
        case CallBridged():
            story.bridged, story.bridged_ms, story.state = fact.agent, at_ms, "talking"


def _asks(story: Story, at_ms: int, fact: CallJoined | RingOpened | CallbackBooked) -> None:
    group = group_of(fact.wanted) if "~" in fact.wanted else None
    wanted, strategy = (group.wanted, group.strategy) if group else (fact.wanted, "longest_idle")
    try:
        alternatives(wanted)
    except ValueError:  # of another version: what else is known is told without it
        return
    story.askings.append(Asking(at_ms, 0, fact.queue, wanted, fact.ring, fact.rings, strategy))


def _end(story: Story, offer: str, agent: str, cause: str, at_ms: int) -> None:
    for index, one in enumerate(story.offers):
        same = one.fact.offer == offer if offer else one.fact.agent == agent and not one.end
        if same and one.end in ("", "accepted"):
            story.offers[index] = replace(one, end=cause, end_ms=at_ms)


def _open(offer: Offered) -> bool:
    return offer.end in ("", "accepted")


def _until(one: Asking, after: Asking | None, over: int) -> Asking:
    return replace(one, until_ms=min(after.since_ms if after else over, max(over, one.since_ms)))
