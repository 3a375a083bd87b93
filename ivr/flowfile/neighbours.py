"""The files beside the flows: `lines.yaml` (which number is answered by which flow) and `queues.yaml`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.fields import Label, Language, Level, LongSeconds, Name, PhoneNumber, RingSeconds, Target
from ivr.core.flow.problem import Problem
from ivr.core.flow.text import Text
from ivr.flowfile.nodes import Node, Scalar, Table, compose
from ivr.flowfile.reading import Reading, nearest
from ivr.flowfile.values import read_name, read_table
from ivr.services.ports import Line, QueueDefinition


@dataclass(frozen=True, slots=True)
class _LineEntry:
    number: PhoneNumber
    flow: Target
    language: Language
    title: Label = ""


@dataclass(frozen=True, slots=True)
class _QueueEntry:
    title: Label = ""
    skills: Mapping[Name, Level] = field(default_factory=dict)
    ring: RingSeconds = 20
    wrap_up: LongSeconds = 15
    max_wait: LongSeconds | None = None
    hold: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Queues:
    """Queues as read: their definitions and what is said in each while waiting."""

    definitions: Mapping[str, QueueDefinition] = field(default_factory=dict)
    holds: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)

    @property
    def limited(self) -> Mapping[str, bool]:
        """Each queue, and whether it limits the wait by itself."""
        return {name: bool(queue.max_wait_seconds) for name, queue in self.definitions.items()}


def decode_lines(source: bytes, file: str, flows: Collection[str]) -> tuple[list[Line] | None, list[Problem]]:
    """The lines, or None where there was an error. `flows` are the names of the flows there are."""
    reading, entries = read_entries(source, file, "lines")
    lines: dict[str, Line] = {}
    for name, node in entries.items():
        path = f"lines.{name}"
        values = read_table(reading, _LineEntry, node, path)
        if values is None:
            continue
        entry = _LineEntry(**values)
        if entry.flow not in flows:
            hint = nearest(entry.flow, flows, f"flows are {', '.join(sorted(flows))}" if flows else "")
            reading.bad(reading.positions[f"{path}.flow"], "F030", f"there is no flow '{entry.flow}'", hint)
        if entry.number in lines:
            message = f"line '{lines[entry.number].name}' has this number already"
            reading.bad(reading.positions[f"{path}.number"], "F031", message)
        lines[entry.number] = Line(name, entry.number, entry.flow, entry.language, entry.title)
    return (None if reading.problems else list(lines.values())), reading.problems


def decode_queues(source: bytes, file: str) -> tuple[Queues | None, list[Problem]]:
    """The queues, or None where there was an error."""
    reading, entries = read_entries(source, file, "queues")
    definitions: dict[str, QueueDefinition] = {}
    holds: dict[str, tuple[Text, ...]] = {}
    for name, node in entries.items():
        values = read_table(reading, _QueueEntry, node, f"queues.{name}")
        if values is None:
            continue
        entry = _QueueEntry(**values)
        definitions[name] = QueueDefinition(
            name=name,
            title=entry.title,
            skills=tuple(sorted(entry.skills.items())),
            ring_seconds=entry.ring,
            wrap_up_seconds=entry.wrap_up,
            max_wait_seconds=entry.max_wait,
            hold=tuple(text.choose("", "")[1].render(lambda _: "") for text in entry.hold),
        )
        holds[name] = entry.hold
    return (None if reading.problems else Queues(definitions, holds)), reading.problems


def read_entries(source: bytes, file: str, word: str) -> tuple[Reading, dict[str, Table]]:
    """The tables by name below the file's one key."""
    root, problems = compose(source, file)
    reading = Reading(file, problems)
    if root is None:
        if not problems:
            reading.problems.append(Problem(file, 1, 1, "F007", "the file is empty"))
        return reading, {}
    if not isinstance(root, Table):
        reading.shape(root, f"a table that begins with `{word}:`")
        return reading, {}
    for key in root.values:
        if key != word:
            reading.bad(
                root.keys[key], "F008", f"unknown field '{key}'", nearest(key, [word], f"the only one is {word}")
            )
    node = root.values.get(word)
    if node is None:
        reading.bad(root, "F007", f"`{word}` is missing")
        return reading, {}
    return reading, _tables(reading, node, word)


def _tables(reading: Reading, node: Node, word: str) -> dict[str, Table]:
    if not isinstance(node, Table):
        reading.shape(node, f"a table of {word} by name")
        return {}
    entries: dict[str, Table] = {}
    for name, value in node.values.items():
        read_name(reading, Scalar(name, node.keys[name]), f"{word}.{name}")
        if isinstance(value, Table):
            entries[name] = value
        elif isinstance(value, Scalar) and value.empty and word == "queues":
            entries[name] = Table(value.at)
        else:
            reading.shape(value, "a table")
    return entries
