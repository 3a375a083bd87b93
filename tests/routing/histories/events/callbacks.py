"""Callbacks: booked, called off, and what the called person's phone does."""

from datetime import timedelta

from ivr.core.flow.effects import Book
from tests.fakes import ENDED
from tests.routing.histories.dice import Dice
from tests.routing.histories.events.kind import event
from tests.routing.histories.world import NUMBERS, World

_REPORTS = ("busy", "no-answer", "failed", "completed", "ringing")


@event("callbacks", weight=4)
def a_callback_is_booked(world: World, dice: Dice) -> None:
    """By a caller who waits, or by one who never waited; for their turn, or for a time."""
    sid = world.some_call(dice.below(8))
    if not sid or world.hung_up(sid):
        return
    number, later = dice.of(NUMBERS), dice.of((0, 0, 0, 60, 4_000))
    world.turns += 1
    at = (world.clock.now() + timedelta(seconds=later)).isoformat() if later else ""
    book = Book("help", number, {"fr": 1}, not_before=at, tries=1 + dice.below(3))
    with world.may_die():
        world.dispatch.callbacks.book(world.session(sid, world.turns, number), book, world.now)


@event("callbacks")
def a_callback_is_called_off(world: World, dice: Dice) -> None:
    """By whoever booked it."""
    if found := world.centre.lines.callback_of("help", dice.of(NUMBERS)):
        with world.may_die():
            world.dispatch.callbacks.withdraw(found)


@event("callbacks", weight=3)
def a_called_person_presses(world: World, dice: Dice) -> None:
    """Somebody who is being called back, perhaps for an offer long over, picks up and presses a key."""
    offer = world.some_offer(dice.below(4))
    leg = world.caller_leg(offer) if offer else ""
    if not leg:
        return
    key = dice.of(("1", "1", "1", "2", "3", "", "9"))
    callbacks = world.dispatch.callbacks
    with world.may_die():
        world.lines.caller_leg(offer, leg, world.now, lease_ms=45_000, picked_up=True)
        match key:
            case "1":
                world.dispatch.bridge(offer, offer.rpartition("-")[0], world.now)
            case "2":
                callbacks.not_now(offer, leg)
            case "3":
                callbacks.call_off(offer, leg)
            case "":
                callbacks.no_key(offer, leg)


@event("callbacks")
def a_called_persons_leg_reports(world: World, dice: Dice) -> None:
    """The carrier says something of a leg to somebody called back."""
    offer = world.some_offer(dice.below(4))
    leg = world.caller_leg(offer) if offer else ""
    if not leg:
        return
    status = dice.of(_REPORTS)
    if status in ENDED:
        world.carrier.legs[leg].status = status
    with world.may_die():
        world.dispatch.callbacks.leg_status(offer, leg, status, "", world.now)
