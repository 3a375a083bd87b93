"""Dispatch and a carrier that refuses, loses answers or is slow, and workers that die: no phone rings twice."""

from ivr.services.dispatch_answers import (
    Accepted,
    Whisper,
)
from ivr.services.ports import CarrierError
from tests.routing.conftest import Centre
from tests.routing.hands import ringing


def test_a_refused_ring_keeps_the_place_tries_the_next_and_says_why_once(centre: Centre) -> None:
    centre.agent("ann")
    centre.clock.pass_ms(1)
    centre.agent("bea")
    centre.carrier.fail("call", CarrierError("not a valid number", code=21211))
    call = centre.caller()
    centre.work()
    assert centre.lines.call(call).agent == "bea"  # type: ignore[union-attr]
    assert centre.presence.state("ann").misses == 0
    assert [(event.call, event.data["code"]) for event in centre.live.events] == [(call, "carrier-21211")]


def test_an_answer_lost_after_the_call_was_made_rings_once(centre: Centre) -> None:
    centre.agent("ann")
    centre.carrier.fail("call", CarrierError("timed out", ambiguous=True), after=True)
    call = centre.caller()
    centre.work()
    assert centre.lines.reservation(centre.offer_of(call)).state == "pending"  # type: ignore[union-attr]
    centre.sweep(1_000)
    assert centre.lines.reservation(centre.offer_of(call)).state == "ringing"  # type: ignore[union-attr]
    assert centre.carrier.requests.count("call") == 1
    assert centre.ringing_leg(call) == centre.carrier.ringing()[0].sid


def test_an_ambiguous_ring_that_was_not_made_is_made(centre: Centre) -> None:
    centre.agent("ann")
    centre.carrier.fail("call", CarrierError("timed out", ambiguous=True))
    call = centre.caller()
    centre.work()
    centre.sweep(1_000)
    assert len(centre.carrier.ringing()) == 1
    assert centre.lines.reservation(centre.offer_of(call)).state == "ringing"  # type: ignore[union-attr]


def test_the_agents_own_request_tells_what_a_lost_answer_did_not(centre: Centre) -> None:
    centre.agent("ann")
    centre.carrier.fail("call", CarrierError("timed out", ambiguous=True), after=True)
    call = centre.caller()
    centre.work()
    (leg,) = centre.carrier.ringing()
    assert isinstance(centre.dispatch.offer_answered(centre.offer_of(call), leg.sid, centre.now), Whisper)
    assert isinstance(centre.dispatch.offer_key(centre.offer_of(call), "1", centre.now), Accepted)


def test_a_rate_limit_is_waited_out(centre: Centre) -> None:
    centre.agent("ann")
    for _ in range(2):
        centre.carrier.fail("call", CarrierError("too many requests", code=20429, retry=True))
    call = centre.caller()
    centre.work()
    centre.sweep(1_000)
    centre.sweep(2_000)
    assert len(centre.carrier.ringing()) == 1
    assert centre.live.events == []
    assert centre.call_state(call) == "offered"


def test_a_ring_nobody_did_is_done_by_a_sweep(centre: Centre) -> None:
    centre.agent("ann")
    centre.caller()
    centre.jobs.take()
    centre.sweep(999)
    assert centre.carrier.ringing() == []
    centre.sweep(1)
    assert len(centre.carrier.ringing()) == 1


def test_a_worker_that_died_after_asking_is_followed_up(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    centre.jobs.take()
    offer = centre.offer_of(call)
    claim = centre.lines.claim(offer, centre.now)
    assert claim is not None
    centre.carrier.call(to_number="+33155500000", from_number="", path="/x", status_path="/y", ring_seconds=20)
    centre.sweep(6_000)
    assert centre.lines.reservation(offer).state == "ringing"  # type: ignore[union-attr]
    assert centre.carrier.requests.count("call") == 1


def test_a_leg_nobody_knows_of_is_found_even_where_its_agent_rings_for_another(centre: Centre) -> None:
    centre.agent("ann")
    first, second = centre.caller(), centre.caller()
    centre.jobs.take()
    assert centre.lines.claim(centre.offer_of(first), centre.now) is not None
    stray = centre.carrier.call(to_number="+33155500000", from_number="", path="/x", status_path="/y", ring_seconds=20)
    centre.dispatch.caller_gone(first, centre.now)  # and the worker that rang died before it could say so
    centre.work()
    centre.sweep(6_000)
    assert [leg.sid for leg in centre.carrier.ringing()] == [centre.ringing_leg(second)]
    assert centre.carrier.legs[stray].status == "canceled"


def test_a_caller_not_led_to_the_room_is_led_again_then_put_back(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.jobs.take()
    centre.sweep(3_000)
    assert centre.carrier.redirects == [(call, f"/voice/bridge/{offer}")]
    for _ in range(9):
        centre.sweep(3_000)
    assert centre.call_state(call) == "waiting"
    assert leg in centre.carrier.hung_up


def test_a_caller_gone_at_the_redirect_frees_the_agent(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.carrier.legs[call].status = "completed"
    centre.work()
    assert centre.call_state(call) == "left"
    assert centre.carrier.redirects == [(leg, f"/voice/offer/{offer}")]


def test_a_lost_end_is_found_at_the_carrier(centre: Centre) -> None:
    centre.agent("ann")
    waiting_agent_call = centre.caller()
    offer = centre.talk(waiting_agent_call)
    silent = centre.caller()
    centre.sweep(91_000)
    assert (centre.call_state(silent), centre.call_state(waiting_agent_call)) == ("waiting", "bridged")
    centre.carrier.legs[silent].status = "completed"
    centre.carrier.legs[waiting_agent_call].status = "completed"
    centre.sweep(91_000)
    assert (centre.call_state(silent), centre.call_state(waiting_agent_call)) == ("left", "left")
    assert centre.state("ann") == "wrap_up"
    assert centre.lines.reservation(offer).ended_ms  # type: ignore[union-attr]
