"""What a step refers to, found by the types of its fields: targets, queues, numbers, sound files, texts, conditions.

So the checker and, later, the graph know a new step without being told of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ivr.core.flow.bound import Address, Bound
from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import AnswerName, FlowName, PromptFile, QueueName, Target
from ivr.core.flow.registry import Step
from ivr.core.flow.text import Text

_KINDS = (Target, QueueName, FlowName, PromptFile, AnswerName, Text, Condition, Address, Bound)


@dataclass(frozen=True, slots=True)
class Link:
    """One thing a step refers to. `path` is the field's below the step, as written: `keys.1.next`."""

    kind: Any
    path: str
    value: Any


def links(step: Step) -> Iterator[Link]:
    """Every link of a step, in the order of its fields."""
    kind: Any = type(step)
    for name, hint in _hints(kind):
        written = step.word if name == step.main else name
        yield from _links(hint, getattr(step, name), written)


def _links(hint: Any, value: Any, path: str) -> Iterator[Link]:
    if hint in _KINDS:
        if value is not None:
            yield Link(hint, path, value)
        return
    for below, inner, part in _parts(hint, value):
        yield from _links(below, inner, f"{path}.{part}" if part else path)


def _parts(hint: Any, value: Any) -> list[tuple[Any, Any, str]]:
    """(type, value, name) of what a value consists of; the name is empty where it is the value itself."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return [(kind, value, "") for kind in arguments if value is not None and kind is not type(None)]
    if origin is tuple:
        return [(arguments[0], item, str(number)) for number, item in enumerate(value, 1)]
    if origin is Mapping:
        named = [(arguments[0], key, str(key)) for key in value] if arguments[0] in _KINDS else []
        return named + [(arguments[1], item, str(key)) for key, item in value.items()]
    if isinstance(hint, type) and is_dataclass(hint):
        return [(inner, getattr(value, name), name) for name, inner in _hints(hint)]
    return []


@cache
def _hints(cls: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple((field.name, hints[field.name]) for field in fields(cls) if field.init)
