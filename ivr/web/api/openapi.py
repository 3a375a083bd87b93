"""This API as an OpenAPI 3.1 document. Shapes come from the types requests are read by and answers are written from.

Tests hold it to the application's routes: each is in it, with its methods, and nothing else is.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from ivr.web.api.once import AGAIN, HEADER, MOST_CHARACTERS
from ivr.web.api.problems import CONTENT_TYPE, PROBLEMS
from ivr.web.api.shapes import (
    MOST_CALLS,
    AgentAnswer,
    AgentsAnswer,
    Boost,
    CallAnswer,
    Level,
    LinePage,
    Lines,
    Move,
    Problem,
    Pull,
    Why,
)

_SHAPES = (Lines, LinePage, CallAnswer, AgentsAnswer, AgentAnswer, Boost, Move, Pull, Level, Problem, Why)
_SCHEMAS = "#/components/schemas/"
_KEYED = ("wrong_key", "key_in_use", "key_reused")
_ALWAYS = ("not_signed_in", "not_allowed", "too_many_requests", "store_down")
_BODY = ("bad_request", "wrong_form_token", "not_json", "too_large", "wrong_value")
_ACT = (*_BODY, "unknown_call", "call_left", "call_taken", "call_later")


@cache
def document() -> Mapping[str, Any]:
    """The document."""
    _, schemas = msgspec.json.schema_components(_SHAPES, ref_template=_SCHEMAS + "{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hotline",
            "version": "1",
            "description": "Lines, the calls waiting in them, and the agents who answer. Times are RFC 3339 in UTC, "
            "waits whole seconds, telephone numbers masked. What can't be done is told as RFC 9457 problem details "
            "with a stable `code`.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "`hotline accounts token NAME`"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "hotline",
                    "description": "A signed-in console's; what changes anything also needs its X-CSRFToken header.",
                },
            },
        },
    }


def _paths() -> dict[str, Any]:
    call, agent, skill = _in_path("call_sid"), _in_path("agent"), _in_path("skill")
    return {
        "/api/lines": {
            "get": _operation(
                "lines",
                "Every line, with the first calls of each.",
                Lines,
                [_in_query("calls", 0, MOST_CALLS, "How many calls of each line.")],
                problems=("wrong_value",),
            )
        },
        "/api/lines/{name}": {
            "get": _operation(
                "line",
                "One line: its figures, its rules, and a page of its calls in order.",
                LinePage,
                [
                    _in_path("name"),
                    _in_query("start", 0, 1_000_000, "How many calls to leave out; `next` of the page before."),
                    _in_query("count", 50, MOST_CALLS, "How many calls."),
                ],
                problems=("unknown_line", "wrong_value"),
            )
        },
        "/api/calls/{call_sid}": {
            "get": _operation("call", "One call in a line.", CallAnswer, [call], problems=("unknown_call", "call_left"))
        },
        "/api/calls/{call_sid}/boost": {
            "post": _act(
                "boost", "Make a waiting call worth more, or less, waiting time.", CallAnswer, [call], Boost, _ACT
            )
        },
        "/api/calls/{call_sid}/move": {
            "post": _act(
                "move",
                "Put a waiting call into another line; it keeps the place its wait gives it there.",
                CallAnswer,
                [call],
                Move,
                (*_ACT, "unknown_line", "already_there"),
            )
        },
        "/api/calls/{call_sid}/pull": {
            "post": _act(
                "pull",
                "Offer a waiting call to one free agent, whatever their skills.",
                CallAnswer,
                [call],
                Pull,
                (*_ACT, "unknown_agent", "agent_not_free", "call_ringing"),
            )
        },
        "/api/calls/{call_sid}/why": {
            "get": _operation("why", "What was decided of a call, and why.", Why, [call], problems=("unknown_call",))
        },
        "/api/agents": {"get": _operation("agents", "Every agent, with skills and what they do now.", AgentsAnswer)},
        "/api/agents/{agent}/skills/{skill}": {
            "put": _act(
                "setSkill",
                "Give an agent a skill, or another level of it, from the next decision on.",
                AgentAnswer,
                [agent, skill],
                Level,
                (*_BODY, "unknown_agent"),
            ),
            "delete": _act(
                "dropSkill",
                "Take a skill from an agent, from the next decision on.",
                AgentAnswer,
                [agent, skill],
                problems=("unknown_agent", "unknown_skill", "wrong_form_token"),
            ),
        },
        "/api/problems/{code}": {
            "get": _operation(
                "problem",
                "What a problem's code means.",
                Problem,
                [_in_path("code")],
                problems=("unknown_address",),
                public=True,
            )
        },
        "/api/openapi.json": {"get": _operation("openapi", "This document.", None, public=True)},
    }


def _act(  # noqa: PLR0917 - a table's columns
    name: str,
    summary: str,
    gives: type,
    parameters: Sequence[Mapping[str, Any]],
    takes: type | None = None,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    """An operation that changes something, once for each key."""
    key = {
        "name": HEADER,
        "in": "header",
        "description": "A key of your own for this request, such as a UUID in double quotes: repeated under it within "
        f"a day, the request is done once and answered as the first time, with `{AGAIN}: true`.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS + 2},
    }
    return _operation(name, summary, gives, [*parameters, key], takes, (*problems, *_KEYED))


def _operation(  # noqa: PLR0917 - a table's columns
    name: str,
    summary: str,
    gives: type | None,
    parameters: Sequence[Mapping[str, Any]] = (),
    takes: type | None = None,
    problems: Sequence[str] = (),
    *,
    public: bool = False,
) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": _SCHEMAS + gives.__name__} if gives else {"type": "object"}
    found: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": "As it is now.", "content": {"application/json": {"schema": schema}}},
            **_responses([*problems, *(() if public else _ALWAYS)]),
        },
    }
    if parameters:
        found["parameters"] = list(parameters)
    if takes:
        content = {"application/json": {"schema": {"$ref": _SCHEMAS + takes.__name__}}}
        found["requestBody"] = {"required": True, "content": content}
    if public:
        found["security"] = []
    return found


def _responses(codes: Sequence[str]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    return {
        str(status): {
            "description": "; ".join(f"`{code}`: {PROBLEMS[code][1]}" for code in found),
            "content": {CONTENT_TYPE: {"schema": {"$ref": _SCHEMAS + "Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, default: int, most: int, description: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0, "maximum": most, "default": default}
    return {"name": name, "in": "query", "description": description, "schema": schema}
