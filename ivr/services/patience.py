"""How long machines are waited for. Unlike a caller's or an agent's seconds, a machine's don't shrink when a simulated
day runs fast: what takes a worker 50 ms takes 6 s of a clock that runs 120 times as fast. All in ms of the clock.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Waiting times at one speed of the clock."""

    job_ms: int
    """A job, from its hint to its effect; then a sweeper does its work."""
    rest_ms: int
    """The carrier's answer to a request; then somebody looks what it did."""
    ring_grace_ms: int
    """Beyond the ringing time, until an offer counts as rung out without a word from the carrier."""
    key_ms: int
    """From picking up until a key must have come."""
    bridge_ms: int
    """From acceptance until the caller is led to the room once more."""
    bridge_limit_ms: int
    """From acceptance until the attempt is given up and the call returns to its place."""
    silence_ms: int
    """A waiting call without a sign of life, a talk without news: then the carrier is asked."""


def patience(speed: float = 1.0) -> Patience:
    """The waiting times when `speed` seconds of the clock pass in a real one."""

    def at_least(virtual: int, real: int) -> int:
        return max(virtual, int(real * speed))

    return Patience(
        job_ms=at_least(1_000, 500),
        rest_ms=at_least(6_000, 6_000),
        ring_grace_ms=at_least(7_000, 2_000),
        key_ms=at_least(45_000, 5_000),
        bridge_ms=at_least(3_000, 1_500),
        bridge_limit_ms=at_least(30_000, 10_000),
        silence_ms=at_least(90_000, 10_000),
    )
