"""From a caller to their line, by the verbs of a flow's queue step: who is let in, and where a line runs over to."""

from collections.abc import Mapping

from ivr.core.flow.effects import Join
from ivr.core.flow.session import Session
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.order import offset
from ivr.core.routing.rings import OpenRing
from ivr.services.asking import ask
from ivr.simulation.fairness import Place
from ivr.simulation.scenario import Caller


class Definitions:
    """The lines there are."""

    def __init__(self, queues: Mapping[str, QueueDefinition]) -> None:
        self._queues = queues

    def queue(self, name: str) -> QueueDefinition | None:
        """A queue's definition."""
        return self._queues.get(name)


def session_of(call: str) -> Session:
    """A call in its first turn."""
    return Session(call_sid=call, line="", flow="", digest="", step="", language="", turn=1)


def join_of(caller: Caller) -> Join:
    """What the step that puts them into their line asks for."""
    return Join(
        queue=caller.queue,
        skills=dict(caller.skills),
        priority_seconds=caller.priority_seconds,
        urgent=caller.urgent,
    )


def rings_in(queue: QueueDefinition, caller: Caller) -> tuple[OpenRing, ...]:
    """Who may answer them in the line they come to."""
    return ask(queue, dict(caller.skills)).rings


def place_in(queue: QueueDefinition, call: str, caller: Caller, wanted: str) -> Place:
    """Where they stand in a line, whenever they came into it."""
    worth = offset(urgent=caller.urgent, priority_seconds=caller.priority_seconds + queue.boost_seconds)
    return Place(call, queue.name, wanted, caller.at_ms + worth, caller.at_ms)
