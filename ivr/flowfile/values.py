"""Readers: from a node to a value of a field's type, one table by type. Every problem is told; none ends the reading.

`reader_for(type)` is worked out once per type. What a reader can't read comes back as BAD, told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from ivr.core.flow.bound import Address, Bound, parse_address, parse_bound
from ivr.core.flow.condition import Condition, ConditionError, parse_condition
from ivr.core.flow.fields import (
    LANGUAGE,
    NAME,
    Days,
    Destination,
    Duration,
    FlowName,
    Holidays,
    Key,
    KeyOrNone,
    PhoneNumber,
    PromptFile,
    QueueName,
    Range,
    Shape,
    Target,
    Times,
    Week,
    Zone,
)
from ivr.core.flow.near import nearest as near_word
from ivr.core.flow.text import TemplateError, Text
from ivr.core.match import Phrases
from ivr.flowfile.calendars import read_closures, read_days, read_times, read_week, read_zone
from ivr.flowfile.national_days import read_holidays
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.numbers import read_number
from ivr.flowfile.reading import BAD, Reading, nearest
from ivr.flowfile.texts import read_prompt_file, read_text

Reader = Callable[[Reading, Node, str], Any]
"""(reading, node, the part's path) -> the value, or BAD."""

KEYS: Mapping[str, str] = {**{digit: digit for digit in "0123456789"}, "star": "*", "*": "*", "hash": "#", "#": "#"}

_DURATION = re.compile(r"(\d{1,6})\s*(s|sec|seconds?|min|minutes?|h|hours?)?")
_TRUE, _FALSE = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})


def required(field: Field[Any]) -> bool:
    """Whether the operator has to write it."""
    return field.default is MISSING and field.default_factory is MISSING


@cache
def hints_of(cls: type) -> dict[str, Any]:
    """The types of a dataclass's fields, resolved."""
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in fields(cls)}


@cache
def reader_for(hint: Any) -> Reader:
    """The reader of a type. Raises TypeError for a type no field may have."""
    plain = _PLAIN.get(hint)
    if plain is not None:
        return plain
    origin = get_origin(hint)
    if origin is Annotated:
        return _annotated(*get_args(hint))
    if origin in {Union, UnionType}:
        inner = [argument for argument in get_args(hint) if argument is not type(None)]
        return reader_for(inner[0])
    if origin is Literal:
        return _one_of(get_args(hint))
    if origin is tuple:
        return _several(reader_for(get_args(hint)[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(*get_args(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        return _table(hint)
    raise TypeError(f"no reader for {hint!r}")


def is_plain(hint: Any) -> bool:
    """Whether a type is read by a reader of its own, whatever it is made of."""
    return hint in _PLAIN


def read_name(reading: Reading, node: Node, path: str) -> Any:
    """A name: of a step, a queue, a mailbox."""
    return _shaped(NAME, "F012")(reading, node, path)


def read_table(
    reading: Reading, cls: type, node: Table, path: str, skip: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """The fields of a dataclass from a table: every problem told, None where there was one.

    `skip` maps a key of the table to the field it stands for (a step's kind and its main field).
    """
    named = skip or {}
    hints = hints_of(cls)
    known = {field.name: field for field in fields(cls) if field.init}
    values: dict[str, Any] = {}
    meant: set[str] = set()
    whole = True
    for key, value in node.values.items():
        name = named.get(key, key)
        if name not in known or (name in named.values() and key not in named):
            offered = [field for field in known if field not in named.values()]
            near = "" if reading.full else near_word(key, offered)
            hint = f"did you mean '{near}'?" if near else f"fields here are {', '.join(offered)}"
            reading.bad(node.keys[key], "F008", f"unknown field '{key}'", hint)
            meant.add(near)
            whole = False
            continue
        if isinstance(value, Scalar) and value.empty and not required(known[name]):
            continue
        where = f"{path}.{key}"
        reading.positions[where] = node.keys[key]
        read = reader_for(hints[name])(reading, value, where)
        if read is BAD:
            whole = False
        values[name] = read
    for name, field in known.items():
        if name not in values and required(field):
            whole = False
            if name not in meant:
                reading.bad(node, "F007", f"`{name}` is missing")
    return values if whole else None


def _table(cls: type) -> Reader:
    """A nested table; a plain value alone stands for its first field."""
    first = fields(cls)[0].name

    def read(reading: Reading, node: Node, path: str) -> Any:
        if isinstance(node, Scalar):
            if any(required(field) for field in fields(cls)[1:]) or node.empty:
                return reading.shape(node, "a table")
            value = reader_for(hints_of(cls)[first])(reading, node, path)
            return BAD if value is BAD else cls(**{first: value})
        if not isinstance(node, Table):
            return reading.shape(node, "a table")
        values = read_table(reading, cls, node, path)
        return BAD if values is None else cls(**values)

    return read


def _mapping(key_hint: Any, value_hint: Any) -> Reader:
    if key_hint is date:
        return read_closures
    read_key, read_value = reader_for(key_hint), reader_for(value_hint)

    def read(reading: Reading, node: Node, path: str) -> Any:
        if not isinstance(node, Table):
            return reading.shape(node, "a table")
        if not node.values:
            return reading.bad(node, "F007", "nothing stands here")
        found: dict[Any, Any] = {}
        whole = True
        for written, child in node.values.items():
            key = read_key(reading, Scalar(written, node.keys[written]), f"{path}.{written}")
            where = f"{path}.{written if key is BAD else key}"
            reading.positions[where] = node.keys[written]
            value = read_value(reading, child, where)
            if key is BAD or value is BAD:
                whole = False
            elif key in found:
                whole = False
                reading.bad(node.keys[written], "F003", f"'{written}' stands here twice")
            else:
                found[key] = value
        return found if whole else BAD

    return read


def _several(read_one: Reader) -> Reader:
    def read(reading: Reading, node: Node, path: str) -> Any:
        items = node.items if isinstance(node, Items) else [node]
        if not items:
            return reading.bad(node, "F007", "the list is empty")
        values = []
        for number, item in enumerate(items, 1):
            where = f"{path}.{number}"
            reading.positions[where] = item.at
            values.append(read_one(reading, item, where))
        return BAD if any(value is BAD for value in values) else tuple(values)

    return read


def _one_of(words: tuple[str, ...]) -> Reader:
    def read(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
        if not isinstance(node, Scalar):
            return reading.shape(node, "a word")
        if node.text in words:
            return node.text
        hint = nearest(node.text, words, f"one of {', '.join(words)}")
        return reading.bad(node, "F011", f"'{node.text[:40]}' is not possible here", hint)

    return read


def _annotated(base: Any, *marks: Any) -> Reader:
    for mark in marks:
        match mark:
            case Shape():
                return _shaped(mark, "F012")
            case Range():
                return _whole_number(mark)
            case Duration():
                return _duration(mark)
            case KeyOrNone():
                return _key_or_none
    return reader_for(base)


def _shaped(shape: Shape, code: str) -> Reader:
    def read(reading: Reading, node: Node, path: str) -> Any:
        if not isinstance(node, Scalar) or node.empty:
            return reading.shape(node, shape.said)
        if shape.pattern.fullmatch(node.text) is None:
            return reading.bad(node, code, f"'{node.text[:40]}' must be {shape.said}")
        reading.positions[path] = node.at
        return node.text

    return read


def _whole_number(bounds: Range) -> Reader:
    said = f"a whole number from {bounds.least} to {bounds.most}"

    def read(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
        if not isinstance(node, Scalar) or re.fullmatch(r"-?[0-9]{1,9}", node.text) is None:
            return reading.shape(node, said)
        if not bounds.least <= int(node.text) <= bounds.most:
            return reading.bad(node, "F011", f"{node.text} is not {said}")
        return int(node.text)

    return read


def _duration(bounds: Duration) -> Reader:
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


def _key_or_none(reading: Reading, node: Node, path: str) -> Any:
    if isinstance(node, Scalar) and node.text == "none":
        return ""
    return _key(reading, node, path)


def _key(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    key = KEYS.get(node.text) if isinstance(node, Scalar) else None
    if key is None:
        found = node.text[:20] if isinstance(node, Scalar) else "this"
        return reading.bad(node, "F018", f"'{found}' is not a key of the phone", "keys are 0 to 9, star and hash")
    return key


def _boolean(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    word = node.text.lower() if isinstance(node, Scalar) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    return reading.shape(node, "yes or no")


def _string(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    return node.text if isinstance(node, Scalar) else reading.shape(node, "a text")


def _condition(reading: Reading, node: Node, path: str) -> Any:
    if not isinstance(node, Scalar) or node.empty:
        return reading.shape(node, "a condition")
    reading.positions[path] = node.at
    try:
        return parse_condition(node.text)
    except ConditionError as problem:
        return reading.bad(node, "F014", f"{problem} (character {problem.offset + 1})", problem.hint)


def _filled(parse: Callable[[str], Any], said: str) -> Reader:
    """What a look-up sends: one text, not one a language, with slots."""

    def read(reading: Reading, node: Node, path: str) -> Any:
        if not isinstance(node, Scalar) or node.empty:
            return reading.shape(node, said)
        reading.positions[path] = node.at
        try:
            return parse(node.text)
        except TemplateError as problem:
            return reading.bad(node, "F013", str(problem), problem.hint)

    return read


def _phrases(reading: Reading, node: Node, path: str) -> Any:
    """Ways to say one thing: a list, or one a language."""
    by_language: dict[str, tuple[str, ...]] = {}
    tables = node.values.items() if isinstance(node, Table) else [("", node)]
    for language, several in tables:
        if language and LANGUAGE.pattern.fullmatch(language) is None:
            return reading.bad(
                several, "F015", f"'{language[:40]}' is not a language", "write fr, fr-FR, nl-BE, en ..."
            )
        items = several.items if isinstance(several, Items) else [several]
        if not items:
            return reading.bad(several, "F007", "the list is empty")
        for item in items:
            if not isinstance(item, Scalar) or not item.text.strip():
                return reading.shape(item, "a phrase a caller may say")
        by_language[language] = tuple(item.text for item in items if isinstance(item, Scalar))
    reading.positions[path] = node.at
    return Phrases(by_language) if by_language else reading.bad(node, "F007", "nothing stands here")


def _destination(reading: Reading, node: Node, path: str) -> Any:
    """A line's name, or a number."""
    if isinstance(node, Scalar) and node.text.lstrip().startswith("+"):
        number = read_number(reading, node, path)
        return BAD if number is BAD else Destination(number=number)
    line = read_name(reading, node, path)
    return BAD if line is BAD else Destination(line=line)


_PLAIN: dict[Any, Reader] = {
    str: _string,
    bool: _boolean,
    Text: read_text,
    Condition: _condition,
    Target: read_name,
    QueueName: read_name,
    FlowName: read_name,
    PhoneNumber: read_number,
    PromptFile: read_prompt_file,
    Key: _key,
    Week: read_week,
    Times: read_times,
    Holidays: read_holidays,
    Days: read_days,
    Zone: read_zone,
    Address: _filled(parse_address, "an address"),
    Phrases: _phrases,
    Destination: _destination,
    Bound: _filled(parse_bound, "a value"),
}
