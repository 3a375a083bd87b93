"""In which order the agents of a group are offered calls: a rank per agent, smaller first, fixed when they become free.

A rank is one number because the group's list of available agents is a sorted set: the next agent is its head, whatever
the number of agents. A strategy is therefore a function of what is known at that moment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Freed:
    """What is known of an agent at the moment they become available."""

    at_ms: int


def longest_idle(freed: Freed) -> int:
    """Whoever has been available longest goes first. A declined or missed offer starts the idle time anew."""
    return freed.at_ms


STRATEGIES: Mapping[str, Callable[[Freed], int]] = MappingProxyType({"longest_idle": longest_idle})
