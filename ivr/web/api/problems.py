"""What the API answers when it can't do what was asked: RFC 9457 problem details, each with a code of its own.

Codes are for programs and don't change; titles and details are for people and may.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

API_PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "bad_request": (400, "The request can't be read."),
    "wrong_key": (400, "Idempotency-Key is 1 to 255 characters of ASCII, in double quotes."),
    "wrong_form_token": (400, "The X-CSRFToken header is missing or of another session."),
    "not_signed_in": (401, "A token or a signed-in session is needed."),
    "not_allowed": (403, "The account's role does not reach this."),
    "unknown_address": (404, "There is nothing at this address."),
    "unknown_line": (404, "There is no line of this name."),
    "unknown_call": (404, "There is no call of this id in any line."),
    "unknown_agent": (404, "There is no agent of this id."),
    "unknown_skill": (404, "This agent does not have this skill."),
    "wrong_method": (405, "This address does not take that method."),
    "call_left": (409, "The call has left its line meanwhile; nothing was done."),
    "call_taken": (409, "An agent has taken the call meanwhile; nothing was done."),
    "call_ringing": (409, "A phone rings for the call already; nothing was done."),
    "call_later": (409, "The callback's time has not come; nothing was done."),
    "called_back_there": (409, "The number has a callback in that line already; nothing was done."),
    "already_there": (409, "The call is in that line already; nothing was done."),
    "agent_not_free": (409, "The agent is not free; nothing was done."),
    "key_in_use": (409, "The same request is still under way; try again for its answer."),
    "too_large": (413, "The request is too large."),
    "not_json": (415, "The body has to be JSON, and its Content-Type application/json."),
    "wrong_value": (422, "A value is missing or can't be used."),
    "key_reused": (422, "This Idempotency-Key was another request's; nothing was done."),
    "too_many_requests": (429, "Too many requests; Retry-After says when to go on."),
    "failed": (500, "Something went wrong; it has been logged."),
    "store_down": (503, "The store does not answer; calls are answered by the fallback meanwhile."),
}
"""Every code: its status and its title."""

_BY_STATUS: Mapping[int, str] = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "unknown_address",
    405: "wrong_method",
    413: "too_large",
    415: "not_json",
    422: "wrong_value",
    429: "too_many_requests",
    503: "store_down",
}


class ApiProblem(Exception):  # noqa: N818 - RFC 9457's own word
    """Ends a request with a problem. `retry_after` is in seconds."""

    def __init__(self, code: str, detail: str = "", *, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


def is_api() -> bool:
    """Whether this request is the API's."""
    return request.path.startswith(API_PREFIX)


def problem(code: str, detail: str = "", *, retry_after: int = 0) -> Response:
    """A problem as an answer."""
    status, title = PROBLEMS[code]
    body: dict[str, Any] = {"type": f"/api/problems/{code}", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    answer = Response(json.dumps(body) + "\n", status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Hotline"'
    if retry_after or status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(retry_after or 5)
    return answer


def of_status(status: int, detail: str = "") -> Response:
    """The problem a plain HTTP error is."""
    return problem(_BY_STATUS.get(status, "failed"), detail)
