"""Readers of values written in one word or number: names, times, numbers, levels, keys, yes and no."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ivr.core.flow.fields import Decimal, Duration, Range, Shape
from ivr.core.routing.skills import HIGHEST, LEVELS
from ivr.flowfile.nodes import Node, Scalar
from ivr.flowfile.reading import Reading, nearest

Reader = Callable[[Reading, Node, str], Any]
"""(reading, node, the part's path) -> the value, or BAD."""

KEYS: Mapping[str, str] = {**{digit: digit for digit in "0123456789"}, "star": "*", "*": "*", "hash": "#", "#": "#"}

_DURATION = re.compile(r"(\d{1,6})\s*(s|sec|seconds?|min|minutes?|h|hours?)?")
_DECIMAL = re.compile(r"\d{1,6}(?:\.\d{1,2})?")
_LEVELS = re.compile(r"(-?\d{1,3})(?:\s*-\s*(\d{1,3}))?")
_TRUE, _FALSE = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})


def one_of(words: tuple[str, ...]) -> Reader:
    """One of a few words."""

    def read(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
        if not isinstance(node, Scalar):
            return reading.shape(node, "a word")
        if node.text in words:
            return node.text
        hint = nearest(node.text, words, f"one of {', '.join(words)}")
        return reading.bad(node, "F011", f"'{node.text[:40]}' is not possible here", hint)

    return read


def shaped(shape: Shape, code: str) -> Reader:
    """A text of a certain shape; `code` is told of any other."""

    def read(reading: Reading, node: Node, path: str) -> Any:
        if not isinstance(node, Scalar) or node.empty:
            return reading.shape(node, shape.said)
        if shape.pattern.fullmatch(node.text) is None:
            return reading.bad(node, code, f"'{node.text[:40]}' must be {shape.said}")
        reading.positions[path] = node.at
        return node.text

    return read


def whole_number(bounds: Range) -> Reader:
    """A whole number between two bounds."""
    said = f"a whole number from {bounds.least} to {bounds.most}"

    def read(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
        if not isinstance(node, Scalar) or re.fullmatch(r"-?[0-9]{1,9}", node.text) is None:
            return reading.shape(node, said)
        if not bounds.least <= int(node.text) <= bounds.most:
            return reading.bad(node, "F011", f"{node.text} is not {said}")
        return int(node.text)

    return read


def duration(bounds: Duration) -> Reader:
    """A time in seconds between two bounds."""
    said = f"a time from {spoken_seconds(bounds.least)} to {spoken_seconds(bounds.most)}"

    def read(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
        match = _DURATION.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
        if match is None:
            return reading.bad(node, "F017", f"expected {said}", "write for example 20 s, 5 min or 1 h")
        seconds = int(match[1]) * {"m": 60, "h": 3600}.get((match[2] or "s")[0], 1)
        if not bounds.least <= seconds <= bounds.most:
            return reading.bad(node, "F011", f"{match[0]} is not {said}")
        return seconds

    return read


def spoken_seconds(seconds: int) -> str:
    """Seconds as an operator writes them."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def read_key_or_none(reading: Reading, node: Node, path: str) -> Any:
    """A key of the phone; empty for `none`."""
    if isinstance(node, Scalar) and node.text == "none":
        return ""
    return read_key(reading, node, path)


def read_key(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    """A key of the phone."""
    key = KEYS.get(node.text) if isinstance(node, Scalar) else None
    if key is None:
        found = node.text[:20] if isinstance(node, Scalar) else "this"
        return reading.bad(node, "F018", f"'{found}' is not a key of the phone", "keys are 0 to 9, star and hash")
    return key


def read_boolean(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    """Yes or no."""
    said = yes_or_no(node)
    return reading.shape(node, "yes or no") if said is None else said


def yes_or_no(node: Node) -> bool | None:
    """What a word says; None where it is neither."""
    word = node.text.lower() if isinstance(node, Scalar) else ""
    return word in _TRUE if word in _TRUE or word in _FALSE else None


def read_string(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    """A text as it is."""
    return node.text if isinstance(node, Scalar) else reading.shape(node, "a text")


def decimal(bounds: Decimal) -> Reader:
    """A number with at most two decimals between two bounds."""
    said = f"a number from {bounds.least:g} to {bounds.most:g}"

    def read(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
        if not isinstance(node, Scalar) or _DECIMAL.fullmatch(node.text) is None:
            return reading.shape(node, said)
        if not bounds.least <= float(node.text) <= bounds.most:
            return reading.bad(node, "F011", f"{node.text} is not {said}")
        return float(node.text)

    return read


def read_levels(reading: Reading, node: Node, path: str) -> Any:
    """The least level of a skill, `3`, or the least and the greatest, `2-5`."""
    match = _LEVELS.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
    if match is None:
        return reading.shape(node, f"a level from {LEVELS[0]} to {HIGHEST}, or two such as 2-5")
    reading.positions[path] = node.at
    given = tuple(int(part) for part in match.groups() if part is not None)
    for level in given:
        if level not in LEVELS:
            return reading.bad(node, "F011", f"{level} is not a whole number from {LEVELS[0]} to {HIGHEST}")
    if given[-1] < given[0]:
        return reading.bad(node, "F011", f"level {given[0]} to {given[-1]} is no range", "the least stands first: 2-5")
    return given[0] if len(given) == 1 else given
