"""Why a call waits, or went to whom, over the API."""

from flask import Blueprint, Response

from ivr.services.desk_ports import Explaining
from ivr.web.api.lines import STAFF
from ivr.web.api.problems import ApiProblem
from ivr.web.api.shapes import answer
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
        return answer(found)
