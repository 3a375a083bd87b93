"""What a look-up's answer has to look like, and the values that are kept of it. Anything else is no answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from json import loads
from typing import Any, Literal

from ivr.core.flow.text import MAX_VALUE, speakable

Kind = Literal["text", "number", "yes_no", "date"]

_PATH = re.compile(r"[^.\s]{1,64}(?:\.[^.\s]{1,64}){0,9}")
_MOST_DIGITS = 15
_MISSING = object()


class BadAnswer(ValueError):  # noqa: N818 - reads as what it says
    """An answer that isn't as expected. The message names the place, never what stands there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an answer: where it stands, by names and list places with dots between, and what it has to be."""

    at: str
    kind: Kind = "text"
    optional: bool = False


def is_path(path: str) -> bool:
    """Whether a text is a way into an answer: `file.status`, `visits.0.date`."""
    return _PATH.fullmatch(path) is not None


def kept_of(body: str, parts: Mapping[str, Part]) -> dict[str, str]:
    """The values kept of an answer, by name; an optional one that is missing or null is empty. Raises BadAnswer."""
    try:
        answer = loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except BadAnswer:
        raise
    except (ValueError, RecursionError, InvalidOperation):  # a number too long to be read is a ValueError as well
        raise BadAnswer("the answer is not JSON") from None
    kept = {}
    for name, part in parts.items():
        found = _find(answer, part.at)
        if found is _MISSING or found is None:
            if not part.optional:
                raise BadAnswer(f"nothing at '{part.at}'")
            kept[name] = ""
            continue
        value = _READERS[part.kind](found)
        if value is None:
            raise BadAnswer(f"what stands at '{part.at}' is not a {part.kind.replace('_', '/')}")
        kept[name] = value
    return kept


def _no_constant(text: str) -> Any:
    raise BadAnswer(f"the answer is not JSON: {text}")


def _find(answer: Any, path: str) -> Any:
    here = answer
    for step in path.split("."):
        if isinstance(here, dict):
            here = here.get(step, _MISSING)
        elif isinstance(here, list) and step.isascii() and step.isdigit():
            here = here[int(step)] if int(step) < len(here) else _MISSING
        else:
            return _MISSING
    return here


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    text = value if isinstance(value, str) else _number(value)
    return None if text is None or len(text) > MAX_VALUE else speakable(text)


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) >= _MOST_DIGITS):
        return None
    if isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
        return None
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _yes_no(value: Any) -> str | None:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else None


def _date(value: Any) -> str | None:
    """ISO 8601, a time behind it left out."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return None


_READERS = {"text": _text, "number": _number, "yes_no": _yes_no, "date": _date}
