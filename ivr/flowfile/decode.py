"""A flow's file to a Flow: header, then one step at a time, so that every problem comes back at once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from ivr.core.flow import steps as _steps  # noqa: F401 - registers the step types
from ivr.core.flow.fields import AnswerName, FlowName, Label, Language, Target, Zone
from ivr.core.flow.links import links
from ivr.core.flow.model import Flow, Limits
from ivr.core.flow.problem import Problem
from ivr.core.flow.registry import STEPS, Step
from ivr.flowfile.matching.matcher import WordMatcher
from ivr.flowfile.nodes import Node, Scalar, Table, compose
from ivr.flowfile.reading import Reading, described, nearest
from ivr.flowfile.values import read_name, read_table

MAX_STEPS = 2_000
"""Steps of one flow: more than anybody can keep in view; the checker's time is bounded by it."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands above the steps."""

    language: Language
    time_zone: Zone
    title: str = ""
    start: Target | None = None
    on_fault: Target | None = None
    parameters: tuple[AnswerName, ...] = ()
    voices: Mapping[Language, Label] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


HEADER = _Header
"""What stands above a flow's steps, for those who describe a flow's file."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What was read of a flow's file. `flow` is None where it has an error; `drafted` holds whatever could be read.

    `declared` names all its steps, read or not.
    """

    flow: Flow | None
    problems: tuple[Problem, ...]
    drafted: Flow | None = None
    declared: frozenset[str] = frozenset()


def digest_of(name: str, source: bytes) -> str:
    """The name of a version for good: the flow's name and the first 16 hex digits of its content's SHA-256."""
    return f"{name}-{hashlib.sha256(source).hexdigest()[:16]}"


def decode_flow(source: bytes, name: str, file: str) -> Decoded:
    """Reads a flow. `name` is the flow's, `file` what problems call it. Never raises."""
    root, problems = compose(source, file)
    reading = Reading(file, problems)
    if root is None:
        if not problems:
            reading.problems.append(Problem(file, 1, 1, "F007", "the file is empty"))
        return Decoded(None, tuple(reading.problems))
    if not isinstance(root, Table):
        reading.shape(root, "a table with language, time_zone and steps")
        return Decoded(None, tuple(reading.problems))
    steps_node = root.values.get("steps")
    head = Table(root.at, {k: v for k, v in root.values.items() if k != "steps"}, root.keys)
    header = read_table(reading, _Header, head, "flow")
    steps, declared = _read_steps(reading, root, steps_node)
    broken = header is None or len(steps) < len(declared) or bool(reading.problems)
    values = header or {}
    first = next(iter(declared), "")
    language = str(values.get("language", ""))
    flow = Flow(
        name=name,
        digest=digest_of(name, source),
        language=language,
        start=str(values.get("start") or first),
        steps=steps,
        title=str(values.get("title", "")),
        time_zone=str(values.get("time_zone", "UTC")),
        on_fault=str(values.get("on_fault") or ""),
        parameters=tuple(values.get("parameters", ())),
        voices=values.get("voices", {}),
        limits=values.get("limits") or Limits(),
        runs=tuple(dict.fromkeys(link.value for one in steps.values() for link in links(one) if link.kind is FlowName)),
        matchers={name: WordMatcher(meanings, language) for name, step in steps.items() if (meanings := step.meanings)},
        positions=reading.positions,
    )
    return Decoded(None if broken else flow, tuple(reading.problems), flow if header else None, frozenset(declared))


def _read_steps(reading: Reading, root: Table, node: Node | None) -> tuple[dict[str, Step], list[str]]:
    if node is None:
        reading.bad(root, "F007", "`steps` is missing")
        return {}, []
    if isinstance(node, Table) and not node.values:
        reading.bad(node, "F007", "`steps` has no steps")
        return {}, []
    if not isinstance(node, Table):
        reading.shape(node, "a table of steps by name")
        return {}, []
    if len(node.values) > MAX_STEPS:
        reading.bad(root.keys["steps"], "F005", f"{len(node.values):,} steps; a flow has at most {MAX_STEPS:,}")
        return {}, list(node.values)
    steps: dict[str, Step] = {}
    reading.positions["steps"] = root.keys["steps"]
    for name, value in node.values.items():
        reading.positions[f"steps.{name}"] = node.keys[name]
        read_name(reading, Scalar(name, node.keys[name]), f"steps.{name}")
        step = _read_step(reading, name, value)
        if step is not None:
            steps[name] = step
    return steps, list(node.values)


def _read_step(reading: Reading, name: str, node: Node) -> Step | None:
    if not isinstance(node, Table):
        reading.bad(
            node,
            "F006",
            f"step '{name}' must be a table, found {described(node)}",
            "begin it with its kind: `say: ...`",
        )
        return None
    words = _kinds(node)
    if not words:
        _unknown_kind(reading, name, node)
        return None
    if len(words) > 1:
        both = " and ".join(f"`{word}`" for word in words)
        reading.bad(node.keys[words[1]], "F010", f"step '{name}' is of several kinds: {both}", "make two steps of it")
        return None
    word = words[0]
    cls = STEPS[word]
    values: dict[str, Any] | None = read_table(reading, cls, node, f"steps.{name}", {word: cls.main})
    return None if values is None else cls(**values)


def _kinds(node: Table) -> list[str]:
    """The kinds a step's keys name, in order; one alone where all others are its fields (`urgent` of a queue)."""
    words = [key for key in node.values if key in STEPS]
    if len(words) > 1:
        for word in words:
            own = {field.name for field in fields(cast("Any", STEPS[word])) if field.name != STEPS[word].main}
            if own.issuperset(other for other in words if other != word):
                return [word]
    return words


def _unknown_kind(reading: Reading, name: str, node: Table) -> None:
    first = next(iter(node.values), "")
    for key in node.values:
        if hint := nearest(key, STEPS):
            reading.bad(node.keys[key], "F009", f"unknown kind of step '{key}'", hint)
            return
    kinds = f"kinds are {', '.join(sorted(STEPS))}"
    at = node.keys.get(first, node.at)
    if first == "type":
        reading.bad(at, "F010", f"step '{name}' has no kind", "write the kind itself as the first key: `say: ...`")
    else:
        reading.bad(at, "F010", f"step '{name}' has no kind", kinds)
