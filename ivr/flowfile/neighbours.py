"""Files beside the flows: `lines.yaml` (which number is answered by which flow), `calendars.yaml`, `languages.yaml`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from ivr.core.flow.fields import (
    LANGUAGE,
    NAME,
    Days,
    Holidays,
    Label,
    Language,
    PhoneNumber,
    Shape,
    Target,
    Week,
    Zone,
)
from ivr.core.flow.model import Calendar, Languages
from ivr.core.flow.problem import Problem
from ivr.core.flow.text import Text
from ivr.core.hours import OpeningHours
from ivr.flowfile.nodes import Node, Scalar, Table, compose
from ivr.flowfile.reading import Reading, nearest
from ivr.flowfile.values import read_table
from ivr.services.ports import Line

_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _LineEntry:
    number: PhoneNumber
    flow: Target
    language: Language
    title: Label = ""
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class _CalendarEntry:
    hours: Week
    holidays: Holidays = field(default_factory=lambda: Holidays({}))
    closures: Mapping[date, Text] = field(default_factory=dict)
    days: Days = field(default_factory=lambda: Days({}))
    time_zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class _LanguageEntry:
    voice: Label = ""
    instead: tuple[Language, ...] = ()


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
        lines[entry.number] = Line(name, entry.number, entry.flow, entry.language, entry.title, entry.languages)
    return (None if reading.problems else list(lines.values())), reading.problems


def decode_calendars(source: bytes, file: str) -> tuple[Mapping[str, Calendar] | None, list[Problem]]:
    """The calendars, or None where there was an error."""
    reading, entries = read_entries(source, file, "calendars")
    calendars: dict[str, Calendar] = {}
    for name, node in entries.items():
        values = read_table(reading, _CalendarEntry, node, f"calendars.{name}")
        if values is None:
            continue
        entry = _CalendarEntry(**values)
        closures = {**entry.holidays, **entry.closures}
        calendars[name] = Calendar(entry.hours, closures, entry.days, entry.time_zone or "")
        if not entry.days and OpeningHours("UTC", entry.hours).opens_at(_SOME_DAY) is None:
            at = reading.positions[f"calendars.{name}.hours"]
            reading.bad(at, "F029", "these hours never open", "write for example monday-friday: 08:30-17:00")
    return (None if reading.problems else calendars), reading.problems


def decode_languages(source: bytes, file: str) -> tuple[Languages | None, list[Problem]]:
    """Voices and what is spoken instead, or None where there was an error."""
    reading, entries = read_entries(source, file, "languages", LANGUAGE)
    voices: dict[str, str] = {}
    instead: dict[str, tuple[str, ...]] = {}
    for name, node in entries.items():
        values = read_table(reading, _LanguageEntry, node, f"languages.{name}")
        if values is None:
            continue
        entry = _LanguageEntry(**values)
        if entry.voice:
            voices[name] = entry.voice
        if entry.instead:
            instead[name] = entry.instead
    return (None if reading.problems else Languages(voices, instead)), reading.problems


def read_entries(source: bytes, file: str, word: str, named: Shape = NAME) -> tuple[Reading, dict[str, Table]]:
    """The tables by name below the file's one key. `named` is what the names must look like."""
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
    return reading, _tables(reading, node, word, named)


def _tables(reading: Reading, node: Node, word: str, named: Shape) -> dict[str, Table]:
    if not isinstance(node, Table):
        reading.shape(node, f"a table of {word} by name")
        return {}
    entries: dict[str, Table] = {}
    for name, value in node.values.items():
        if named.pattern.fullmatch(name) is None:
            code = "F015" if named is LANGUAGE else "F012"
            reading.bad(node.keys[name], code, f"'{name[:40]}' must be {named.said}")
        if isinstance(value, Table):
            entries[name] = value
        elif isinstance(value, Scalar) and value.empty and word == "queues":
            entries[name] = Table(value.at)
        else:
            reading.shape(value, "a table")
    return entries
