"""Phones don't ring for one caller for ever; and whoever picks one up is asked, not cut off."""

import pytest

from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch_answers import Accepted, Declined, Leave, Repeat, Whisper
from tests.routing.conftest import Centre
from tests.wishes.hands import offered_to, rings_out


def test_wish_12_however_many_volunteers_there_are_the_ringing_has_an_end(centre: Centre) -> None:
    """Thirty phones that nobody picks up: after a minute and a half of ringing the caller is led on, to a voicemail."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", ring_seconds=20, ringing_budget_seconds=90)
    for n in range(30):
        centre.agent(f"volunteer{n:02}")
        centre.clock.pass_ms(1)
    call = centre.caller()
    began = centre.now
    while centre.call_state(call) == "offered":
        centre.work()
        centre.clock.pass_ms(20_000)
        rings_out(centre, centre.lines.call(call).agent)  # type: ignore[union-attr]
        assert centre.now - began <= 110_000
    assert centre.dispatch.waiting(call, centre.now) == Leave("unanswered")


def test_wish_12_waiting_for_a_free_agent_is_no_ringing(centre: Centre) -> None:
    """The budget is of ringing phones: whoever waits for people who talk keeps their place."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", ringing_budget_seconds=30)
    centre.agent("ann")
    centre.talk(centre.caller())
    waiting = centre.caller()
    centre.clock.pass_ms(200_000)
    assert centre.call_state(waiting) == "waiting"


@pytest.mark.parametrize("key", ["3", "0", "*", "#", "9"])
def test_wish_13_a_wrong_key_asks_again_and_costs_the_caller_nothing(centre: Centre, key: str) -> None:
    """The prompt is there as soon as it was picked up; only 2, or silence, is a no."""
    centre.agent("ann")
    call = centre.caller()
    centre.work()
    offer, leg = centre.offer_of(call), centre.ringing_leg(call)
    assert isinstance(centre.dispatch.offer_answered(offer, leg, centre.now), Whisper)
    assert centre.dispatch.offer_key(offer, key, centre.now) == Repeat()
    assert offered_to(centre, "ann") == call
    assert isinstance(centre.dispatch.offer_answered(offer, leg, centre.now), Whisper)
    assert isinstance(centre.dispatch.offer_key(offer, "1", centre.now), Accepted)


def test_wish_13_declining_passes_the_call_on_in_its_place(centre: Centre) -> None:
    """2 is a no: the next agent is rung, the caller hears nothing of it."""
    centre.agent("ann")
    centre.clock.pass_ms(1)
    centre.agent("bea")
    call = centre.caller()
    start = centre.lines.call(call).virtual_start_ms  # type: ignore[union-attr]
    centre.work()
    offer = centre.offer_of(call)
    centre.dispatch.offer_answered(offer, centre.ringing_leg(call), centre.now)
    assert centre.dispatch.offer_key(offer, "2", centre.now) == Declined()
    assert offered_to(centre, "bea") == call
    assert centre.lines.call(call).virtual_start_ms == start  # type: ignore[union-attr]
