"""Readers: from a node to a value of a field's type, one table by type. Every problem is told; none ends the reading.

`reader_for(type)` is worked out once per type. What a reader can't read comes back as BAD, told.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from ivr.core.flow import fields as kinds
from ivr.core.flow.bound import Address, Bound, parse_address, parse_bound
from ivr.core.flow.condition import Condition, ConditionError, parse_condition
from ivr.core.flow.near import nearest as near_word
from ivr.core.flow.text import TemplateError, Text
from ivr.core.match import Phrases
from ivr.flowfile.calendars import read_closures, read_days, read_times, read_week, read_zone
from ivr.flowfile.national_days import read_holidays
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.numbers import read_number
from ivr.flowfile.plain import (
    Reader,
    decimal,
    duration,
    one_of,
    read_boolean,
    read_key,
    read_key_or_none,
    read_levels,
    read_string,
    shaped,
    whole_number,
    yes_or_no,
)
from ivr.flowfile.reading import BAD, Reading
from ivr.flowfile.texts import read_prompt_file, read_text


@dataclass(frozen=True, slots=True)
class OverflowPart:
    """`overflow` of a line, to be read with the line (`line_ways.py`)."""

    node: Node


@dataclass(frozen=True, slots=True)
class MenuPart:
    """`menu` of a line, likewise."""

    node: Node


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
        return one_of(get_args(hint))
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
    return shaped(kinds.NAME, "F012")(reading, node, path)


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
    """A nested table; a plain value alone stands for its first field, yes or no for what `switched` makes of it."""
    first = fields(cls)[0].name
    switched = getattr(cls, "switched", None)

    def read(reading: Reading, node: Node, path: str) -> Any:
        if isinstance(node, Scalar):
            if switched is not None and (on := yes_or_no(node)) is not None:
                return switched(on)
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
    said = "skills with their levels, such as {fr: 3}" if value_hint == kinds.Levels else "a table"

    def read(reading: Reading, node: Node, path: str) -> Any:
        if not isinstance(node, Table):
            return reading.shape(node, said)
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


def _annotated(base: Any, *marks: Any) -> Reader:
    for mark in marks:
        match mark:
            case kinds.Shape():
                return shaped(mark, "F012")
            case kinds.Range():
                return whole_number(mark)
            case kinds.Duration():
                return duration(mark)
            case kinds.Decimal():
                return decimal(mark)
            case kinds.KeyOrNone():
                return read_key_or_none
            case kinds.LevelOrSpan():
                return read_levels
    return reader_for(base)


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
        if language and kinds.LANGUAGE.pattern.fullmatch(language) is None:
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
        return BAD if number is BAD else kinds.Destination(number=number)
    if isinstance(node, Scalar) and node.text.lstrip()[:1].isdigit():
        hint = 'a number is written with its country: "+33 1 99 00 10 10"'
        return reading.bad(node, "F012", f"'{node.text[:40]}' is neither a line of this house nor a number", hint)
    line = read_name(reading, node, path)
    return BAD if line is BAD else kinds.Destination(line=line)


_PLAIN: dict[Any, Reader] = {
    str: read_string,
    bool: read_boolean,
    Text: read_text,
    Condition: _condition,
    kinds.Target: read_name,
    kinds.QueueName: read_name,
    kinds.FlowName: read_name,
    kinds.PhoneNumber: read_number,
    kinds.PromptFile: read_prompt_file,
    kinds.Key: read_key,
    kinds.Week: read_week,
    kinds.Times: read_times,
    kinds.Holidays: read_holidays,
    kinds.Days: read_days,
    kinds.Zone: read_zone,
    Address: _filled(parse_address, "an address"),
    Phrases: _phrases,
    kinds.Destination: _destination,
    Bound: _filled(parse_bound, "a value"),
    OverflowPart: lambda _reading, node, _path: OverflowPart(node),
    MenuPart: lambda _reading, node, _path: MenuPart(node),
}
