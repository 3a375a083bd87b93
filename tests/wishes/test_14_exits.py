"""Whoever is put into a line comes out of it, if need be without anybody's help."""

from ivr.core.flow.effects import Join
from ivr.services.dispatch_answers import Hold, Leave
from tests.routing.conftest import Centre


def test_wish_14_nobody_on_duty_and_the_caller_is_told_at_once(centre: Centre) -> None:
    """No music for ever in an empty office."""
    call = centre.caller(Join("help", {"fr": 1}, leave_if_nobody=True))
    assert centre.call_state(call) == "left"


def test_wish_14_the_last_agent_goes_home_and_whoever_waits_is_led_on(centre: Centre) -> None:
    """At the next heartbeat, not at the end of the longest wait."""
    centre.agent("ann")
    centre.presence.pause("ann")
    call = centre.caller(Join("help", {"fr": 1}, leave_if_nobody=True))
    assert isinstance(centre.dispatch.waiting(call, centre.now), Hold), "a break is no going home"
    centre.presence.log_out("ann")
    assert centre.dispatch.waiting(call, centre.now) == Leave("nobody")


def test_wish_14_the_longest_wait_ends_the_wait(centre: Centre) -> None:
    """By the heartbeat, and by a sweep where there are no heartbeats any more."""
    call = centre.caller(Join("help", {"fr": 1}, max_wait_seconds=60))
    silent = centre.caller(Join("help", {"fr": 1}, max_wait_seconds=60))
    centre.clock.pass_ms(60_000)
    assert centre.dispatch.waiting(call, centre.now) == Leave("timeout")
    for _ in range(6):
        centre.sweep(after_ms=30_000)
    assert centre.lines.call(silent).left_reason == "timeout"  # type: ignore[union-attr]


def test_wish_14_a_caller_who_is_gone_unheard_is_taken_out(centre: Centre) -> None:
    """The carrier's word was lost: the line finds out, and no agent is rung for nobody."""
    call = centre.caller()
    centre.carrier.legs[call].status = "completed"
    for _ in range(5):
        centre.sweep(after_ms=30_000)
    assert centre.lines.call(call).left_reason == "abandoned"  # type: ignore[union-attr]
