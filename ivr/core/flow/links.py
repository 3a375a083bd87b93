"""What a step refers to, found by the types of its fields: targets, queues, numbers, sound files, texts, conditions.

So the checker and, later, the graph know a new step without being told of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from ivr.core.flow.bound import Address, Bound
from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import AnswerName, FlowName, PromptFile, QueueName, Target
from ivr.core.flow.registry import Step
from ivr.core.flow.text import Text

_KINDS = (Target, QueueName, FlowName, PromptFile, AnswerName, Text, Condition, Address, Bound)


class Link(NamedTuple):
    """One thing a step refers to. `path` is the field's below the step, as written: `keys.1.next`."""

    kind: Any
    path: str
    value: Any


Finder = Callable[[Any, str, list[Link]], None]
"""(value, its path, links found so far): adds the links of a value of one type."""


def links(step: Step) -> list[Link]:
    """Every link of a step, in the order of its fields."""
    kind: Any = type(step)
    found: list[Link] = []
    for name, written, find in _fields(kind):
        find(getattr(step, name), written, found)
    return found


@cache
def _fields(cls: Any) -> tuple[tuple[str, str, Finder], ...]:
    """The fields of a step that may have links: name, name as written, finder."""
    main, word = getattr(cls, "main", ""), getattr(cls, "word", "")
    found = []
    for name, hint in _hints(cls):
        find = _finder(hint)
        if find is not None:
            found.append((name, word if name == main else name, find))
    return tuple(found)


@cache
def _finder(hint: Any) -> Finder | None:
    """What finds the links in values of a type; None where there can be none. Worked out once a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _KINDS:
        return _itself(hint)
    if origin in {Union, UnionType}:
        return _first_of([find for kind in arguments if (find := _finder(kind)) is not None])
    if origin is tuple:
        return _numbered(_finder(arguments[0]))
    if origin is Mapping:
        return _by_key(arguments[0] if arguments[0] in _KINDS else None, _finder(arguments[1]))
    if isinstance(hint, type) and is_dataclass(hint):
        return _parts([(name, find) for name, inner in _hints(hint) if (find := _finder(inner)) is not None])
    return None


def _itself(kind: Any) -> Finder:
    def find(value: Any, path: str, found: list[Link]) -> None:
        if value is not None:
            found.append(Link(kind, path, value))

    return find


def _first_of(finders: list[Finder]) -> Finder | None:
    """Of a type with alternatives: at most one of them has links (`Text | None`)."""
    if not finders:
        return None

    def find(value: Any, path: str, found: list[Link]) -> None:
        if value is not None:
            for one in finders:
                one(value, path, found)

    return find


def _numbered(inner: Finder | None) -> Finder | None:
    if inner is None:
        return None

    def find(value: Any, path: str, found: list[Link]) -> None:
        for number, item in enumerate(value, 1):
            inner(item, f"{path}.{number}", found)

    return find


def _by_key(kind: Any, inner: Finder | None) -> Finder | None:
    if kind is None and inner is None:
        return None

    def find(value: Any, path: str, found: list[Link]) -> None:
        if kind is not None:
            found += [Link(kind, f"{path}.{key}", key) for key in value]
        if inner is not None:
            for key, item in value.items():
                inner(item, f"{path}.{key}", found)

    return find


def _parts(finders: list[tuple[str, Finder]]) -> Finder | None:
    if not finders:
        return None

    def find(value: Any, path: str, found: list[Link]) -> None:
        for name, one in finders:
            one(getattr(value, name), f"{path}.{name}", found)

    return find


@cache
def _hints(cls: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple((field.name, hints[field.name]) for field in fields(cls) if field.init)
