"""Why a call waits, or went to whom, over the API."""

from flask import Blueprint, Response

from ivr.core.routing.explain import Explanation
from ivr.services.desk_ports import Explaining
from ivr.services.lines_view import moment
from ivr.web.api.lines import STAFF
from ivr.web.api.problems import ApiProblem
from ivr.web.api.shapes import Decision, Other, Why, answer
from ivr.web.policy import policy


def add(api: Blueprint, explaining: Explaining) -> None:
    """Add the address."""

    @api.get("/calls/<call_sid>/why")
    @policy(*STAFF)
    def why(call_sid: str) -> Response:
        """What was decided of a call, and why."""
        found = explaining.explain_call(call_sid)
        if found is None:
            raise ApiProblem("unknown_call")
        return answer(_shape(found))


def _shape(found: Explanation) -> Why:
    """An explanation as the API gives it."""
    decisions = [
        Decision(
            moment(one.at_ms),
            one.type,
            one.sentence,
            [Other(other.agent, other.name, other.why, other.able) for other in one.others],
        )
        for one in found.decisions
    ]
    return Why(
        found.call,
        found.queue,
        found.state,
        found.sentence,
        decisions,
        found.exceptions,
        found.would,
        found.next,
    )
