"""Lines and calls over the API."""

from flask import Blueprint, Response

from ivr.services.lines import LineDesk, Refused
from ivr.web.api.bearer import account_now
from ivr.web.api.once import operation
from ivr.web.api.problems import ApiProblem
from ivr.web.api.shapes import (
    MOST_CALLS,
    Boost,
    CallAnswer,
    LinePage,
    Lines,
    Move,
    Pull,
    answer,
    body_as,
    number_in_query,
)
from ivr.web.policy import policy

STAFF = ("supervisor", "operator")
_FARTHEST = 1_000_000
_PAGE = 50


def add(api: Blueprint, desk: LineDesk) -> None:
    """Add the addresses."""
    _add_lines(api, desk)
    _add_acts(api, desk)


def _add_lines(api: Blueprint, desk: LineDesk) -> None:
    @api.get("/lines")
    @policy(*STAFF)
    def lines() -> Response:
        """Every line, with the first `calls` of each."""
        found = desk.lines(number_in_query("calls", 0, MOST_CALLS))
        return answer(Lines(desk.clock.now(), found))

    @api.get("/lines/<name>")
    @policy(*STAFF)
    def line(name: str) -> Response:
        """One line: its figures, its rules, and `count` of its calls from place `start` on."""
        start, count = number_in_query("start", 0, _FARTHEST), number_in_query("count", _PAGE, MOST_CALLS)
        found, rules = desk.line(name, start, count)
        return answer(LinePage(desk.clock.now(), found, rules))

    @api.get("/calls/<call_sid>")
    @policy(*STAFF)
    def call(call_sid: str) -> Response:
        """One call in a line."""
        return _as_it_is(desk, call_sid)


def _add_acts(api: Blueprint, desk: LineDesk) -> None:
    @api.post("/calls/<call_sid>/boost")
    @policy(*STAFF)
    def boost(call_sid: str) -> Response:
        """Make a waiting call worth more, or less, waiting time."""
        body = body_as(Boost)
        if body.seconds == 0:
            raise ApiProblem("wrong_value", "seconds is not 0.")
        desk.boost(call_sid, body.seconds, account_now().name, body.why, operation=operation())
        return _afterwards(desk, call_sid)

    @api.post("/calls/<call_sid>/move")
    @policy(*STAFF)
    def move(call_sid: str) -> Response:
        """Put a waiting call into another line."""
        body = body_as(Move)
        desk.move(call_sid, body.queue, account_now().name, body.why, operation=operation())
        return _afterwards(desk, call_sid)

    @api.post("/calls/<call_sid>/pull")
    @policy(*STAFF)
    def pull(call_sid: str) -> Response:
        """Offer a waiting call to one agent."""
        body = body_as(Pull)
        desk.pull(call_sid, body.agent, account_now().name, body.why, operation=operation())
        return _afterwards(desk, call_sid)


def _as_it_is(desk: LineDesk, call_sid: str) -> Response:
    found = desk.call(call_sid)
    return answer(CallAnswer(desk.clock.now(), found.line, found.call))


def _afterwards(desk: LineDesk, call_sid: str) -> Response:
    """The act is done; that the call has left since then is no failure of it."""
    try:
        return _as_it_is(desk, call_sid)
    except Refused:
        return answer(CallAnswer(desk.clock.now(), "", None))


def refusal(refused: Refused) -> ApiProblem:
    """What the desk refused, as a problem."""
    return ApiProblem(refused.code)
