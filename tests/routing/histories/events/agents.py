"""What agents and their phones do."""

import contextlib

from ivr.services.presence import UnknownAgent
from tests.fakes import ENDED
from tests.routing.histories.dice import Dice
from tests.routing.histories.events.kind import event
from tests.routing.histories.world import PEOPLE, World

_NAMES = sorted(PEOPLE)
_REPORTS = ("no-answer", "busy", "failed", "completed", "ringing")


@event("agents", weight=5)
def an_agent_logs_in(world: World, dice: Dice) -> None:
    """Or in again, which takes over what they have learnt."""
    with world.may_die(), contextlib.suppress(UnknownAgent):
        world.presence.log_in(dice.of(_NAMES))


@event("agents", weight=5)
def an_agent_wishes(world: World, dice: Dice) -> None:
    """A break, to go on, to go home, or the end of after-call work."""
    name = dice.of(_NAMES)
    wish = dice.of((world.presence.resume, world.presence.pause, world.presence.log_out, world.presence.finish_wrap_up))
    with world.may_die():
        wish(name)


@event("agents")
def an_agent_learns_or_forgets(world: World, dice: Dice) -> None:
    """Skills change, at work or at home; who is logged in is asked anew."""
    name = dice.of(_NAMES)
    skills = {"fr": dice.of((5, 0, 1, 9)), "tax": dice.of((3, 0, 9))}
    if name in world.centre.agents.profiles:
        world.centre.agents.train(name, **{skill: level for skill, level in skills.items() if level})
        with world.may_die():
            world.presence.relearn(name)


@event("agents", weight=1)
def an_agent_is_deleted_or_comes_back(world: World, dice: Dice) -> None:
    """Their profile is gone, perhaps while their phone rings."""
    name = dice.of(_NAMES)
    known, deleted = world.centre.agents.profiles, world.deleted
    source, target = (known, deleted) if name in known else (deleted, known)
    target[name] = source.pop(name)
    world.once_deleted.add(target[name].number)


@event("talks", weight=6)
def a_talk(world: World, dice: Dice) -> None:
    """The phone of an open offer is answered as it should be, and the caller comes; perhaps the talk ends at once."""
    which = dice.below(4)
    if world.some_offer(which):
        with world.may_die():
            world.work()
        _presses(world, which, "1")
        _enters(world, which)
        ends = dice.of(("", "caller", "agent"))
        if ends:
            world.clock.pass_ms(20_000)
            _ends(world, which, ends)


@event("agents", weight=3)
def nobody_answers(world: World, dice: Dice) -> None:
    """A phone rings until the carrier gives up."""
    with world.may_die():
        world.work()
    _reports(world, dice.below(4), "no-answer")


@event("agents", weight=4)
def an_agent_presses(world: World, dice: Dice) -> None:
    """The phone of some offer, perhaps long over or hung up, is picked up and a key pressed."""
    _presses(world, dice.below(4), dice.of(("1", "1", "1", "2", "", "9")))


@event("agents", weight=4)
def an_agents_leg_reports(world: World, dice: Dice) -> None:
    """The carrier says something of a leg: late, twice, or out of order."""
    _reports(world, dice.below(4), dice.of(_REPORTS))


@event("talks", weight=3)
def a_caller_enters_the_room(world: World, dice: Dice) -> None:
    """The caller's leg asks to be let in."""
    _enters(world, dice.below(4))


@event("talks", weight=3)
def a_talk_ends(world: World, dice: Dice) -> None:
    """As the caller's leg, the agent's leg or the room tells it."""
    _ends(world, dice.below(4), dice.of(("caller", "agent", "room")))


def _presses(world: World, which: int, key: str) -> None:
    offer = world.some_offer(which)
    leg = world.dialled_leg(offer) if offer else ""
    if leg:
        with world.may_die():
            world.dispatch.offer_answered(offer, leg, world.now)
            world.dispatch.offer_key(offer, key, world.now)


def _reports(world: World, which: int, status: str) -> None:
    offer = world.some_offer(which)
    leg = world.agent_leg(offer) if offer else ""
    if leg:
        if status in ENDED:
            world.carrier.legs[leg].status = status
        with world.may_die():
            world.dispatch.offer_status(offer, leg, status, "", world.now)


def _enters(world: World, which: int) -> None:
    offer = world.some_offer(which)
    if offer and not offer.startswith("CB"):
        with world.may_die():
            world.dispatch.bridge(offer, offer.rpartition("-")[0], world.now)
            world.dispatch.room_event(offer, "conference-start", "", world.now)


def _ends(world: World, which: int, who: str) -> None:
    if offer := world.some_offer(which):
        with world.may_die():
            if who == "caller":
                world.dispatch.talked(offer.rpartition("-")[0], world.now)
            elif who == "agent":
                world.dispatch.offer_done(offer, world.now)
            else:
                world.dispatch.room_event(offer, "conference-end", "", world.now)
