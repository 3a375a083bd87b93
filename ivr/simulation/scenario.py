"""What is played: who calls when and how patient they are, who is there to answer and how they pick up.

Moments are ms since 1970 by the simulated clock; how long something takes is in ms as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.skills import Level

Turning = Literal["in", "out", "pause", "resume"]


class BadScenario(ValueError):  # noqa: N818 - reads as what it is
    """What is to be played can't be; the message says what, and where it was written."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """Takes a callback once they have waited `after_ms`; each dial finds them with a chance of `reached`."""

    after_ms: int
    reached: float = 1.0


@dataclass(frozen=True, slots=True)
class Caller:
    """A call to be. `skills` are asked for besides those of the queue; `priority_seconds` is what it is worth in
    waiting time. It hangs up once it has waited `patience_ms`, and talks for `talk_ms` once somebody has answered.
    """

    at_ms: int
    queue: str
    patience_ms: int
    talk_ms: int
    skills: tuple[tuple[str, Level], ...] = ()
    priority_seconds: int = 0
    urgent: bool = False
    callback: CallBack | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An agent comes, goes, takes a break or comes back.

    A break with `for_ms` is taken whole: it begins when a call of theirs is over, and they come back by themselves.
    """

    at_ms: int
    turning: Turning
    for_ms: int = 0


@dataclass(frozen=True, slots=True)
class Hands:
    """How an agent picks up. Their phone rings between `least_ms` and `most_ms`; of the offers they `miss` and
    `decline` a share (0 to 1). Paused for having missed too often, they come back after `away_ms`.
    """

    least_ms: int = 0
    most_ms: int = 0
    miss: float = 0.0
    decline: float = 0.0
    away_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class Person:
    """An agent to be. `turns` are in order of time."""

    id: str
    skills: Mapping[str, int]
    turns: tuple[Turn, ...]
    hands: Hands = Hands()


@dataclass(frozen=True, slots=True)
class Scenario:
    """All of it. `seed` decides whatever is left to chance while it is played."""

    callers: Sequence[Caller]
    people: Sequence[Person]
    queues: Mapping[str, QueueDefinition]
    seed: int = 1

    def check(self) -> None:
        """Raises BadScenario where a call asks for a queue there isn't, a line runs over into none, two agents share
        an id, or nobody calls."""
        if not self.callers:
            raise BadScenario("nobody calls")
        unknown = sorted({caller.queue for caller in self.callers} - set(self.queues))
        if unknown:
            raise BadScenario(f"calls for {', '.join(unknown)}, but the lines are {', '.join(sorted(self.queues))}")
        for queue in self.queues.values():
            for onward in queue.overflow.lines if queue.overflow else ():
                if onward not in self.queues:
                    raise BadScenario(f"line {queue.name} runs over into {onward}, which isn't there")
        seen: set[str] = set()
        for person in self.people:
            if person.id in seen:
                raise BadScenario(f"two agents are called {person.id}")
            seen.add(person.id)
