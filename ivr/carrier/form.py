"""The carrier's forms, read fast and narrowly: urlencoded, small, every name once (threats T11, T13).

Werkzeug's parser costs more than half of a Flask request (56 us); this one takes 8 and refuses what the carrier
never sends.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote

MAX_BODY_BYTES = 64 * 1024
MAX_FIELDS = 100

# The signed string has no separators, so names are held to what the carrier uses: identifiers, and SIP headers passed
# through with their own spelling (contract 1.2 M).
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}|SipHeader_[!-~]{1,118}")
_PLAIN_NAMES: set[str] = set()
_PLAIN_NAMES_KEPT = 256


class BadForm(ValueError):  # noqa: N818 - reads as what it says
    """The body isn't a form the carrier would send; the message says why, without quoting any of it."""


def parse(body: bytes) -> dict[str, str]:
    """Fields by name, decoded as UTF-8 (bytes that aren't become U+FFFD). Empty values are kept.

    Raises BadForm beyond 64 KiB or 100 fields, and for a name that is malformed or comes twice.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BadForm(f"body of {len(body)} bytes")
    if not body:
        return {}
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise BadForm("body holds bytes that aren't ASCII") from None
    pairs = text.split("&")
    if len(pairs) > MAX_FIELDS:
        raise BadForm(f"{len(pairs)} fields")
    try:
        form = dict([pair.split("=", 1) for pair in pairs])
    except ValueError:  # a name alone
        return _one_by_one(pairs)
    if len(form) != len(pairs) or not form.keys() <= _PLAIN_NAMES:
        return _one_by_one(pairs)
    for name, value in form.items():
        if "%" in value or "+" in value:
            form[name] = _value(name, value)
    return form


def _one_by_one(pairs: Sequence[str]) -> dict[str, str]:
    """The careful way, for names not seen before and for what will be refused."""
    form: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name not in _PLAIN_NAMES:
            name = _checked(name)
        if name in form:
            raise BadForm("a field comes twice")
        form[name] = _value(name, value) if "%" in value or "+" in value else value
    return form


def _value(name: str, raw: str) -> str:
    return _token(raw) if name == "CallToken" else _decoded(raw)


def _decoded(raw: str) -> str:
    if raw.startswith("%2B") and raw[3:].isdigit():  # a number: most of what is encoded at all
        return "+" + raw[3:]
    return unquote(raw.replace("+", " "))


@lru_cache(maxsize=1024)
def _token(raw: str) -> str:
    """The call's token: long, encoded throughout, and the same with each of a call's requests."""
    return unquote(raw)


def _checked(raw: str) -> str:
    name = unquote(raw.replace("+", " ")) if "%" in raw or "+" in raw else raw
    if not _NAME.fullmatch(name):
        raise BadForm("a field's name is malformed")
    if name == raw and len(_PLAIN_NAMES) < _PLAIN_NAMES_KEPT:
        _PLAIN_NAMES.add(name)
    return name
