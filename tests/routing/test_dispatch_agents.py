"""Dispatch and the agent's leg: phones that don't answer, voicemails, agents who go before the caller comes."""

import pytest

from ivr.core.flow.inputs import LeftLine
from ivr.services.dispatch_answers import (
    Again,
    Declined,
    Whisper,
)
from tests.routing.conftest import Centre
from tests.routing.hands import ringing


@pytest.mark.parametrize(
    ("status", "cause"),
    [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "carrier"), ("canceled", "no_answer")],
)
def test_a_phone_that_does_not_answer_passes_the_call_on(centre: Centre, status: str, cause: str) -> None:
    centre.agent("ann")
    centre.clock.pass_ms(1)
    centre.agent("bea")
    call, offer, leg = ringing(centre)
    centre.carrier.legs[leg].status = status
    centre.dispatch.offer_status(offer, leg, status, "", centre.now)
    centre.dispatch.offer_status(offer, leg, status, "", centre.now)
    centre.work()
    assert centre.presence.state("ann").pause_reason == cause
    assert [made.to_number for made in centre.carrier.ringing()] == ["+33155500001"]
    assert centre.lines.call(call).agent == "bea"  # type: ignore[union-attr]


def test_a_voicemail_cannot_accept(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    assert isinstance(centre.dispatch.offer_answered(offer, leg, centre.now), Whisper)
    assert centre.dispatch.offer_key(offer, "", centre.now) == Declined()
    centre.dispatch.offer_status(offer, leg, "completed", "", centre.now)
    assert centre.call_state(call) == "waiting"
    assert centre.presence.state("ann").misses == 1


def test_a_machine_that_says_so_is_hung_up(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_status(offer, leg, "in-progress", "machine_start", centre.now)
    centre.work()
    assert centre.carrier.hung_up == [leg]
    assert centre.call_state(call) == "waiting"


def test_hanging_up_in_the_whisper_is_no(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_status(offer, leg, "completed", "", centre.now)
    assert centre.presence.state("ann").pause_reason == "hung_up"
    assert centre.presence.state("ann").misses == 0
    assert centre.call_state(call) == "waiting"


def test_an_offer_nobody_reports_on_times_out(centre: Centre) -> None:
    centre.agent("ann")
    call, _, leg = ringing(centre)
    centre.sweep(26_000)
    assert centre.call_state(call) == "offered"
    centre.sweep(1_500)
    centre.work()
    assert centre.call_state(call) == "waiting"
    assert leg in centre.carrier.hung_up
    centre.sweep(10_000)
    assert centre.call_state(call) == "offered", "the back-off is over"


def test_a_heartbeat_times_out_what_no_sweeper_did(centre: Centre) -> None:
    centre.agent("ann")
    call, _, _ = ringing(centre)
    centre.clock.pass_ms(28_000)
    centre.dispatch.waiting(call, centre.now)
    assert centre.call_state(call) == "waiting"


def test_an_agent_gone_between_the_key_and_the_room_costs_no_place(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.clock.pass_ms(500)
    centre.dispatch.offer_status(offer, leg, "completed", "", centre.now)
    assert centre.call_state(call) == "waiting"
    assert centre.dispatch.bridge(offer, call, centre.now) is None
    assert centre.dispatch.left_queue(call, "leave", centre.now) == Again()
    assert centre.presence.state("ann").pause_reason == "agent_gone"


def test_a_room_in_which_nobody_met_is_no_talk(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.dispatch.bridge(offer, call, centre.now)
    centre.clock.pass_ms(300)
    centre.dispatch.offer_done(offer, centre.now)
    assert centre.dispatch.talked(call, centre.now) == LeftLine("failed")
    assert centre.dispatch.left_queue(call, "leave", centre.now) == Again()
    assert centre.call_state(call) == "waiting"
