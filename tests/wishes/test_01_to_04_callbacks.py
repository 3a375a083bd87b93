"""Callbacks: the same item of the same line, in its own place, dialled once by one agent."""

import pytest

from ivr.core.flow.effects import Book, Join
from ivr.core.flow.inputs import Booked
from ivr.core.flow.session import CallerFacts, Session
from ivr.services.dispatch_answers import Declined
from tests.routing.conftest import Centre
from tests.wishes.hands import (
    MARIE,
    PAUL,
    accepts,
    asks_to_be_called_back,
    callback_of,
    dialled,
    hangs_up,
    offered_to,
    ringing,
)


# --- 1: "call back when their position comes up" ---------------------------------------------------------------------
def test_wish_01_a_callback_keeps_the_place_and_comes_when_it_is_its_turn(centre: Centre) -> None:
    """Whoever asks to be called back hangs up and loses nothing: between the one before and the one behind."""
    first, marie, last = (centre.caller() for _ in range(3) if centre.clock.pass_ms(10_000))
    assert asks_to_be_called_back(centre, marie) == Booked("booked", 2)
    hangs_up(centre, marie)
    for name, expected in (("ann", first), ("bea", callback_of(centre)), ("cid", last)):
        centre.agent(name)
        assert offered_to(centre, name) == expected


def test_wish_01_skills_and_weight_go_along(centre: Centre) -> None:
    """A callback asks for what the waiting call asked for, and is worth what that was."""
    marie = centre.caller()
    before = centre.lines.call(marie)
    asks_to_be_called_back(centre, marie)
    after = centre.lines.call(callback_of(centre))
    assert before is not None
    assert after is not None
    assert (after.group, after.score, after.virtual_start_ms) == (before.group, before.score, before.virtual_start_ms)


# --- 2: callbacks must not starve those who hold ---------------------------------------------------------------------
@pytest.mark.parametrize("waits", [1, 5])
def test_wish_02_callbacks_never_overtake_who_holds_the_line_for_longer(centre: Centre, waits: int) -> None:
    """However many ask to be called back, whoever was there before them is answered before them."""
    holding = [centre.caller() for _ in range(waits) if centre.clock.pass_ms(1_000)]
    for number in range(4):
        centre.clock.pass_ms(1_000)
        asks_to_be_called_back(centre, centre.caller(), f"+3363998006{number}", turn=number + 2)
    for name, call in enumerate(holding):
        centre.agent(f"agent{name}")
        assert offered_to(centre, f"agent{name}") == call
    centre.agent("next")
    assert offered_to(centre, "next") == callback_of(centre, "+33639980060"), "then they, in their order"


# --- 3: one agent, one dial; one number, one callback ----------------------------------------------------------------
def test_wish_03_no_more_callbacks_are_dialled_than_agents_have_accepted(centre: Centre) -> None:
    """With three callbacks in line and one agent, one phone is dialled, and not before the agent has accepted."""
    for number in range(3):
        asks_to_be_called_back(centre, centre.caller(), f"+3363998006{number}", turn=number + 2)
        centre.clock.pass_ms(1_000)
    centre.agent("ann")
    centre.work()
    numbers = [f"+3363998006{number}" for number in range(3)]
    assert [len(dialled(centre, number)) for number in numbers] == [0, 0, 0], "nobody is called back into a queue"
    accepts(centre, "ann")
    for _ in range(3):
        centre.sweep(after_ms=5_000)
        centre.work()
    assert [len(dialled(centre, number)) for number in numbers] == [1, 0, 0]


def test_wish_03_a_number_has_one_callback_and_rings_once(centre: Centre) -> None:
    """Whoever books twice, from two calls, has one callback and is called once."""
    first, second = centre.caller(), centre.caller()
    assert asks_to_be_called_back(centre, first).status == "booked"
    assert asks_to_be_called_back(centre, second, turn=6).status == "already"
    for name in ("ann", "bea"):
        centre.agent(name)
    item = callback_of(centre)
    taken_by = [name for name in ("ann", "bea") if offered_to(centre, name) == item]
    assert len(taken_by) == 1
    accepts(centre, taken_by[0])
    centre.work()
    assert len(ringing(centre, MARIE)) == 1


# --- 4: a voicemail isn't a person -----------------------------------------------------------------------------------
def test_wish_04_only_a_key_counts_as_reached_and_who_is_not_is_tried_again(centre: Centre) -> None:
    """A voicemail picks up and presses nothing: the callback stands, is tried later, and keeps its place."""
    marie = centre.caller()
    asks_to_be_called_back(centre, marie)
    hangs_up(centre, marie)
    item = callback_of(centre)
    start = centre.lines.call(item).virtual_start_ms  # type: ignore[union-attr]
    centre.agent("ann")
    offer = accepts(centre, "ann")
    (leg,) = ringing(centre, MARIE)
    centre.lines.caller_leg(offer, leg.sid, centre.now, lease_ms=30_000, picked_up=True)
    centre.dispatch.callbacks.no_key(offer, leg.sid)
    again = centre.lines.call(item)
    assert again is not None
    assert (again.state, again.attempts, again.virtual_start_ms) == ("later", 1, start)


def test_wish_04_who_phones_again_may_wait_on_the_line_in_the_callbacks_place(centre: Centre) -> None:
    """Marie has a callback and phones again: taken back, its place is hers on the line."""
    marie = centre.caller()
    start = centre.now
    asks_to_be_called_back(centre, marie)
    hangs_up(centre, marie)
    centre.clock.pass_ms(300_000)
    centre.caller()
    centre.carrier.inbound("CAagain")
    assert asks_to_be_called_back(centre, "CAagain", turn=2).status == "already", "she hears that she has one"
    assert asks_to_be_called_back(centre, "CAagain", turn=3, cancel=True) == Booked("cancelled")
    session = Session("CAagain", "main", "f", "d", "s", "fr-FR", turn=4, caller=CallerFacts(number=MARIE))
    centre.dispatch.join(session, Join("help", {"fr": 1}), centre.now)
    assert centre.lines.call("CAagain").virtual_start_ms == start  # type: ignore[union-attr]
    centre.agent("ann")
    assert offered_to(centre, "ann") == "CAagain"


def test_wish_04_another_number_or_time_costs_no_place(centre: Centre) -> None:
    """Taken back and booked anew in the same call, to another number: the callback stands where it stood."""
    marie = centre.caller()
    start = centre.now
    asks_to_be_called_back(centre, marie)
    hangs_up(centre, marie)
    centre.clock.pass_ms(300_000)
    centre.caller()
    asks_to_be_called_back(centre, "CAagain", turn=3, cancel=True)
    caller = CallerFacts(number=MARIE)
    session = Session("CAagain", "main", "f", "d", "s", "fr-FR", turn=4, caller=caller)
    assert centre.dispatch.callbacks.book(session, Book("help", PAUL), centre.now) == Booked("booked", 1)
    assert centre.lines.call(callback_of(centre, PAUL)).virtual_start_ms == start  # type: ignore[union-attr]


def test_wish_04_the_callbacks_waiting_are_listed(centre: Centre) -> None:
    """Supervisors see who waits to be called back: each with its place, as an item of the line."""
    asks_to_be_called_back(centre, centre.caller(), MARIE)
    asks_to_be_called_back(centre, centre.caller(), PAUL, turn=6)
    (queue,) = (queue for queue in centre.lines.snapshot(centre.now).queues if queue.name == "help")
    listed = [call.call for call in queue.calls]
    assert listed == [callback_of(centre, MARIE), callback_of(centre, PAUL)]


def test_an_agents_voicemail_takes_no_call_either(centre: Centre) -> None:
    """Silence where a key is asked for is a no."""
    call = centre.caller()
    centre.agent("ann")
    centre.work()
    offer = centre.offer_of(call)
    centre.dispatch.offer_answered(offer, centre.ringing_leg(call), centre.now)
    assert centre.dispatch.offer_key(offer, "", centre.now) == Declined()
    assert centre.call_state(call) == "waiting"
