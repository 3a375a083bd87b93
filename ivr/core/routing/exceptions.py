"""Whatever set a call before or behind its place in time, by name: without one of these, order is by virtual start."""

from ivr.core.facts import CallbackDue, CallBoosted, CallJoined, CallMoved, CallPulled
from ivr.core.routing.explain_words import count, duration, listed
from ivr.core.routing.order import CLASS_SPAN, is_urgent
from ivr.core.routing.sentences import OVERFLOW, Teller, boosted, kept_for
from ivr.core.routing.story import Moment, Story


def exceptions_of(story: Story, teller: Teller) -> tuple[str, ...]:
    """The exceptions of a call's way, in their order."""
    found = [
        text
        for moment in story.moments
        if (text := _exception(moment, teller))
        and not (isinstance(moment.fact, CallbackDue) and story.missed_before(moment.at_ms))
    ]
    for asking in story.askings:
        if names := kept_for(asking):
            lasting = duration(asking.until_ms - asking.since_ms)
            found.append(f"preferred: kept for {listed([teller.name(name) for name in names], 'or')} for {lasting}")
    several = sum(offer.fact.why == "several" for offer in story.offers)
    if several:
        found.append(f"several phones at once: {count(several, 'phone')} more rang")
    return tuple(dict.fromkeys(found))


def _exception(moment: Moment, teller: Teller) -> str:
    match moment.fact:
        case CallJoined(offset=offset) if is_urgent(offset):
            return "urgent: before everyone who isn't"
        case CallJoined(offset=offset, queue=queue) if offset != CLASS_SPAN:
            worth = CLASS_SPAN - offset
            how = "forward" if worth > 0 else "back"
            return f"boost: {teller.line(queue)} puts it {how} by {duration(abs(worth))}"
        case CallMoved(by=by) if by.startswith(OVERFLOW):
            return f"ran over: {teller.sentence(moment.at_ms, moment.fact).partition(' went on ')[2]}; its place kept"
        case CallMoved():
            return f"moved: {teller.sentence(moment.at_ms, moment.fact).partition(' moved ')[2]}, its place kept"
        case CallBoosted() as fact:
            return f"boosted: {boosted(fact)}"
        case CallPulled(agent=agent, by=by):
            return f"pulled: given to {teller.name(agent)} by {by or 'a supervisor'}, past its place"
        case CallbackDue():
            return "callback's time: it took its place when the time came that was asked for"
    return ""
