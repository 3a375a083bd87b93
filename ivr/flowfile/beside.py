"""The files beside the flows, read with them: queues, calendars, languages, hosts, testers and lines."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from ivr.core.flow.model import Calendar, Flow, Languages
from ivr.core.flow.problem import Problem
from ivr.core.knowledge import Knowledge
from ivr.flowfile.hosts import decode_hosts
from ivr.flowfile.matching.matcher import WordMatcher
from ivr.flowfile.neighbours import decode_calendars, decode_languages, decode_lines
from ivr.flowfile.paths import CALENDARS, HOSTS, LANGUAGES, LINES, NEIGHBOURS, QUEUES, TESTERS, is_draft
from ivr.flowfile.queues import Queues, decode_queues
from ivr.flowfile.reading import nearest
from ivr.flowfile.testers import decode_testers
from ivr.services.lookups import HostRule
from ivr.services.ports import Line

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Part(Generic[_Value]):
    """A file beside the flows: how it is read, and what it is where there is none."""

    file: str
    decode: Callable[[bytes, str], tuple[_Value | None, list[Problem]]]
    nothing: _Value


QUEUES_PART: Part[Queues] = Part(QUEUES, decode_queues, Queues())
CALENDARS_PART: Part[Mapping[str, Calendar]] = Part(CALENDARS, decode_calendars, {})
LANGUAGES_PART: Part[Languages] = Part(LANGUAGES, decode_languages, Languages())
HOSTS_PART: Part[Mapping[str, HostRule]] = Part(HOSTS, decode_hosts, {})
TESTERS_PART: Part[frozenset[str]] = Part(TESTERS, decode_testers, frozenset())


@dataclass(frozen=True, slots=True)
class House:
    """What all flows of a folder share, and is no part of any one's version."""

    queues: Queues = field(default_factory=Queues)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    languages: Languages = field(default_factory=Languages)
    prompts: frozenset[str] | None = None
    hosts: Mapping[str, HostRule] = field(default_factory=dict)
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)

    def around(self, flow: Flow, library: Mapping[str, Flow]) -> Flow:
        """A flow with what it shares. `library` has the flows it may run, by name and by digest."""
        return replace(
            flow,
            holds=self.queues.holds,
            music=self.queues.music,
            line_hours=self.queues.hours,
            line_ways=self.queues.ways,
            calendars=self.calendars,
            languages=self.languages,
            prompts=self.prompts,
            knowledge=self.knowledge,
            library=LineFlows.beside(library, self, flow),
        )


class LineFlows(Mapping[str, Flow]):
    """The flows that a folder's lines run, beside those of its files: by name and by digest.

    They speak as the flow does that leads into the line. One whose version is gone is the newest of its name.
    """

    def __init__(self, library: Mapping[str, Flow], house: House, of: Flow) -> None:
        self._library = library
        self._house = house
        self._of = of
        self._made: dict[str, Flow] = {}

    @staticmethod
    def beside(library: Mapping[str, Flow], house: House, of: Flow) -> Mapping[str, Flow]:
        """The library as a flow of this house knows it."""
        return LineFlows(library, house, of) if house.queues.flows else library

    def __getitem__(self, key: str) -> Flow:
        lines = self._house.queues.flows
        line = lines.get(key) or lines.get(key.rpartition("-")[0])
        if line is None:
            return self._library[key]
        if line.name not in self._made:
            of = self._of
            spoken = replace(
                line,
                language=of.language,
                time_zone=of.time_zone,
                voices=of.voices,
                matchers={
                    name: WordMatcher(meanings, of.language)
                    for name, step in line.steps.items()
                    if (meanings := step.meanings)
                },
            )
            self._made[line.name] = self._house.around(spoken, self._library)
        return self._made[line.name]

    def __iter__(self) -> Iterator[str]:
        yield from self._library
        yield from self._house.queues.flows

    def __len__(self) -> int:
        return len(self._library) + len(self._house.queues.flows)


def read_beside(
    part: Part[_Value], folder: Path, sources: Mapping[str, bytes], problems: list[Problem]
) -> _Value | None:
    """A file beside the flows: what it is without one where there is none, None where it has an error."""
    source = sources.get(part.file)
    if source is None:
        return part.nothing
    found, wrong = part.decode(source, str(folder / part.file))
    problems += wrong
    return found


def opening_in(
    queues: Queues | None, calendars: Mapping[str, Calendar] | None, folder: Path, problems: list[Problem]
) -> Queues | None:
    """The queues, whose hours are in calendars.yaml; None where one's are not."""
    wrong = []
    for name, calendar in (queues.hours if queues and calendars is not None else {}).items():
        if queues and calendars is not None and calendar not in calendars:
            at = queues.at(f"queues.{name}.hours")
            hint = nearest(calendar, calendars, "calendars are defined in calendars.yaml")
            message = f"there is no calendar '{calendar}'"
            wrong.append(Problem(str(folder / QUEUES), at.line, at.column, "F038", message, hint))
    problems += wrong
    return None if wrong else queues


def lines_in(
    folder: Path, sources: Mapping[str, bytes], problems: list[Problem], instead: Mapping[str, bytes | None]
) -> tuple[Line, ...] | None:
    """The lines; None where there is no such file, or it has an error. A flow left out may be named all the same."""
    source = sources.get(LINES)
    if source is None:
        return None
    there = [*(sources.keys() - NEIGHBOURS), *(name for name, one in instead.items() if one is None)]
    names = {Path(name).stem for name in there if not is_draft(name)}
    found, wrong = decode_lines(source, str(folder / LINES), names)
    problems += wrong
    return None if found is None else tuple(found)
