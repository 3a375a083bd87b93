"""Dispatch and the caller's leg: whoever hangs up, at whatever moment, and why a wait is over."""

import pytest

from ivr.core.flow.effects import Join
from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch_answers import (
    Leave,
    Nothing,
    Stale,
)
from tests.routing.conftest import Centre
from tests.routing.hands import ringing


def test_a_caller_gone_while_it_rings_stops_the_ringing(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    assert centre.dispatch.left_queue(call, "hangup", centre.now) == Nothing()
    centre.work()
    assert centre.carrier.hung_up == [leg]
    assert centre.state("ann") == "available"
    assert centre.dispatch.offer_answered(offer, leg, centre.now) == Stale("caller_gone")
    assert centre.dispatch.offer_key(offer, "1", centre.now) == Stale("caller_gone")


def test_the_ringing_stops_even_where_the_process_died_after_committing(centre: Centre) -> None:
    centre.agent("ann")
    call, _, leg = ringing(centre)
    centre.lines.leave(call, "abandoned", centre.now)  # and its hint was lost
    centre.sweep(1_000)
    assert centre.carrier.hung_up == [leg]


def test_a_caller_gone_before_the_leg_is_known_leaves_no_ringing_phone(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    centre.carrier.on_call = lambda _: centre.dispatch.caller_gone(call, centre.now)
    centre.work()
    assert centre.carrier.ringing() == []
    assert centre.state("ann") == "available"


def test_an_accepted_caller_who_hangs_up_frees_the_agent_and_tells_them(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.jobs.take()
    centre.dispatch.caller_gone(call, centre.now)
    centre.work()
    assert centre.carrier.redirects == [(leg, f"/voice/offer/{offer}")]
    assert centre.dispatch.offer_answered(offer, leg, centre.now) == Stale("caller_gone")
    assert centre.state("ann") == "wrap_up"
    centre.sweep(5_000)
    assert centre.state("ann") == "available"
    assert centre.call_state(call) == "left"


def test_the_old_leg_is_dropped_before_its_agent_is_rung_again(centre: Centre) -> None:
    centre.agent("ann")
    first, _, leg = ringing(centre)
    second = centre.caller()
    centre.lines.leave(first, "abandoned", centre.now)  # whose drop nobody has done yet
    assert centre.call_state(second) == "offered"
    centre.dispatch.ring(centre.offer_of(second))
    assert centre.carrier.requests[-2:] == ["hang_up", "call"]
    assert centre.carrier.legs[leg].status == "canceled"
    assert len(centre.carrier.ringing()) == 1


@pytest.mark.parametrize(
    ("result", "reason"), [("queue-full", "full"), ("error", "failed"), ("system-error", "failed")]
)
def test_a_carrier_queue_that_fails_lets_the_flow_go_on(centre: Centre, result: str, reason: str) -> None:
    call = centre.caller()
    assert centre.dispatch.left_queue(call, result, centre.now) == Leave(reason)  # type: ignore[arg-type]
    assert centre.call_state(call) == "left"
    assert centre.dispatch.left_queue(call, "redirected", centre.now) == Nothing()


def test_the_flow_hears_why_a_wait_is_over(centre: Centre) -> None:
    centre.flows.queue_definitions["help"] = QueueDefinition("help", max_wait_seconds=120)
    call = centre.caller(Join("help", {"fr": 1}, max_wait_seconds=60))
    centre.clock.pass_ms(60_000)
    assert centre.dispatch.waiting(call, centre.now) == Leave("timeout")
    assert centre.dispatch.left_queue(call, "leave", centre.now) == Leave("timeout")
    assert centre.dispatch.waiting("CAunknown", centre.now) == Leave("failed")
