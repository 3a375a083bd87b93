"""What surrounds a call: the flows, queues and lines of a folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ivr.core.flow.effects import Join
from ivr.core.flow.model import Flow
from ivr.core.queue_rules import MOVED_IN_LINE, Announce, QueueDefinition
from ivr.services.ports import Line


@dataclass(frozen=True)
class House:
    """Every flow and every queue by name, and the lines."""

    flows: Mapping[str, Flow]
    queues: Mapping[str, QueueDefinition] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    line_flows: Mapping[str, Flow] = field(default_factory=dict)
    """What lines run by themselves, as told in queues.yaml."""

    @cached_property
    def step_names(self) -> frozenset[str]:
        """The names of all steps of all flows, those that lines run among them."""
        return frozenset(step for flow in (*self.flows.values(), *self.line_flows.values()) for step in flow.steps)

    def longest_wait(self, queue: str, asked: int | None) -> int:
        """The seconds after which a wait in line is over: the least of the queue's and the step's limit; 0 for none."""
        known = self.queues.get(queue)
        limits = (asked, known.max_wait_seconds if known else None)
        return min((seconds for seconds in limits if seconds), default=0)

    def runs_over(self, join: Join, cause: str) -> str:
        """The line a call is moved on to by its own for a cause, without its leaving; empty for none."""
        known = self.queues.get(join.queue)
        moved = join.overflow and cause in MOVED_IN_LINE
        return known.overflow.line_for(cause) if known and known.overflow and moved else ""

    def announce(self, queue: str) -> Announce:
        """What callers who wait in a queue are told of their place."""
        known = self.queues.get(queue)
        return known.announce if known else Announce()
