"""What is drawn: steps and the ways between them, found by the types of the steps' fields.

A kind of step added later is drawn without being told of: what it leads to are its fields of type Target, what it says
is its first Text, and its look follows from what it waits for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Literal

from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import Target
from ivr.core.flow.inputs import Dialed, LeftLine
from ivr.core.flow.links import Link, links
from ivr.core.flow.model import Flow
from ivr.core.flow.registry import Step
from ivr.core.flow.text import Slot, Template, Text

Look = Literal["says", "asks", "decides", "connects", "ends"]
"""How a step is drawn: it says something, asks the caller, decides by itself, brings to somebody, or ends the call."""


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a step. `path` is the field's below the step (`keys.1.next`), `label` what is shown for it.

    `named` is what the engine's trail calls it where the field tells (`key 1`, `otherwise`), else the field itself.
    `missing`: the step it leads to doesn't exist.
    """

    path: str
    label: str
    to: str
    named: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A step. `kind` is the operator's word for it; `text` what is heard or meant, in one line."""

    name: str
    kind: str
    look: Look
    text: str = ""
    exits: tuple[Exit, ...] = ()
    start: bool = False
    on_fault: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """A flow's steps, in the order of the file."""

    name: str
    title: str
    nodes: tuple[Node, ...]
    start: str = ""
    on_fault: str = ""
    by_name: dict[str, Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {node.name: node for node in self.nodes})


def graph_of(flow: Flow) -> Graph:
    """The graph of a flow, or of as much as could be read of a broken one."""
    nodes = tuple(
        Node(
            name=name,
            kind=step.word,
            look=_look(step),
            text=_in_one_line(step, flow.language),
            exits=tuple(_exits(step, frozenset(flow.steps))),
            start=name == flow.start,
            on_fault=name == flow.on_fault,
        )
        for name, step in flow.steps.items()
    )
    return Graph(flow.name, flow.title or flow.name, nodes, flow.start, flow.on_fault)


def _look(step: Step) -> Look:
    if step.ends:
        return "ends"
    if {LeftLine, Dialed} & set(step.accepts):
        return "connects"
    if step.accepts:
        return "asks"
    targets = sum(link.kind is Target for link in links(step))
    return "decides" if targets > 1 else "says"


def _exits(step: Step, known: frozenset[str]) -> Iterator[Exit]:
    for link in links(step):
        if link.kind is Target:
            named, label = _named(step, link)
            yield Exit(link.path, label, link.value, named, missing=link.value not in known)


def _named(step: Step, link: Link) -> tuple[str, str]:
    """(what the trail calls it, what is shown): `keys.1.next` is `key 1`, shown with the choice's label."""
    field_name, _, rest = link.path.partition(".")
    if not rest:
        return link.path, link.path.removeprefix("on_").replace("_", " ")
    at = rest.removesuffix(".next")
    words = _words(_part(step, field_name, at))
    if field_name == "keys":
        return f"key {at}", f"{at}  {words}" if words else at
    if at.isdigit():
        named = "share" if step.word == "split" else "way"
        return f"{named} {at}", words or f"{named} {at}"
    return at, words or at.replace("_", " ")


def _part(step: Step, field_name: str, at: str) -> Any:
    """The entry of a list or a table that a path leads through; None where it is only a target's name."""
    name = step.main if field_name == step.word else field_name
    value: Any = getattr(step, name, None)
    if isinstance(value, tuple):
        return value[int(at) - 1] if at.isdigit() and 0 < int(at) <= len(value) else None
    return {str(key): entry for key, entry in value.items()}.get(at) if hasattr(value, "items") else None


def _words(part: Any) -> str:
    """What an operator would call an entry: its label, its condition, its share."""
    if not is_dataclass(part):
        return ""
    for name in ("label", "title", "when", "percent", "share"):
        value = getattr(part, name, None)
        if isinstance(value, Condition):
            return value.source
        if value:
            return f"{value} %" if name in {"percent", "share"} else str(value)
    return ""


def _in_one_line(step: Step, language: str) -> str:
    """What a step says, else what its kind's own field holds."""
    main = getattr(step, step.main, None) if step.main else None
    if isinstance(main, str) and main:
        return main
    for link in links(step):
        if link.kind is Text and "." not in link.path:
            return _shown(link.value, language)
    return ""


def _shown(text: Text, language: str) -> str:
    template: Template = text.choose(language)[1]
    parts = (f"‹{part.name}›" if isinstance(part, Slot) else part for part in template.parts)
    return " ".join("".join(parts).split())
