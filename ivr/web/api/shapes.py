"""What the API takes and gives, as types: requests are read by them, answers written, and the OpenAPI document made.

Answers are encoded by msgspec: names as here, times in RFC 3339 (UTC), nothing as null.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from flask import Response, request

from ivr.services.lines import LONGEST_BOOST_SECONDS, WHY_CHARACTERS
from ivr.services.lines_view import CallInLine, LineNow, LineRules
from ivr.web.api.problems import ApiProblem

MOST_BYTES = 10_000
MOST_CALLS = 200

Reason = Annotated[str, msgspec.Meta(max_length=WHY_CHARACTERS, description="Why, for the audit.")]
Body = TypeVar("Body")


class Boost(msgspec.Struct, forbid_unknown_fields=True):
    """What a call is to be worth in waiting time beyond what it is worth now; less where it is negative."""

    seconds: Annotated[int, msgspec.Meta(ge=-LONGEST_BOOST_SECONDS, le=LONGEST_BOOST_SECONDS)]
    why: Reason = ""


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """The line a call is to wait in."""

    queue: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    why: Reason = ""


class Pull(msgspec.Struct, forbid_unknown_fields=True):
    """The agent a call is to be offered to next."""

    agent: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    why: Reason = ""


class Level(msgspec.Struct, forbid_unknown_fields=True):
    """How well an agent has a skill, 10 being best."""

    level: Annotated[int, msgspec.Meta(ge=1, le=10)]


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line at one moment."""

    at: datetime
    lines: Sequence[LineNow]


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line at one moment, with a page of its calls."""

    at: datetime
    line: LineNow
    rules: LineRules


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """A call as it is now: what an act came to. `call` is null where it has left its line in the meantime."""

    at: datetime
    line: str
    call: CallInLine | None


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who might have answered, or nearly (`able` false: lacking a skill), and why they didn't."""

    agent: str
    name: str
    why: str
    able: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision in a sentence; `type` is that of the event it came with (docs/events.md)."""

    at: datetime
    type: str
    sentence: str
    others: Sequence[Other] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """A call explained. `state` is waiting, ringing, joining, talking or over; `sentence` is all of it in one.

    `exceptions` name whatever set the call before or behind its place in time, `would` says what would have changed
    how it went, `next` what comes next for one that waits.
    """

    call: str
    line: str
    state: str
    sentence: str
    decisions: Sequence[Decision] = ()
    exceptions: Sequence[str] = ()
    would: Sequence[str] = ()
    next: str = ""


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill and its level, 1 to 10."""

    skill: str
    level: int


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """An agent: `state` since `since`, the reason of a pause, and the call they talk with or their phone rings for.

    `wish` is the state they have asked for and go to when the call, or what they still have to say of it, is over.
    """

    id: str
    name: str
    state: str
    skills: Sequence[Skill]
    since: datetime | None = None
    reason: str = ""
    call: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class AgentsAnswer:
    """Every agent at one moment."""

    at: datetime
    agents: Sequence[AgentAnswer]


@dataclass(frozen=True, slots=True)
class Problem:
    """What kept a request from being done (RFC 9457). `code` doesn't change, what is for people may."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""


def answer(body: object) -> Response:
    """A shape as JSON."""
    return Response(msgspec.json.encode(body) + b"\n", content_type="application/json")


def body_as(shape: type[Body]) -> Body:
    """The body of this request. Raises ApiProblem."""
    if request.mimetype != "application/json":
        raise ApiProblem("not_json")
    if (request.content_length or 0) > MOST_BYTES:
        raise ApiProblem("too_large")
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except msgspec.ValidationError as error:
        raise ApiProblem("wrong_value", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ApiProblem("bad_request", str(error)) from None


def number_in_query(name: str, default: int, most: int) -> int:
    """A whole number of the query, from 0 to `most`. Raises ApiProblem."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or int(text[:9]) > most:
        raise ApiProblem("wrong_value", f"{name} is a whole number from 0 to {most}.")
    return int(text[:9])
