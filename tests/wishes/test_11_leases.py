"""Nobody stays reserved, and a phone nobody picks up is taken off the lists."""

from ivr.core.reservation import MISSES_TO_PAUSE
from tests.routing.conftest import Centre
from tests.wishes.hands import offered_to, rings_out


def test_wish_11_a_reservation_nobody_follows_up_ends_by_itself(centre: Centre) -> None:
    """Workers dead, the carrier silent: the agent is free again, and the call with the next one."""
    centre.agent("ann")
    call = centre.caller()
    centre.jobs.take()  # the worker dies with its job
    centre.sweep(after_ms=2_000)  # a sweep rings instead
    for _ in range(12):  # and the carrier never says another word
        centre.sweep(after_ms=10_000)
    assert (centre.state("ann"), centre.call_state(call)) == ("paused", "waiting")
    centre.agent("bea")
    assert offered_to(centre, "bea") == call


def test_wish_11_a_phone_that_rings_out_time_and_again_is_paused_and_says_why(centre: Centre) -> None:
    """No loop of offers to an agent who isn't there: after two, a pause that only the agent ends."""
    centre.agent("ann")
    call = centre.caller()
    for miss in range(MISSES_TO_PAUSE):
        assert offered_to(centre, "ann") == call, miss
        rings_out(centre, "ann")
        centre.sweep(after_ms=11_000)
    ann = centre.presence.state("ann")
    assert (ann.state, ann.pause_reason, ann.deadline_ms) == ("paused", "no_answer", None)
    for _ in range(20):
        centre.sweep(after_ms=60_000)
    assert centre.state("ann") == "paused"
    centre.presence.resume("ann")
    assert centre.state("ann") in ("available", "reserved")


def test_wish_11_an_answered_call_forgives_a_missed_one(centre: Centre) -> None:
    """Only misses in a row count."""
    centre.agent("ann")
    call = centre.caller()
    rings_out(centre, "ann")
    centre.sweep(after_ms=11_000)
    centre.talk(call)
    assert centre.presence.state("ann").misses == 0
