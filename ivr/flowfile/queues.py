"""`queues.yaml`: how each line works. Read next: `docs/lines.md`, `ivr/core/queue_rules.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ivr.core.flow.fields import (
    Decimal,
    Duration,
    Label,
    LongSeconds,
    Name,
    PreferSeconds,
    QueueName,
    Range,
    RingSeconds,
    SkillLevels,
)
from ivr.core.flow.model import Position
from ivr.core.flow.problem import Problem
from ivr.core.flow.text import Text
from ivr.core.promise_presets import PRESETS
from ivr.core.queue_rules import BUDGET_SECONDS, Announce, Entry, Overflow, QueueDefinition, Strategy
from ivr.core.routing.rings import Ring
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.plain import spoken_seconds
from ivr.flowfile.reading import Reading, nearest
from ivr.flowfile.values import read_table


@dataclass(frozen=True, slots=True)
class _RingEntry:
    after: Annotated[int, Duration(1, 14_400)]
    skills: SkillLevels = field(default_factory=dict)
    instead: SkillLevels = field(default_factory=dict)
    anybody: bool = False

    @property
    def ways(self) -> list[str]:
        """What it says of who may answer as well: one of the three, where it is right."""
        said = {"skills": self.skills, "instead": self.instead, "anybody": self.anybody}
        return [word for word, value in said.items() if value]


@dataclass(frozen=True, slots=True)
class _EnterEntry:
    expected_under: Annotated[int, Duration(1, 14_400)] | None = None
    waiting_per_agent: Annotated[float, Decimal(0.1, 1_000)] | None = None
    staffed: Annotated[int, Range(1, 10_000)] | None = None


@dataclass(frozen=True, slots=True)
class _OverflowEntry:
    queue: QueueName


@dataclass(frozen=True, slots=True)
class _AnnounceEntry:
    every: Annotated[int, Duration(10, 600)] = 45
    position: bool = True
    wait: bool = True


@dataclass(frozen=True, slots=True)
class _QueueEntry:
    title: Label = ""
    skills: SkillLevels = field(default_factory=dict)
    rings: tuple[_RingEntry, ...] = ()
    prefer: PreferSeconds = 0
    strategy: Strategy = "longest_idle"
    boost: LongSeconds = 0
    ring: RingSeconds = 20
    ring_several: Annotated[int, Range(1, 10)] = 1
    ringing_budget: Annotated[int, Duration(5, 3_600)] = BUDGET_SECONDS
    wrap_up: LongSeconds = 15
    max_wait: LongSeconds | None = None
    max_waiting: Annotated[int, Range(1, 100_000)] | None = None
    max_talking: Annotated[int, Range(1, 10_000)] | None = None
    enter_if: _EnterEntry | None = None
    overflow: _OverflowEntry | None = None
    hold: tuple[Text, ...] = ()
    announce: _AnnounceEntry = field(default_factory=_AnnounceEntry)
    dispositions: tuple[Label, ...] = ()
    disposition_required: bool = False
    promise: Label = ""
    hours: Name | None = None


QUEUE = _QueueEntry
"""What stands below a queue's name, for those who describe the file."""


@dataclass(frozen=True, slots=True)
class Queues:
    """Queues as read: their definitions, what is said in each while waiting, and where each part stands in the file."""

    definitions: Mapping[str, QueueDefinition] = field(default_factory=dict)
    holds: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict, compare=False, repr=False)

    @property
    def limited(self) -> Mapping[str, bool]:
        """Each queue, and whether it limits the wait by itself."""
        return {name: bool(queue.max_wait_seconds) for name, queue in self.definitions.items()}

    @property
    def hours(self) -> Mapping[str, str]:
        """The calendar out of which a queue is closed, by queue, where it has one."""
        return {name: queue.hours for name, queue in self.definitions.items() if queue.hours}

    def at(self, path: str) -> Position:
        """Where a part stands, or the nearest one above it."""
        while path and path not in self.positions:
            path = path.rpartition(".")[0]
        return self.positions.get(path, Position(1, 1))


def decode_queues(source: bytes, file: str) -> tuple[Queues | None, list[Problem]]:
    """The queues, or None where there was an error."""
    reading, tables = read_entries(source, file, "queues")
    definitions: dict[str, QueueDefinition] = {}
    holds: dict[str, tuple[Text, ...]] = {}
    for name, node in tables.items():
        path = f"queues.{name}"
        reading.positions[path] = node.at
        values = read_table(reading, _QueueEntry, node, path)
        if values is None:
            continue
        entry = _QueueEntry(**values)
        _check(reading, path, entry)
        definitions[name] = _definition(name, entry)
        holds[name] = entry.hold
    if len(definitions) == len(tables):
        _check_overflow(reading, definitions)
    found = Queues(definitions, holds, reading.positions)
    return (None if reading.problems else found), reading.problems


def _definition(name: str, entry: _QueueEntry) -> QueueDefinition:
    enter, overflow, announce = entry.enter_if, entry.overflow, entry.announce
    return QueueDefinition(
        name=name,
        title=entry.title,
        skills=tuple(sorted(entry.skills.items())),
        strategy=entry.strategy,
        ring_seconds=entry.ring,
        wrap_up_seconds=entry.wrap_up,
        max_wait_seconds=entry.max_wait,
        hold=tuple(text.choose("", "")[1].render(lambda _: "") for text in entry.hold),
        rings=tuple(_ring(ring) for ring in entry.rings),
        prefer_seconds=entry.prefer,
        boost_seconds=entry.boost,
        ring_several=entry.ring_several,
        ringing_budget_seconds=entry.ringing_budget,
        max_waiting=entry.max_waiting,
        max_talking=entry.max_talking,
        entry=Entry(enter.expected_under, enter.waiting_per_agent, enter.staffed) if enter else None,
        overflow=Overflow(overflow.queue) if overflow else None,
        announce=Announce(announce.position, announce.wait, announce.every),
        dispositions=entry.dispositions,
        disposition_required=entry.disposition_required,
        promise=entry.promise,
        hours=entry.hours or "",
    )


def _ring(entry: _RingEntry) -> Ring:
    other_team = bool(entry.instead) or entry.anybody
    return Ring(entry.after, tuple(sorted((entry.instead if other_team else entry.skills).items())), other_team)


def _check(reading: Reading, path: str, entry: _QueueEntry) -> None:
    """What a line says that can't be meant, though each part of it can be read."""
    _check_rings(reading, path, entry)
    if entry.ringing_budget < entry.ring:
        message = f"phones may ring {entry.ringing_budget} s for one call, but each rings {entry.ring} s"
        at = reading.positions.get(f"{path}.ringing_budget") or reading.positions[f"{path}.ring"]
        reading.bad(at, "F011", message)
    if entry.disposition_required and not entry.dispositions:
        at = reading.positions[f"{path}.disposition_required"]
        reading.bad(at, "F007", "an agent has to choose from `dispositions`, and there are none")
    if entry.promise and entry.promise not in PRESETS:
        hint = nearest(entry.promise, PRESETS, f"promises are {', '.join(PRESETS)}")
        reading.bad(reading.positions[f"{path}.promise"], "F011", f"there is no promise '{entry.promise}'", hint)


def _check_rings(reading: Reading, path: str, entry: _QueueEntry) -> None:
    before = entry.prefer
    for number, ring in enumerate(entry.rings, 1):
        at = reading.positions[f"{path}.rings.{number}"]
        name = f"the ring after {spoken_seconds(ring.after)}"
        if not ring.ways:
            hint = "give `skills`, `instead` or `anybody: yes`"
            reading.bad(at, "F007", f"{name} doesn't say who may answer as well", hint)
        if len(ring.ways) > 1:
            message = f"{name} has {' and '.join(f'`{way}`' for way in ring.ways)}"
            reading.bad(at, "F077", message, "keep one of them, or make two rings of it")
        if ring.after <= before:
            earlier = "the ring before it" if number > 1 else "`prefer` lasts"
            message = f"{name} opens no later than {earlier}: {spoken_seconds(before)}"
            reading.bad(at, "F077", message, "rings stand in the order they open in")
        before = max(before, ring.after)


def _check_overflow(reading: Reading, definitions: Mapping[str, QueueDefinition]) -> None:
    """Each line that hands on leads to a line, and in the end to one that doesn't."""
    told: set[str] = set()
    for name, queue in definitions.items():
        if queue.overflow is None:
            continue
        at = reading.positions[f"queues.{name}.overflow"]
        if queue.overflow.queue not in definitions:
            hint = nearest(queue.overflow.queue, definitions)
            reading.bad(at, "F024", f"there is no queue '{queue.overflow.queue}'", hint)
            continue
        if not definitions[queue.overflow.queue].max_wait_seconds:
            message = f"whoever is handed on to '{queue.overflow.queue}' may never get out: its wait has no limit"
            reading.bad(at, "F025", message, f"give '{queue.overflow.queue}' a `max_wait`")
        circle = _circle(name, definitions)
        if circle and not told.intersection(circle):
            told.update(circle)
            way = " to ".join(f"'{one}'" for one in [*circle, name])
            reading.bad(at, "F079", f"lines hand on in a circle: {way}", "let one of them keep its callers")


def _circle(start: str, definitions: Mapping[str, QueueDefinition]) -> list[str]:
    """The lines a call goes through from `start` back to it; empty where it doesn't come back."""
    way = [start]
    while (queue := definitions.get(way[-1])) is not None and queue.overflow is not None:
        if queue.overflow.queue == start:
            return way
        if queue.overflow.queue in way:
            return []
        way.append(queue.overflow.queue)
    return []
