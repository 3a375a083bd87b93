"""The ways through a flow, counted: each step, and each exit a step has by its fields' types (`links.py`).

To know which of two exits that lead to the same step was taken, a flow is walked with its targets marked: each `Target`
becomes a text that also knows where it is written. The engine hands on the very text a step answers, so the trail of a
turn tells the exits. A new step type needs nothing here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Self, Union, get_args, get_origin, get_type_hints

from ivr.core.flow.check import place
from ivr.core.flow.effects import Hangup
from ivr.core.flow.fields import Target
from ivr.core.flow.links import links
from ivr.core.flow.model import Flow, Position
from ivr.core.flow.registry import Step
from ivr.core.flow.turn import Turn
from ivr.flowtest.house import House

START, ON_FAULT = "start", "on_fault"
ENDS = "ends"
"""The exit of a step that may end the call, or hand it over, instead of going on."""


class Marked(str):
    """A step's name, as it stands at `path` of step `step` in flow `flow` (`step` empty: above the steps)."""

    __slots__ = ("flow", "path", "step")
    flow: str
    step: str
    path: str

    def __new__(cls, name: str, flow: str, step: str, path: str) -> Self:
        """The name with its place."""
        marked = super().__new__(cls, name)
        marked.flow, marked.step, marked.path = flow, step, path
        return marked


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """A step (`path` empty) or one of its exits, by the path its target is written at."""

    flow: str
    step: str
    path: str = ""

    def __str__(self) -> str:
        if not self.step:
            return self.path
        return f"{self.step}, exit {self.path}" if self.path else f"step {self.step}"


def ways_of(flow: Flow) -> tuple[Way, ...]:
    """All there is to walk in a flow, in the order of its file."""
    found = [Way(flow.name, "", ON_FAULT)] if flow.on_fault else []
    for name, step in flow.steps.items():
        found.append(Way(flow.name, name))
        exits = [link.path for link in links(step) if link.kind is Target]
        found += [Way(flow.name, name, path) for path in exits]
        if exits and step.ends:
            found.append(Way(flow.name, name, ENDS))
    return tuple(found)


def place_of(flow: Flow, way: Way) -> Position:
    """Where a way is written."""
    return place(flow, f"steps.{way.step}.{way.path}".rstrip(".") if way.step else f"flow.{way.path}")


def marked_house(house: House) -> House:
    """The house with every target of its flows marked; it walks as the other does."""
    return replace(house, flows=_MarkedFlows(house.flows, {}))


def taken(turns: Iterable[Turn]) -> Iterator[Way]:
    """The ways that the turns of a call in a marked house went."""
    for turn in turns:
        last = len(turn.trail) - 1
        for number, walked in enumerate(turn.trail):
            name = walked.step
            if not isinstance(name, Marked):
                continue
            yield Way(name.flow, str(name))
            if name.step or name.path == ON_FAULT:
                yield Way(name.flow, name.step, name.path)
            before = turn.trail[number - 1] if number else None
            over = name.path == START and not name.step and before is not None and before.exit == "waits"
            if over and before is not None and isinstance(before.step, Marked):  # handed over to another line
                yield Way(before.step.flow, str(before.step), ENDS)
            if number == last and walked.exit not in {"waits", "hung_up"} and isinstance(turn.wait, Hangup):
                yield Way(name.flow, str(name), ENDS)


class _MarkedFlows(Mapping[str, Flow]):
    """Flows, each marked when it is first asked for, as are those it runs. `known` are the marked ones, by digest."""

    def __init__(self, flows: Mapping[str, Flow], known: dict[str, Flow]) -> None:
        self._flows = flows
        self._known = known

    def __getitem__(self, name: str) -> Flow:
        flow = self._flows[name]
        # What a line runs speaks as the flow does that led there: one version, in several languages.
        key = f"{flow.digest} {flow.language} {flow.time_zone}"
        if key not in self._known:
            self._known[key] = replace(
                flow,
                steps={step: _marked_step(flow, step, kind) for step, kind in flow.steps.items()},
                start=Marked(flow.start, flow.name, "", START),
                on_fault=Marked(flow.on_fault, flow.name, "", ON_FAULT) if flow.on_fault else "",
                library=_MarkedFlows(flow.library, self._known),
            )
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._flows)

    def __len__(self) -> int:
        return len(self._flows)


def _marked_step(flow: Flow, name: str, step: Step) -> Step:
    kind: Any = type(step)
    hints = _hints(kind)
    changed = {}
    for field in fields(kind):
        before = getattr(step, field.name)
        written = step.word if field.name == step.main else field.name
        after = _marked_value(hints[field.name], before, (flow.name, name, written)) if field.init else before
        if after is not before:
            changed[field.name] = after
    again: Any = step
    return replace(again, **changed) if changed else step


def _marked_value(hint: Any, value: Any, at: tuple[str, str, str]) -> Any:
    """The value with the targets in it marked; the very same value where it holds none."""
    if value is None:
        return value
    if hint is Target:
        return Marked(value, *at)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _marked_value(arguments[0], value, at)
    if origin in {Union, UnionType}:
        return _marked_union(arguments, value, at)
    if origin is tuple and isinstance(value, tuple):
        items = tuple(_marked_value(arguments[0], item, _below(at, number)) for number, item in enumerate(value, 1))
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if origin is not None and isinstance(value, Mapping):
        several = {key: _marked_value(arguments[1], item, _below(at, key)) for key, item in value.items()}
        return several if any(several[key] is not value[key] for key in several) else value
    if isinstance(hint, type) and is_dataclass(hint):
        return _marked_fields(hint, value, at)
    return value


def _marked_union(kinds: tuple[Any, ...], value: Any, at: tuple[str, str, str]) -> Any:
    for kind in kinds:
        if is_dataclass(kind) and not isinstance(value, kind):  # type: ignore[arg-type]  # a dataclass is a type here
            continue
        after = _marked_value(kind, value, at)
        if after is not value:
            return after
    return value


def _marked_fields(kind: Any, value: Any, at: tuple[str, str, str]) -> Any:
    hints = _hints(kind)
    changed = {}
    for field in fields(kind):
        before = getattr(value, field.name)
        after = _marked_value(hints[field.name], before, _below(at, field.name)) if field.init else before
        if after is not before:
            changed[field.name] = after
    return replace(value, **changed) if changed else value


def _below(at: tuple[str, str, str], part: object) -> tuple[str, str, str]:
    return (at[0], at[1], f"{at[2]}.{part}")


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)
