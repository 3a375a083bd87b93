"""`Idempotency-Key`: a request that changes something is done once, however often it is sent.

As draft-ietf-httpapi-idempotency-key-header has it: under one key the same request gets its first answer again, another
one is refused, and one that is still under way is to be awaited. Keys are each token's own, and kept for a day.

What was refused is an answer as well: a later try needs a key of its own. A failure (5xx) is none: the same request may
come again under its key, and what its first try did in the lines isn't done twice, since the scripts know the key too.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, g, request
from limits import RateLimitItem, RateLimitItemPerDay

from ivr.services.ports import StoreDown
from ivr.store.redis.repeats import Answered, RedisRepeats
from ivr.web.api.bearer import Budget, account_now
from ivr.web.api.problems import ApiProblem
from ivr.web.api.shapes import MOST_BYTES

HEADER: Final = "Idempotency-Key"
AGAIN: Final = "Idempotency-Replayed"
MOST_CHARACTERS: Final = 255
A_DAY: RateLimitItem = RateLimitItemPerDay(20_000, 1, namespace="keys")
"""Keys an account may use in a day: each is kept with its answer."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TEXT = re.compile(
    r'"(?P<quoted>[\x20-\x21\x23-\x5b\x5d-\x7e]+)"|(?P<bare>[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+)'
)
_NAME = "api_once"
_FAILED = 500


@dataclass(frozen=True, slots=True)
class _Once:
    """The request being answered: under which key it is kept."""

    key: str


def add(api: Blueprint, repeats: RedisRepeats, budget: Budget) -> None:
    """Heed the header at every address of the API that changes something."""

    @api.before_request
    def _known() -> Response | None:
        if request.method in _SAFE or HEADER not in request.headers:
            return None
        key = _key(request.headers[HEADER])
        budget.spend(A_DAY, account_now().id)
        found = repeats.claim(key, _fingerprint())
        if isinstance(found, Answered):
            return _again(found)
        if found == "other":
            raise ApiProblem("key_reused")
        if found == "busy":
            raise ApiProblem("key_in_use", retry_after=1)
        setattr(g, _NAME, _Once(key))
        return None

    @api.after_request
    def _keep(response: Response) -> Response:
        once: _Once | None = g.pop(_NAME, None)
        if once is not None:
            _settle(repeats, once.key, response)
        return response


def operation() -> str:
    """What the lines know this request by, so that they do it once; empty for one without a key."""
    once: _Once | None = g.get(_NAME)
    return f"api:{once.key}" if once is not None else ""


def _settle(repeats: RedisRepeats, key: str, response: Response) -> None:
    """Keep the answer. Where that can't be done the answer is right all the same, and the key ends its time."""
    try:
        if response.status_code >= _FAILED:
            repeats.let_go(key)
        else:
            repeats.keep(key, Answered(response.status_code, response.content_type or "", response.get_data()))
    except StoreDown:
        return


def _again(answered: Answered) -> Response:
    response = Response(answered.body, answered.status, content_type=answered.content_type)
    response.headers[AGAIN] = "true"
    return response


def _key(written: str) -> str:
    """The sender's key, made its own: nobody meets another's. Raises ApiProblem."""
    found = _TEXT.fullmatch(written.strip())
    text = (found[1] or found[2]) if found else ""
    if not text or len(text) > MOST_CHARACTERS:
        raise ApiProblem("wrong_key")
    whose = request.headers.get("Authorization", "") or f"account {account_now().id}"
    return hashlib.sha256(f"{whose}\n{text}".encode()).hexdigest()


def _fingerprint() -> str:
    """What the request asks: the same however its JSON is written. Raises ApiProblem."""
    if (request.content_length or 0) > MOST_BYTES:
        raise ApiProblem("too_large")
    body = request.get_data()
    try:
        asked: Any = msgspec.json.decode(body) if body else None
        body = msgspec.json.encode(asked, order="sorted")
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass  # no JSON: the view says so; the bytes themselves are compared
    what = f"{request.method} {request.path}?{request.query_string.decode('latin-1')} {request.mimetype}\n"
    return hashlib.sha256(what.encode() + body).hexdigest()
