"""In which order the agents of a group are offered calls: a rank per agent, smaller first, fixed when they become free.

A rank is one number because the group's list of available agents is a sorted set: the next agent is its head, whatever
the number of agents. A strategy is therefore a function of what is known at that moment. The scripts compute the same
numbers (`store/redis/lua/_rank.lua`); a test holds the two against each other.

Equal ranks go by who has been idle longer, to the second, and then by id, so that the order is total.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

IDLE_SPAN = 10**10
"""Wider than any moment in seconds: what a strategy counts goes above it, how long somebody is idle below."""


@dataclass(frozen=True, slots=True)
class Freed:
    """What is known of an agent at the moment they become available. Times in ms, of the clock of the lines.

    `calls` answered and `busy_ms` talking or in wrap-up since they logged in at `login_ms`; `offered_ms` is when they
    were last offered a call, 0 for never; `skilled` the sum of their levels in what the group asks for.
    """

    at_ms: int
    calls: int = 0
    busy_ms: int = 0
    login_ms: int = 0
    offered_ms: int = 0
    skilled: int = 0


def longest_idle(freed: Freed) -> int:
    """Whoever has been available longest. A declined or missed offer starts the idle time anew."""
    return freed.at_ms


def fewest_calls(freed: Freed) -> int:
    """Whoever has answered the fewest calls since logging in."""
    return freed.calls * IDLE_SPAN + freed.at_ms // 1000


def round_robin(freed: Freed) -> int:
    """Whoever was offered a call longest ago: each in turn."""
    return freed.offered_ms


def most_skilled(freed: Freed) -> int:
    """Whoever has the highest levels in what the call asks for."""
    return -freed.skilled * IDLE_SPAN + freed.at_ms // 1000


def least_skilled(freed: Freed) -> int:
    """Whoever has the lowest levels that do: experts stay free for the hard calls."""
    return freed.skilled * IDLE_SPAN + freed.at_ms // 1000


def fair_load(freed: Freed) -> int:
    """Whoever has been busy for the smallest share (in thousandths) of the time since logging in."""
    logged_in = max(1, freed.at_ms - freed.login_ms)
    share = min(1000, 1000 * freed.busy_ms // logged_in)
    return share * IDLE_SPAN + freed.at_ms // 1000


STRATEGIES: Mapping[str, Callable[[Freed], int]] = MappingProxyType(
    {
        "longest_idle": longest_idle,
        "fewest_calls": fewest_calls,
        "round_robin": round_robin,
        "most_skilled": most_skilled,
        "least_skilled": least_skilled,
        "fair_load": fair_load,
        "ring_all": longest_idle,
    }
)
"""`ring_all` rings several at once (`QueueDefinition.ring_several`), those who have been idle longest first."""

LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "longest_idle": "L",
        "fewest_calls": "F",
        "round_robin": "R",
        "most_skilled": "M",
        "least_skilled": "S",
        "fair_load": "B",
        "ring_all": "L",
    }
)
"""What the id of a group begins with, by its strategy."""
