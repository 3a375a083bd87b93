"""What is different between two versions of a flow, in words, by step. Pure.

Steps are compared field by field, by their types: a new kind of step is compared without being told of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import zip_longest
from typing import Any, get_type_hints

from ivr.core.flow.condition import Condition
from ivr.core.flow.context import WEEKDAYS
from ivr.core.flow.fields import Target
from ivr.core.flow.model import Flow
from ivr.core.flow.registry import Step
from ivr.core.flow.text import Slot, Template, Text

LONGEST = 80
"""Characters of a value that are told."""

_HEADER = ("title", "language", "time_zone", "start", "on_fault", "parameters", "voices")
_NOTHING = object()


_WORDED = (Condition, Template)
_PLAIN = {"week", "calendars"}
"""Fields within a field that need no name of their own."""


class _Written(str):
    """A text that is told without quotes."""

    __slots__ = ()


def differences(old: Flow, new: Flow) -> list[str]:
    """One sentence a difference: first the header's, then in the order of the newer flow, then what is gone."""
    return [*_header(old, new), *_steps(old, new)]


def _header(old: Flow, new: Flow) -> Iterator[str]:
    for name in _HEADER:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield from _sentences(f"`{name}`", "", "", before, after)


def _steps(old: Flow, new: Flow) -> Iterator[str]:
    moved = dict(_renamed(old, new))
    for name, step in new.steps.items():
        before = old.steps.get(name)
        if name in moved.values():
            (earlier,) = (one for one, other in moved.items() if other == name)
            yield f"{step.word} '{earlier}' is now called '{name}'"
        elif before is None:
            yield f"new: {step.word} '{name}'"
        elif type(before) is not type(step):
            yield f"'{name}' was a {before.word} and is now a {step.word}"
        elif before != step:
            yield from _step(name, before, step)
    for name, step in old.steps.items():
        if name not in new.steps and name not in moved:
            yield f"gone: {step.word} '{name}'"
    common = [[name for name in flow.steps if name in old.steps and name in new.steps] for flow in (old, new)]
    if common[0] != common[1]:
        yield "steps stand in another order, which changes nothing for callers"


def _renamed(old: Flow, new: Flow) -> Iterator[tuple[str, str]]:
    """Steps that are the same but for their name, where there is no doubt which."""
    gone = {name: step for name, step in old.steps.items() if name not in new.steps}
    added = {name: step for name, step in new.steps.items() if name not in old.steps}
    for name, step in gone.items():
        same = [other for other, one in added.items() if type(one) is type(step) and one == step]
        twins = [other for other, one in gone.items() if type(one) is type(step) and one == step]
        if len(same) == 1 and len(twins) == 1:
            yield name, same[0]


def _step(name: str, before: Step, after: Step) -> Iterator[str]:
    who = f"{after.word} '{name}'"
    kind: Any = type(after)
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.init and one != other:
            written = "" if field.name == after.main else f"`{field.name}`"
            yield from _sentences(written, f"{who}: ", hints[field.name], one, other)


def _sentences(what: str, who: str, hint: Any, before: Any, after: Any) -> Iterator[str]:
    """What became of one field; tables, lists and tables of fields part by part."""
    if isinstance(before, Text) and isinstance(after, Text):
        yield from _texts(what, who, before, after)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for parts, one, other in _parts(before, after):
            yield _became(_part(what, parts), who, one, other)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        for number, (one, other) in enumerate(zip_longest(before, after, fillvalue=_NOTHING), 1):
            if one != other:
                yield _became(f"{what} {number}" if what else f"way {number}", who, one, other)
    elif is_dataclass(before) and type(before) is type(after) and not isinstance(before, _WORDED):
        yield from _fields(what, who, before, after)
    elif _is_target(hint):
        yield _went(what, who, before, after)
    else:
        yield _became(what, who, _timed(hint, before), _timed(hint, after))


def _fields(what: str, who: str, before: Any, after: Any) -> Iterator[str]:
    """What became of each field of a table of fields."""
    for field in fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if one != other:
            name = what if field.name in _PLAIN else f"`{field.name}`"
            yield from _sentences(name, who, field.type, one, other)


def _parts(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[tuple[list[Any], Any, Any]]:
    """(keys, before, after) of the parts of a table that differ; days of the week with the same change together."""
    found: list[tuple[list[Any], Any, Any]] = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key, _NOTHING), after.get(key, _NOTHING)
        if one == other:
            continue
        if found and isinstance(key, int) and found[-1][0][-1] == key - 1 and found[-1][1:] == (one, other):
            found[-1][0].append(key)
        else:
            found.append(([key], one, other))
    return found


def _timed(hint: Any, value: Any) -> Any:
    """A number of seconds as an operator writes it."""
    if isinstance(value, int) and not isinstance(value, bool) and "Duration(" in repr(hint):
        for size, unit in ((3600, "h"), (60, "min")):
            if value and value % size == 0:
                return _Written(f"{value // size} {unit}")
        return _Written(f"{value} s")
    return value


def _texts(what: str, who: str, before: Text, after: Text) -> Iterator[str]:
    one_by, other_by = _aligned(before.by_language, after.by_language), _aligned(after.by_language, before.by_language)
    for language in dict.fromkeys([*one_by, *other_by]):
        one, other = one_by.get(language, _NOTHING), other_by.get(language, _NOTHING)
        if one != other:
            named = f"{what} ({language})" if language else what
            yield _became(named.strip(), who, one, other)
    if before.audio != after.audio:
        yield _became(f"the recordings of {what or 'the words'}", who, before.audio, after.audio)


def _aligned(texts: Mapping[str, Template], others: Mapping[str, Template]) -> Mapping[str, Template]:
    """A text given without a language under the one it has on the other side."""
    if set(texts) != {""} or "" in others or not others:
        return texts
    same = [language for language, template in others.items() if template == texts[""]]
    return {same[0] if same else next(iter(others)): texts[""]}


def _part(what: str, keys: list[Any]) -> str:
    key = keys[0]
    if isinstance(key, int):
        return WEEKDAYS[key] if len(keys) == 1 else f"{WEEKDAYS[key]}-{WEEKDAYS[keys[-1]]}"
    if isinstance(key, date):
        return f"{what or 'the day'} {key.isoformat()}"
    if what == "`keys`":
        return f"key {_KEYS.get(key, key)}"
    return f"{what}, {key}" if what else str(key)


def _became(what: str, who: str, before: Any, after: Any) -> str:
    if _way(before) and _way(after) and _way(before) != _way(after):
        label = _label(after)
        named = f", as '{label}'" if label and label != _label(before) else ""
        return f"{who}{what} now goes to '{_way(after)}' (was '{_way(before)}'){named}"
    if _way(before) and _way(before) == _way(after) and _label(before) != _label(after):
        return f"{who}{what} is now called {said(_label(after))} (was {said(_label(before))})"
    if before is _NOTHING or before is None:
        way = _way(after)
        return f"{who}{what} is new, goes to '{way}'" if way else f"{who}{what} is new: {said(after)}"
    if after is _NOTHING or after is None:
        return f"{who}{what} is gone"
    now, was = _apart(said(after, whole=True), said(before, whole=True))
    return f"{who}{what} now {now} (was {was})" if what else f"{who}now {now} (was {was})"


def _went(what: str, who: str, before: Any, after: Any) -> str:
    if not before:
        return f"{who}{what} is new, goes to '{after}'"
    if not after:
        return f"{who}{what} is gone (went to '{before}')"
    return f"{who}{what or 'it'} now goes to '{after}' (was '{before}')"


def _way(value: Any) -> str:
    return str(getattr(value, "next", "")) if is_dataclass(value) else ""


def _label(value: Any) -> str:
    return str(getattr(value, "label", ""))


def _is_target(hint: Any) -> bool:
    return hint is Target or Target in getattr(hint, "__args__", ())


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two long texts cut to where they differ."""
    if max(len(one), len(other)) <= LONGEST:
        return one, other
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    begin = max(0, same - LONGEST // 4)
    begin = one.rfind(" ", 0, begin) + 1 if begin else 0
    return _shortened(one, begin), _shortened(other, begin)


def _shortened(text: str, begin: int = 0) -> str:
    cut = f"... {text[begin:]}" if begin else text
    return cut if len(cut) <= LONGEST else f"{cut[: LONGEST - 4].rstrip()} ..."


def said(value: Any, *, whole: bool = False) -> str:
    """A value as an operator would write it, shortened unless `whole`."""
    match value:
        case _Written():
            text = str(value)
        case bool():
            text = "yes" if value else "no"
        case Template():
            text = f'"{_template(value)}"'
        case Text(by_language=texts):
            text = " / ".join(f'"{_template(one)}"' for one in texts.values())
        case Condition():
            text = f"`{value.source}`"
        case str():
            text = f"'{value}'" if value else "empty"
        case tuple():
            text = _several(value)
        case Mapping():
            text = ", ".join(f"{key}: {said(one)}" for key, one in value.items()) or "nothing"
        case _ if is_dataclass(value) and not isinstance(value, type):
            text = _record(value)
        case _:
            text = str(value)
    return text if whole else _shortened(text)


def _several(values: tuple[Any, ...]) -> str:
    match values:
        case (int(least), int(most)):  # the levels of a skill: no list of an operator's has numbers
            return f"{least}-{most}"
    return ", ".join(said(one) for one in values) or "nothing"


def _record(value: Any) -> str:
    if hasattr(value, "start") and hasattr(value, "until"):
        return f"{_clock(value.start)}-{_clock(value.until)}"
    parts = [(field.name, getattr(value, field.name)) for field in fields(value) if field.init]
    return ", ".join(f"{name} {said(one)}" for name, one in parts if one not in (None, "", (), {}))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _template(template: Template) -> str:
    return "".join(part if isinstance(part, str) else f"{{{{ {_slot(part)} }}}}" for part in template.parts)


def _slot(slot: Slot) -> str:
    return " | ".join([slot.name, *(_filter(*one) for one in slot.filters)])


def _filter(name: str, argument: str) -> str:
    return f'{name}("{argument}")' if argument else name


_KEYS = {"*": "star", "#": "hash"}
