"""A call while it is played, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.rings import OpenRing
from ivr.simulation.fairness import Place
from ivr.simulation.joining import place_in, rings_in
from ivr.simulation.scenario import Caller

LEG = "simulated"
"""What stands for the carrier's leg of everybody's phone."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a caller. `end` is `answered`, else why they left their line: `abandoned`, `timeout`, ...

    `queued`: nobody was free when they came. `waited_ms` is until somebody answered, or they left; of that they were on
    the line for `held_ms`, which is less where they had themselves called back.
    """

    caller: Caller
    end: str
    waited_ms: int
    queued: bool
    agent: str = ""
    held_ms: int = 0
    called_back: bool = False


@dataclass(slots=True)
class Call:
    """One call. `place` is where it stands, `rings` who may answer, `ring` of them is open, from 1."""

    id: str
    caller: Caller
    queue: QueueDefinition
    joined_ms: int
    place: Place
    rings: Sequence[OpenRing]
    ring: int = 1
    queued: bool = False
    busy: bool = False
    """Held for somebody, or talking: it counts towards the cap of its line."""
    over: bool = False
    offers: dict[str, str] = field(default_factory=dict)
    """Those open: reservation to agent."""
    talks_with: str = ""
    booked_ms: int = 0
    """When they took a callback and hung up, 0 for never."""

    def stands_in(self, queue: QueueDefinition, rings: Sequence[OpenRing]) -> None:
        """It has come into another line, in its narrowest ring there."""
        self.queue, self.rings, self.ring = queue, rings, 1
        self.place = place_in(queue, self.id, self.caller, self.rings[0].wanted)

    def fate(self, at_ms: int, end: str, agent: str = "") -> Fate:
        """What has become of it."""
        return Fate(
            self.caller,
            end,
            at_ms - self.joined_ms,
            self.queued,
            agent,
            (self.booked_ms or at_ms) - self.joined_ms,
            bool(self.booked_ms),
        )


def new_call(name: str, caller: Caller, queue: QueueDefinition) -> Call:
    """A call that comes to its line."""
    rings = rings_in(queue, caller)
    return Call(name, caller, queue, caller.at_ms, place_in(queue, name, caller, rings[0].wanted), rings)
