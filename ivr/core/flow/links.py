"""What a step refers to, found by the types of its fields: targets, queues, numbers, sound files, texts, conditions.

So the checker and, later, the graph know a new step without being told of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints

from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import AnswerName, PromptFile, QueueName, Target
from ivr.core.flow.registry import Step
from ivr.core.flow.text import Text

_KINDS = (Target, QueueName, PromptFile, AnswerName, Text, Condition)


@dataclass(frozen=True, slots=True)
class Link:
    """One thing a step refers to. `path` is the field's below the step, as written: `keys.1.next`."""

    kind: Any
    path: str
    value: Any


def links(step: Step) -> Iterator[Link]:
    """Every link of a step, in the order of its fields."""
    for name, hint in _hints(type(step)):
        written = step.word if name == step.main else name
        yield from _links(hint, getattr(step, name), written)


def targets(step: Step) -> Iterator[tuple[str, str]]:
    """(path, step name) of every way out of a step."""
    return ((link.path, link.value) for link in links(step) if link.kind is Target)


def _links(hint: Any, value: Any, path: str) -> Iterator[Link]:
    if value is None:
        return
    if hint in _KINDS:
        yield Link(hint, path, value)
        return
    origin = get_origin(hint)
    arguments = get_args(hint)
    if origin in {Union, UnionType}:
        inner = next(argument for argument in arguments if argument is not type(None))
        yield from _links(inner, value, path)
    elif origin is Annotated or isinstance(hint, NewType):
        return
    elif origin is tuple:
        for number, item in enumerate(value, 1):
            yield from _links(arguments[0], item, f"{path}.{number}")
    elif origin is not None and issubclass(origin, Mapping):
        for key, item in value.items():
            yield from _links(arguments[1], item, f"{path}.{key}")
    elif is_dataclass(hint):
        for name, inner in _hints(type(value)):
            yield from _links(inner, getattr(value, name), f"{path}.{name}")


@cache
def _hints(cls: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple((field.name, hints[field.name]) for field in fields(cls) if field.init)
