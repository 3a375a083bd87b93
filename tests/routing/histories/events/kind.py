"""What an event is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.routing.histories.dice import Dice
from tests.routing.histories.world import World

Family = Literal[
    "callers", "agents", "talks", "callbacks", "workers", "time", "faults", "deaths", "supervisors", "rules"
]
Happens = Callable[[World, Dice], None]


@dataclass(frozen=True)
class Kind:
    """One kind of event. `weight` is how often it happens beside the others."""

    name: str
    family: Family
    weight: int
    happens: Happens


KINDS: list[Kind] = []


def event(family: Family, weight: int = 2) -> Callable[[Happens], Happens]:
    """Makes a function of the world and the dice an event."""

    def known(happens: Happens) -> Happens:
        KINDS.append(Kind(happens.__name__, family, weight, happens))
        return happens

    return known
