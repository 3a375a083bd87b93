"""The JSON Schema of a flow's file, made from the registered step types, and that of `queues.yaml`: for editors.

It says what a file must look like; what only the whole file tells (a step that doesn't exist, hours that never open) is
the checker's. Besides the standard's words, `x-names` says which names may stand at a place (`step`, `queue`, `flow`,
`prompt`), so that an editor can offer them; every validator ignores it.

YAML reads `3` as a number and `yes` as true, where Hotline reads text: so the schema takes each for the other.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ivr.core.flow import fields as kinds
from ivr.core.flow.bound import Address, Bound
from ivr.core.flow.condition import Condition
from ivr.core.flow.names import NAMES
from ivr.core.flow.registry import STEPS
from ivr.core.flow.steps.menu import MenuStep
from ivr.core.flow.text import ALL_FILTERS, Text
from ivr.core.match import Phrases
from ivr.core.queue_rules import OVERFLOW_CAUSES
from ivr.flowfile.decode import HEADER
from ivr.flowfile.line_ways import ACTS, Offered
from ivr.flowfile.line_ways import KINDS as LINE_KINDS
from ivr.flowfile.queues import QUEUE
from ivr.flowfile.values import MenuPart, OverflowPart, hints_of, is_plain, required

Schema = dict[str, Any]

URL = "https://json-schema.org/draft/2020-12/schema"
"""The edition of JSON Schema that is spoken here."""

_SCALAR = ["string", "number", "boolean"]
_KEY = r"[0-9]|star|hash|\*|#"
_DURATION = r"[0-9]{1,6}\s*(s|sec|seconds?|min|minutes?|h|hours?)?"
_NAME = kinds.NAME.pattern.pattern


@cache
def flow_schema() -> Mapping[str, Any]:
    """The schema of a flow's file."""
    header = _table(HEADER, {})
    steps = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _whole(_NAME)},
        "additionalProperties": {"$ref": "#/$defs/step"},
        "description": "Every step by its name. A call begins at `start`, or at the first.",
    }
    return {
        "$schema": URL,
        "title": "A call flow",
        "description": "What a caller hears and may do, step by step.",
        **header,
        "properties": {**header["properties"], "steps": steps},
        "required": [*header["required"], "steps"],
        "$defs": {
            "text": _text(),
            "step": _step(),
            **{f"{word}-step": _kind(kind) for word, kind in sorted(STEPS.items())},
        },
        "x-values": dict(NAMES),
        "x-filters": sorted(ALL_FILTERS),
    }


@cache
def queues_schema() -> Mapping[str, Any]:
    """The schema of `queues.yaml`."""
    queues = {
        "type": "object",
        "propertyNames": {"pattern": _whole(_NAME)},
        "additionalProperties": _or_nothing(_table(QUEUE, {})),
        "description": "Every line by its name.",
    }
    return {
        "$schema": URL,
        "title": "Lines callers wait in",
        "description": "Who may answer, in which order, and what becomes of a call that waits too long.",
        "type": "object",
        "properties": {"queues": queues},
        "required": ["queues"],
        "additionalProperties": False,
        "$defs": {"text": _text()},
    }


def unknown_types() -> list[str]:
    """Types of fields the schema can only leave open: none, or a kind of field was added without its schema."""
    _open.clear()
    for schema in (flow_schema, queues_schema):
        schema.cache_clear()
        schema()
    return sorted(_open)


_open: set[str] = set()


def _step() -> Schema:
    """A step is of exactly one kind. A kind's word that is also another kind's field doesn't make it of two kinds."""
    rules = []
    kinds: Mapping[str, Any] = STEPS
    for word in sorted(kinds):
        others = [
            other
            for other, kind in sorted(kinds.items())
            if other != word and word in hints_of(kind) and word != kind.main
        ]
        condition: Schema = {"required": [word]}
        if others:
            condition["not"] = {"anyOf": [{"required": [other]} for other in others]}
        rules.append({"if": condition, "then": {"$ref": f"#/$defs/{word}-step"}})
    return {"type": "object", "anyOf": [{"required": [word]} for word in sorted(STEPS)], "allOf": rules}


def _kind(kind: Any) -> Schema:
    said = inspect.cleandoc(kind.__doc__ or "")
    words = re.sub(r"\s+", " ", said.partition("```")[0]).strip()
    return {**_table(kind, {kind.main: kind.word}), "description": words, "markdownDescription": said}


def _table(cls: Any, written: Mapping[str, str]) -> Schema:
    """A table with a dataclass's fields; `written` maps fields to the words they are written by."""
    hints = hints_of(cls)
    known = [one for one in fields(cls) if one.init]
    properties = {}
    for one in known:
        word = written.get(one.name, one.name)
        found = _of(hints[one.name])
        properties[word] = _or_nothing(found) if one.name in written and not required(one) else found
    return {
        "type": "object",
        "properties": properties,
        "required": [written.get(one.name, one.name) for one in known if required(one) or one.name in written],
        "additionalProperties": False,
    }


def _onward(*also: str) -> list[Schema]:
    """What a line may lead on to, one table a kind; `also` may stand in each."""
    tables = []
    for kind, cls in LINE_KINDS.items():
        if cls is None:
            table: Schema = {"properties": {kind: _of(kinds.QueueName)}, "required": [kind]}
        else:
            step: Any = cls
            whole = _table(step, {step.main: kind})
            ways = {name for name, hint in hints_of(step).items() if hint in (kinds.Target, kinds.Target | None)}
            table = {
                "properties": {name: one for name, one in whole["properties"].items() if name not in ways},
                "required": [name for name in whole["required"] if name not in ways],
            }
            if kind == "callback":  # `callback: yes` is one in this very line
                table["properties"][kind] = {"anyOf": [table["properties"][kind], {"enum": ["yes", True, None]}]}
        if also:
            table["properties"] |= {name: one for name, one in _also().items() if name in also}
        tables.append({"type": "object", **table, "additionalProperties": False})
    return tables


def _also() -> Mapping[str, Schema]:
    """What may stand beside where a line leads on to."""
    led = {"anyOf": [_of(kinds.QueueName), *_onward()]}
    return {"label": _of(kinds.Label), "phrases": _phrases(), **{f"on_{cause}": led for cause in OVERFLOW_CAUSES}}


def _line_overflow() -> Schema:
    causes = tuple(f"on_{cause}" for cause in OVERFLOW_CAUSES)
    alone = {name: one for name, one in _also().items() if name in causes}
    by_cause = {"type": "object", "properties": alone, "minProperties": 1, "additionalProperties": False}
    said = "Where a call goes on to that has waited too long or was not let in; by cause where there is `on_...`."
    return {"anyOf": [_of(kinds.QueueName), *_onward(*causes), by_cause], "description": said}


def _line_menu() -> Schema:
    step = _table(MenuStep, {})
    acts = {"enum": [*ACTS, "callback"]}
    key = {"anyOf": [acts, *_onward("label", "phrases")]}
    keys = {**_mapping(kinds.Key, str), "additionalProperties": key}
    offered = _table(Offered, {})["properties"]
    fields = {name: one for name, one in step["properties"].items() if name != "otherwise"}
    return {
        "type": "object",
        "properties": {**fields, "keys": keys, **offered},
        "required": ["text", "keys"],
        "additionalProperties": False,
        "description": "What keys do while a caller waits in this line, unless the step that led there says so itself.",
    }


def _or_nothing(schema: Schema) -> Schema:
    """The same, or nothing written at all (`hangup:`)."""
    return {"anyOf": [schema, {"type": "null"}]}


def _of(hint: Any) -> Schema:
    """The schema of a field's type."""
    plain = _PLAIN.get(hint)
    if plain is not None:
        return plain()
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(*arguments)
    if origin in {Union, UnionType}:
        return _of(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        item = _of(arguments[0])
        return {"anyOf": [{"type": "array", "minItems": 1, "items": item}, item]}
    if inspect.isclass(origin) and issubclass(origin, Mapping):
        return _mapping(*arguments)
    if is_dataclass(hint) and not is_plain(hint):
        return _nested(hint)
    _open.add(str(hint))
    return {}


def _annotated(base: Any, *marks: Any) -> Schema:
    for mark in marks:
        match mark:
            case kinds.Shape(pattern, said):
                return {"type": _SCALAR, "pattern": _whole(pattern.pattern), "description": said}
            case kinds.Range(least, most):
                return {"type": ["integer", "string"], "minimum": least, "maximum": most, "pattern": "^-?[0-9]{1,9}$"}
            case kinds.Duration(least, most):
                said = "A time such as 20 s, 5 min or 1 h."
                bounds = {"minimum": least, "maximum": most}
                return {"type": ["string", "integer"], "pattern": _whole(_DURATION), **bounds, "description": said}
            case kinds.Decimal(least, most):
                number = r"^[0-9]{1,6}(?:\.[0-9]{1,2})?$"
                return {"type": ["number", "string"], "minimum": least, "maximum": most, "pattern": number}
            case kinds.LevelOrSpan():
                said = "The least level, 3, or the least and the greatest, 2-5."
                level = r"(?:[1-9]|10)(?: *- *(?:[1-9]|10))?"
                return {"type": _SCALAR, "minimum": 1, "maximum": 10, "pattern": _whole(level), "description": said}
            case kinds.KeyOrNone():
                return _scalar(rf"{_KEY}|none", "A key of the phone, or none.", "0123456789", "star", "hash", "none")
    return _of(base)


def _mapping(key: Any, value: Any) -> Schema:
    if getattr(key, "__name__", "") == "date":
        return {"type": "object", "additionalProperties": _of(value), "description": "Dates, as 2026-12-25."}
    schema: Schema = {"type": "object", "minProperties": 1, "additionalProperties": _of(value)}
    names = _of(key)
    if "pattern" in names:
        schema["propertyNames"] = {"pattern": names["pattern"]}
    if key is kinds.Key:
        schema["x-keys"] = [*"1234567890", "star", "hash"]
    return schema


def _nested(cls: Any) -> Schema:
    """A table; a plain value alone stands for its first field, where no other is required."""
    table = _table(cls, {})
    first, *others = fields(cls)
    if any(required(one) for one in others):
        return table
    switch = [_of(bool)] if hasattr(cls, "switched") else []
    return {"anyOf": [table, _of(hints_of(cls)[first.name]), *switch]}


def _text() -> Schema:
    words: Schema = {"type": _SCALAR, "minLength": 1}
    sound = {"type": "string", "pattern": r"\.(wav|mp3)$", "x-names": "prompt"}
    spoken = {
        "type": "object",
        "properties": {"text": words, "audio": sound},
        "required": ["text"],
        "additionalProperties": False,
    }
    by_language = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {_whole(kinds.LANGUAGE.pattern.pattern): {"anyOf": [words, spoken]}},
        "additionalProperties": False,
    }
    return {"anyOf": [words, spoken, by_language], "description": "What is said: one text, or one by language."}


def _scalar(pattern: str, said: str, *offered: str, names: str = "") -> Schema:
    schema: Schema = {"type": _SCALAR, "pattern": _whole(pattern), "description": said}
    if offered:
        schema["examples"] = [one for group in offered for one in (group if group.isdigit() else [group])]
    if names:
        schema["x-names"] = names
    return schema


def _phrases() -> Schema:
    said = "Ways a caller may say it: a list, or one list a language."
    phrase: Schema = {"type": _SCALAR, "minLength": 1}
    several: Schema = {"anyOf": [{"type": "array", "minItems": 1, "items": phrase}, phrase]}
    by_language = {
        "type": "object",
        "minProperties": 1,
        "patternProperties": {_whole(kinds.LANGUAGE.pattern.pattern): several},
        "additionalProperties": False,
    }
    return {"anyOf": [several, by_language], "description": said}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _week() -> Schema:
    said = "Days and times: `monday-friday: 08:30-12:00, 13:30-17:30`."
    return {"type": "object", "additionalProperties": {"type": _SCALAR}, "description": said}


def _whole(pattern: str) -> str:
    """A pattern for the whole of a text, in the words JSON Schema's regular expressions share with Python's."""
    return f"^(?:{pattern})$"


_PLAIN: Mapping[Any, Callable[[], Schema]] = {
    str: lambda: {"type": _SCALAR},
    int: lambda: {"type": ["integer", "string"], "pattern": "^-?[0-9]+$"},
    bool: lambda: {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no", "on", "off", "true", "false"]}]},
    Text: lambda: {"$ref": "#/$defs/text"},
    Condition: lambda: {"type": _SCALAR, "description": "A condition: `caller.calls_before > 2`.", "x-names": "value"},
    kinds.Target: lambda: _scalar(_NAME, "The name of a step.", names="step"),
    kinds.QueueName: lambda: _scalar(_NAME, "The name of a queue, of queues.yaml.", names="queue"),
    kinds.FlowName: lambda: _scalar(_NAME, "The name of another flow.", names="flow"),
    kinds.PhoneNumber: lambda: _scalar(r"\+?[0-9][0-9 ./()-]{2,30}", 'A number with its country: "+33 1 99 00 10 10".'),
    kinds.PromptFile: lambda: _scalar(r".+\.(wav|mp3)", "A file below flows/prompts/.", names="prompt"),
    kinds.Key: lambda: _scalar(_KEY, "A key of the phone.", "0123456789", "star", "hash"),
    kinds.Week: _week,
    kinds.Times: lambda: {
        "anyOf": [_week(), _scalar(_NAME, "A calendar."), {"type": "array", "items": {"type": "string"}}]
    },
    kinds.Days: lambda: {"type": "object", "additionalProperties": {"type": _SCALAR}},
    kinds.Holidays: lambda: {
        "type": _SCALAR,
        "description": "A country or region whose holidays are closed: FR, FR-57.",
    },
    Address: lambda: _scalar(r"https?://.+", "An address to be asked: https://files.example.org/api."),
    Phrases: _phrases,
    kinds.Destination: lambda: _scalar(
        r"[a-z][a-z0-9-]*|\+[0-9 ().-]+", "A line's name, or a number with its country."
    ),
    OverflowPart: _line_overflow,
    MenuPart: _line_menu,
    Bound: lambda: {"type": _SCALAR, "description": "A value, or a text with values: {{ answers.file }}."},
    kinds.Zone: lambda: {"type": "string", "description": "A time zone, such as Europe/Paris."},
}
