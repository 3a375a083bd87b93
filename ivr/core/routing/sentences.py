"""Each decision of a call's way in a sentence."""

from collections.abc import Mapping

from ivr.core.facts import (
    CallAccepted,
    CallbackBooked,
    CallbackDue,
    CallbackMissed,
    CallBoosted,
    CallBridged,
    CallJoined,
    CallLeft,
    CallMoved,
    CallOffered,
    CallPulled,
    Fact,
    OfferEnded,
    RingOpened,
    WaitTold,
)
from ivr.core.routing.explain_words import (
    CAUSES,
    CHOSEN,
    LEFT,
    NOT_REACHED,
    after,
    count,
    duration,
    minutes,
    wanted_words,
)
from ivr.core.routing.skills import alternatives
from ivr.core.routing.story import Asking, Offered, Story
from ivr.core.routing.timeline import Timeline

_JUST_MS = 1_000

OVERFLOW = "overflow:"
"""What a call was moved by where its line ran over, before the reason."""


class Teller:
    """Puts a story's decisions into words. `names` are agents' by id, `titles` lines' by name."""

    def __init__(self, story: Story, timeline: Timeline, names: Mapping[str, str], titles: Mapping[str, str]) -> None:
        self._story = story
        self._timeline = timeline
        self._names = names
        self._titles = titles

    def name(self, agent: str) -> str:
        """An agent's name."""
        return self._names.get(agent, agent) or "somebody"

    def line(self, queue: str) -> str:
        """A line's title."""
        return self._titles.get(queue, queue) or "its line"

    def sentence(self, at_ms: int, fact: Fact) -> str:
        """A decision in words; empty for what is none."""
        if isinstance(fact, CallJoined):
            return self._joined(at_ms, fact)
        if isinstance(fact, CallbackBooked):
            place = f", in the place of {fact.origin}" if fact.origin else ""
            return f"asked to be called back by {self.line(fact.queue)}{place}"
        said = self._of_the_line(at_ms, fact) or self._of_an_offer(at_ms, fact) or self._of_a_person(fact)
        if not said or isinstance(fact, CallbackDue):
            return said
        return f"{after(at_ms - self._story.began_ms(at_ms))} {said}"

    def _of_the_line(self, at_ms: int, fact: Fact) -> str:
        match fact:
            case RingOpened():
                return self._ring(at_ms, fact)
            case WaitTold():
                return f"was told to expect {minutes(fact.low, fact.high)}"
            case CallLeft() if fact.reason == "full":
                return f"was not let into {self.line(fact.queue)}: {LEFT[fact.reason]}"
            case CallLeft():
                return f"left {self.line(fact.queue)}: {LEFT.get(fact.reason, fact.reason)}"
            case CallbackDue():
                again = self._story.missed_before(at_ms)
                return f"{'it is tried again' if again else 'the time asked for came'}: it takes its place"
            case CallbackMissed():
                return f"was called back and not reached: {NOT_REACHED.get(fact.cause, fact.cause)}"
        return ""

    def _of_an_offer(self, at_ms: int, fact: Fact) -> str:
        match fact:
            case CallOffered():
                return f"offered to {self.chosen(_offer(self._story, at_ms, fact))}"
            case OfferEnded():
                said, name = CAUSES.get(fact.cause), self.name(fact.agent)
                return said.format(name) if said else f"the offer to {name} ended: {fact.cause}"
            case CallAccepted():
                others = f"; {count(fact.losers, 'colleague')} rang as well" if fact.losers else ""
                return f"{self.name(fact.agent)} took it by key{others}"
            case CallBridged():
                return f"talks with {self.name(fact.agent)}"
        return ""

    def _of_a_person(self, fact: Fact) -> str:
        match fact:
            case CallMoved():
                left = (
                    f", no longer asking for {self._words(fact.dropped)}: nobody there has it" if fact.dropped else ""
                )
                way = f"from {self.line(fact.came_from)} to {self.line(fact.queue)}"
                if fact.by.startswith(OVERFLOW):
                    why = LEFT.get(fact.by.removeprefix(OVERFLOW), "")
                    return f"went on {way}, as its line says{f': {why}' if why else ''}"
                return f"moved {way} by {_by(fact.by)}{left}"
            case CallBoosted():
                return boosted(fact)
            case CallPulled():
                return f"given to {self.name(fact.agent)} by {_by(fact.by)}, past its place"
        return ""

    def chosen(self, offer: Offered) -> str:
        """Whom a call was offered to, and why."""
        fact = offer.fact
        name = self.name(fact.agent)
        asking = self._story.asking_at(offer.at_ms)
        if fact.why == "pulled":
            return f"{name}, who was named by a supervisor"
        if asking is not None and kept_for(asking):
            return f"{name}, for whom the call is kept"
        if fact.why == "several":
            return f"{name} as well, since several phones ring"
        idle = offer.at_ms - self._timeline.before(fact.agent, offer.at_ms).at_ms
        freed = self._timeline.before(fact.agent, offer.at_ms).state != "available" or idle < _JUST_MS
        strategy = CHOSEN.get(asking.strategy if asking else "", "next in turn")
        if fact.free > 1:
            return f"{name}, {strategy} of {fact.free} free"
        if freed:
            before = f", before {count(fact.behind, 'call')} that wait" if fact.behind else ""
            return f"{name}, who had just become free{before}"
        of_theirs = " of their ring" if asking is not None and self._story.narrower(asking) else ""
        return f"{name}, the only one free{of_theirs}"

    def _joined(self, at_ms: int, fact: CallJoined) -> str:
        asking = self._story.asking_at(at_ms)
        wanted = wanted_words(asking.wanted, self.name) if asking else "anybody"
        parts = [f"joined {self.line(fact.queue)} for {wanted}"]
        if fact.took_over:
            parts.append(f"in the place this number had kept after dropping out, {duration(fact.took_over)} old")
        if fact.skipped:
            them = "it" if fact.skipped == 1 else "them"
            parts.append(f"{count(fact.skipped, 'ring')} passed over, as nobody in {them} was logged in")
        staff = f"{count(fact.staff, 'agent')} logged in, {fact.free or 'none'} free"
        parts.append(staff if fact.staff else "nobody who may answer logged in")
        parts.append(f"{count(fact.ahead, 'call')} before it")
        return "; ".join(parts)

    def _words(self, wanted: str) -> str:
        try:
            return wanted_words(wanted, self.name)
        except ValueError:  # of another version
            return wanted

    def _ring(self, at_ms: int, fact: RingOpened) -> str:
        asking = self._story.asking_at(at_ms)
        who = f"'{wanted_words(asking.wanted, self.name)}' may answer" if asking else "more people may answer"
        if fact.why == "rules" and any(
            isinstance(moment.fact, CallMoved) and moment.at_ms == at_ms for moment in self._story.moments
        ):
            return f"there {who}"
        if fact.why == "rules":
            return f"the rules of {self.line(fact.queue)} were applied anew: {who}"
        why = " at once, as nobody of the ring before was logged in" if fact.why == "nobody" else ""
        return f"ring {fact.ring} of {fact.rings} opened{why}: {who}"


def boosted(fact: CallBoosted) -> str:
    """A boost in words."""
    how = "put forward" if fact.seconds >= 0 else "put back"
    return f"{how} by {duration(abs(fact.seconds) * 1000)} by {_by(fact.by)}"


def kept_for(asking: Asking) -> tuple[str, ...]:
    """The agents a call is kept for by name; empty where it is open to others."""
    named = [way.agent for way in alternatives(asking.wanted)]
    return tuple(named) if all(named) else ()


def _by(who: str) -> str:
    return who or "a supervisor"


def _offer(story: Story, at_ms: int, fact: CallOffered) -> Offered:
    return next((offer for offer in story.offers if offer.fact is fact), Offered(at_ms, fact))
