"""From a caller to the request that joins them to their line, as the flow's queue step would ask for it."""

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.order import offset
from ivr.services.asking import ask
from ivr.services.lines_port import Request
from ivr.simulation.scenario import Caller


def request_of(call: str, caller: Caller, queue: QueueDefinition) -> Request:
    """The request. Raises SkillProblem where the caller asks for what can't be a skill."""
    asked = ask(queue, dict(caller.skills))
    return Request(
        call=call,
        queue=caller.queue,
        requirement=asked.requirement,
        turn=1,
        offset=offset(urgent=caller.urgent, priority_seconds=caller.priority_seconds + queue.boost_seconds),
        rings=asked.rings,
        rules=queue.rules(),
        asks=asked.asks,
    )
