"""However long the list of volunteers: ringing them one after the other has an end for the caller."""

from dataclasses import replace

from ivr.core.flow.effects import Join
from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch_answers import Leave
from tests.routing.conftest import Centre
from tests.wishes.hands import offered_to, rings_out

VOLUNTEERS = [f"volunteer{number}" for number in range(12)]


def test_wish_12_ringing_all_together_never_takes_longer_than_the_line_says(centre: Centre) -> None:
    """Twelve volunteers who don't answer, twenty seconds each: after a minute of ringing the caller is led on."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", ringing_budget_seconds=60)
    for name in VOLUNTEERS:
        centre.agent(name)
    call = centre.caller()
    rung = 0
    while centre.call_state(call) == "offered":
        (name,) = [name for name in VOLUNTEERS if offered_to(centre, name) == call]
        centre.work()
        centre.clock.pass_ms(20_000)
        rings_out(centre, name)
        rung += 1
    assert rung == 3
    assert centre.dispatch.waiting(call, centre.now) == Leave("unanswered")


def test_wish_12_the_longest_wait_counts_while_phones_ring(centre: Centre) -> None:
    """A call that is rung for again and again is out of the line in time, not after the last of the list."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", max_wait_seconds=90, ringing_budget_seconds=600)
    for name in VOLUNTEERS:
        centre.agent(name)
    call = centre.caller(Join("help", {"fr": 1}))
    began = centre.now
    while centre.call_state(call) != "left" and centre.now - began < 300_000:
        for name in VOLUNTEERS:
            if offered_to(centre, name) == call:
                centre.work()
                centre.clock.pass_ms(20_000)
                rings_out(centre, name)
                break
        centre.dispatch.waiting(call, centre.now)
        centre.sweep(after_ms=1_000)
    assert centre.now - began <= 90_000 + 25_000, "the phone that rings at that moment may ring to its end"
    assert centre.lines.call(call).left_reason == "timeout"  # type: ignore[union-attr]


def test_wish_12_several_phones_ring_at_once_and_one_has_the_call(centre: Centre) -> None:
    """Three at a time instead of one after the other; the first key wins and the other phones stop."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", ring_several=3)
    for name in VOLUNTEERS[:3]:
        centre.agent(name)
    call = centre.caller()
    centre.work()
    ringing = [name for name in VOLUNTEERS if offered_to(centre, name) == call]
    assert len(ringing) == 3
    quick = ringing[1]
    offer = centre.presence.state(quick).reservation
    leg = centre.lines.reservation(offer).leg  # type: ignore[union-attr]
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.work()
    assert [leg.sid for leg in centre.carrier.ringing()] == [leg]
    assert [centre.state(name) for name in ringing if name != quick] == ["available", "available"]


def test_wish_12_nobody_waits_so_that_two_phones_can_ring_for_another(centre: Centre) -> None:
    """Several phones ring for one caller only where nobody else waits for the same people."""
    capped = QueueDefinition("help", ring_several=3, max_talking=1)
    centre.flows.queue_definitions["help"] = capped
    first = centre.caller()
    centre.agent("volunteer0")
    second, third = centre.caller(), centre.caller()
    for name in VOLUNTEERS[1:3]:
        centre.agent(name)
    assert [centre.call_state(call) for call in (first, second, third)] == ["offered", "waiting", "waiting"]
    centre.flows.queue_definitions["help"] = replace(capped, max_talking=None)
    centre.sweep()
    assert sorted(offered_to(centre, name) for name in VOLUNTEERS[:3]) == sorted([first, second, third])
