"""Dispatch between a real Redis and a carrier at its port: a whole offer, and what happens at once in one."""

import threading

from ivr.core.flow.inputs import LeftLine
from ivr.services.dispatch_answers import (
    Accepted,
    Hold,
    Repeat,
    Stale,
    ToRoom,
    Whisper,
)
from tests.routing.conftest import Centre
from tests.routing.hands import ringing


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
