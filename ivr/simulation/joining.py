"""From a caller to the request that joins them to their line, as the flow's queue step would ask for it."""

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.order import offset
from ivr.core.routing.skills import requirement
from ivr.services.lines_port import Request
from ivr.simulation.scenario import Caller


def request_of(call: str, caller: Caller, queue: QueueDefinition) -> Request:
    """The request. Raises SkillProblem where the caller asks for what can't be a skill."""
    return Request(
        call=call,
        queue=caller.queue,
        requirement=requirement(queue.skills, caller.skills),
        turn=1,
        offset=offset(urgent=caller.urgent, priority_seconds=caller.priority_seconds + queue.boost_seconds),
        max_wait_ms=(queue.max_wait_seconds or 0) * 1000,
        ring_ms=queue.ring_seconds * 1000,
        wrap_up_ms=queue.wrap_up_seconds * 1000,
    )
