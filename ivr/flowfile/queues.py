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
    PromptFile,
    Range,
    RingSeconds,
    SkillLevels,
)
from ivr.core.flow.model import Flow, LineWays, Position
from ivr.core.flow.problem import Problem
from ivr.core.flow.text import Text
from ivr.core.promise_presets import PRESETS
from ivr.core.queue_rules import (
    BUDGET_SECONDS,
    KEEP_PLACE_SECONDS,
    MOST_DISPOSITIONS,
    Announce,
    Entry,
    Overflow,
    QueueDefinition,
    Strategy,
)
from ivr.core.routing.rings import Ring
from ivr.flowfile.line_ways import LineReader
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.plain import spoken_seconds
from ivr.flowfile.reading import Reading, nearest
from ivr.flowfile.running_over import check_into, check_overflow
from ivr.flowfile.values import MenuPart, OverflowPart, read_table


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
class _AnnounceEntry:
    every: Annotated[int, Duration(10, 600)] = 45
    position: bool = True
    wait: bool = True

    @classmethod
    def switched(cls, on: bool) -> "_AnnounceEntry":
        """What `announce: yes` and `announce: no` stand for."""
        return cls(position=on, wait=on)


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
    keep_place: Annotated[int, Duration(0, 3_600)] = KEEP_PLACE_SECONDS
    overflow: OverflowPart | None = None
    menu: MenuPart | None = None
    hold: tuple[Text, ...] = ()
    music: PromptFile | None = None
    announce: _AnnounceEntry = field(default_factory=_AnnounceEntry)
    dispositions: tuple[Label, ...] = ()
    disposition_required: bool = False
    promise: Label = ""
    hours: Name | None = None


QUEUE = _QueueEntry
"""What stands below a queue's name, for those who describe the file."""


@dataclass(frozen=True, slots=True)
class Queues:
    """Queues as read: their definitions, what is heard in each while waiting, and where each part stands in the file.

    `ways` is where each leads its callers by itself, `flows` those that do it, by name (`line_ways.py`).
    """

    definitions: Mapping[str, QueueDefinition] = field(default_factory=dict)
    holds: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    music: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, LineWays] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict, repr=False)
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
    music: dict[str, str] = {}
    ways: dict[str, LineWays] = {}
    flows: dict[str, Flow] = {}
    into: list[tuple[str, str]] = []
    for name, node in tables.items():
        path = f"queues.{name}"
        reading.positions[path] = node.at
        values = read_table(reading, _QueueEntry, node, path)
        if values is None:
            continue
        entry = _QueueEntry(**values)
        _check(reading, path, entry)
        own = LineReader(reading.beside(f"{path}.overflow", f"{path}.menu"), name)
        overflow = own.overflow(entry.overflow.node) if entry.overflow is not None else None
        closed = own.reading.positions.get(f"{path}.overflow.on_closed")
        if closed is not None and entry.hours is None:
            hint = "give it `hours`, or take this out"
            reading.bad(closed, "F007", "this line never closes: it has no `hours`", hint)
        if entry.menu is not None:
            own.menu(entry.menu.node)
        reading.positions |= own.reading.positions
        definitions[name] = _definition(name, entry, overflow)
        holds[name] = entry.hold
        if entry.music is not None:
            music[name] = entry.music
        if own.ways != LineWays():
            ways[name] = own.ways
        flows |= {flow.name: flow for flow in own.flows}
        into += own.into
    if len(definitions) == len(tables):
        check_overflow(reading, definitions)
        for where, to in into:
            check_into(reading, reading.positions[where], to, definitions)
    found = Queues(definitions, holds, music, ways, flows, reading.positions)
    return (None if reading.problems else found), reading.problems


def _definition(name: str, entry: _QueueEntry, overflow: Overflow | None) -> QueueDefinition:
    enter, announce = entry.enter_if, entry.announce
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
        keep_place_seconds=entry.keep_place,
        overflow=overflow,
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
    if entry.enter_if == _EnterEntry():
        hint = "give expected_under, waiting_per_agent or staffed"
        reading.bad(reading.positions[f"{path}.enter_if"], "F007", "this doesn't say who is let in", hint)
    _check_dispositions(reading, path, entry)
    if entry.promise and entry.promise not in PRESETS:
        hint = nearest(entry.promise, PRESETS, f"promises are {', '.join(PRESETS)}")
        reading.bad(reading.positions[f"{path}.promise"], "F011", f"there is no promise '{entry.promise}'", hint)


def _check_dispositions(reading: Reading, path: str, entry: _QueueEntry) -> None:
    if entry.disposition_required and not entry.dispositions:
        at = reading.positions[f"{path}.disposition_required"]
        hint = "give `dispositions: [Settled, Call back]`, or take this out"
        reading.bad(at, "F007", "an agent has to choose from `dispositions`, and there are none", hint)
    if len(entry.dispositions) > MOST_DISPOSITIONS:
        message = f"{len(entry.dispositions)} dispositions, and an agent chooses one by key"
        at = reading.positions[f"{path}.dispositions.{MOST_DISPOSITIONS + 1}"]
        reading.bad(at, "F011", message, f"keep {MOST_DISPOSITIONS} at most")
    for number, disposition in enumerate(entry.dispositions, 1):
        if disposition in entry.dispositions[: number - 1]:
            at = reading.positions[f"{path}.dispositions.{number}"]
            reading.bad(at, "F003", f"'{disposition}' stands here twice", "an agent hears each by its key")


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
