"""Dispatch between a real Redis and a carrier at its port: whole offers, and whatever can go wrong in one."""

import threading

import pytest

from ivr.core.flow.effects import Join
from ivr.core.flow.inputs import LeftLine
from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch_answers import (
    Accepted,
    Again,
    Declined,
    Hold,
    Leave,
    Nothing,
    Repeat,
    Stale,
    ToRoom,
    Whisper,
)
from ivr.services.ports import CarrierError
from tests.routing.conftest import Centre


def ringing(centre: Centre) -> tuple[str, str, str]:
    """An agent's phone rings for a waiting call: call, reservation, leg."""
    call = centre.caller()
    centre.work()
    return call, centre.offer_of(call), centre.ringing_leg(call)


def test_from_the_line_to_the_talk_and_back(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    assert centre.dispatch.waiting(call, centre.now) == Hold(1, 0)
    centre.work()
    (leg,) = centre.carrier.ringing()
    offer = centre.offer_of(call)
    assert (leg.to_number, leg.from_number) == ("+33155500000", "+33139753975")
    assert leg.path == f"/voice/offer/{offer}"
    centre.clock.pass_ms(7_000)
    said = centre.dispatch.offer_answered(offer, leg.sid, centre.now)
    assert isinstance(said, Whisper)
    assert (said.call_sid, said.waited_seconds, said.agent.id) == (call, 7, "ann")
    assert centre.dispatch.offer_key(offer, "9", centre.now) == Repeat()
    accepted = centre.dispatch.offer_key(offer, "1", centre.now)
    assert isinstance(accepted, Accepted)
    assert centre.dispatch.waiting(call, centre.now) == ToRoom(offer), "the backup where no worker lives"
    centre.work()
    assert centre.carrier.redirects == [(call, f"/voice/bridge/{offer}")]
    assert centre.dispatch.bridge(offer, call, centre.now) == accepted.room
    centre.dispatch.room_event(offer, "conference-start", "", centre.now)
    centre.clock.pass_ms(90_000)
    assert centre.dispatch.talked(call, centre.now) == LeftLine("talked", "Ann", 90)
    assert centre.dispatch.offer_done(offer, centre.now).seconds == 15
    assert centre.state("ann") == "wrap_up"
    centre.presence.finish_wrap_up("ann")
    assert centre.state("ann") == "available"
    assert centre.dispatch.talked(call, centre.now + 5_000) == LeftLine("talked", "Ann", 90), "asked again"


# --- the agent's side -----------------------------------------------------------------------------------------------
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


# --- the caller's side ----------------------------------------------------------------------------------------------
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


# --- the carrier's faults -------------------------------------------------------------------------------------------
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


def test_an_agent_without_a_profile_is_passed_over(centre: Centre) -> None:
    centre.agent("ann")
    centre.clock.pass_ms(1)
    centre.agent("bea")
    call = centre.caller()
    del centre.agents.profiles["ann"]
    centre.work()
    assert centre.lines.call(call).agent == "bea"  # type: ignore[union-attr]
    assert centre.live.events[0].data["code"] == "agent-removed"
    assert centre.state("ann") == "offline", "nobody is offered to them again"


def test_of_two_legs_for_one_offer_the_second_hears_goodbye(centre: Centre) -> None:
    centre.agent("ann")
    _, offer, leg = ringing(centre)
    assert centre.dispatch.offer_answered(offer, "CAsurplus", centre.now) == Stale("other_leg")
    centre.dispatch.offer_status(offer, "CAsurplus", "completed", "", centre.now)
    assert isinstance(centre.dispatch.offer_answered(offer, leg, centre.now), Whisper)


def test_two_accepts_at_once_bridge_once(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    start = threading.Barrier(8)
    firsts: list[bool] = []

    def accept() -> None:
        start.wait()
        firsts.append(centre.lines.accept(offer, centre.now).first)

    threads = [threading.Thread(target=accept) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(firsts) == [False] * 7 + [True]
    assert centre.call_state(call) == "accepted"


def test_an_accept_and_a_hang_up_at_once_agree(centre: Centre) -> None:
    centre.agent("ann")
    for _ in range(20):
        call, offer, leg = ringing(centre)
        centre.dispatch.offer_answered(offer, leg, centre.now)
        start = threading.Barrier(2)
        said: list[object] = []

        def accept(offer: str = offer, start: threading.Barrier = start, said: list[object] = said) -> None:
            start.wait()
            said.append(centre.dispatch.offer_key(offer, "1", centre.now))

        thread = threading.Thread(target=accept)
        thread.start()
        start.wait()
        centre.dispatch.caller_gone(call, centre.now)
        thread.join()
        centre.work()
        assert centre.call_state(call) == "left"
        expected = "available" if isinstance(said[0], Stale) else "wrap_up"
        assert centre.state("ann") == expected
        centre.sweep(20_000)
        assert centre.state("ann") == "available"
        centre.carrier.legs[leg].status = "completed"
        centre.dispatch.offer_status(offer, leg, "completed", "", centre.now)
