"""A folder of flows as it stands on disk, read and checked as a whole. Knows nothing of versions or of calls."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.core.flow.across import endless, face_of, settled
from ivr.core.flow.check import check_flow, problem_of
from ivr.core.flow.fields import NAME
from ivr.core.flow.model import Calendar, Flow, Languages
from ivr.core.flow.problem import Problem, errors_in
from ivr.core.flow.registry import Face, World
from ivr.core.knowledge import Knowledge
from ivr.core.routing.coverage import Roster
from ivr.flowfile.agents import decode_agents
from ivr.flowfile.beside import (
    CALENDARS_PART,
    HOSTS_PART,
    LANGUAGES_PART,
    QUEUES_PART,
    TESTERS_PART,
    House,
    lines_in,
    opening_in,
    read_beside,
)
from ivr.flowfile.knowledge import FOLDER as KNOWLEDGE
from ivr.flowfile.knowledge import KnowledgeReader
from ivr.flowfile.line_checks import line_problems
from ivr.flowfile.music import music_problems
from ivr.flowfile.nodes import MAX_BYTES
from ivr.flowfile.paths import (
    AGENTS,
    DRAFTS,
    LIBRARY,
    NEIGHBOURS,
    OTHER_SUFFIX,
    QUEUES,
    below,
    draft_files,
    flow_files,
    is_draft,
    prompts_in,
    visible,
)
from ivr.flowfile.queues import Queues
from ivr.flowfile.staffing import staffing
from ivr.flowfile.table import Entry, FlowTable
from ivr.flowfile.verdicts import Outline, Verdicts, content_key, surroundings_key, verdict_key
from ivr.services.lookups import HostRule
from ivr.services.ports import Line

MOST_IN_MEMORY = 200
"""Flows kept in memory after they were read to be checked; others are read again when they are called."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder read and checked. What has an error is missing; its problems tell why.

    `sources` has each file by its name, those of the library as `library/NAME.yaml`. `drafts` are heard by `testers`
    (numbers in E.164) only; their problems are not told here, because a draft may be unfinished. `roster` are the
    agents of `agents.yaml`, none where there is no such file.
    """

    flows: FlowTable
    lines: tuple[Line, ...] | None
    queues: Queues | None
    calendars: Mapping[str, Calendar] | None
    languages: Languages | None
    prompts: frozenset[str]
    sources: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    drafts: FlowTable = field(default_factory=FlowTable)
    testers: frozenset[str] = frozenset()
    hosts: Mapping[str, HostRule] | None = None
    knowledge: Mapping[str, Knowledge | None] = field(default_factory=dict)
    roster: Roster = field(default_factory=dict)


class Reader:
    """Reads a folder again and again; a file only where it changed, a flow where it or what it hangs on changed.

    `verdicts` is the folder where they are kept from one start to the next; without one, in memory only. `embeddings`
    names a function that helps to find answers (`matching/meaning.py`).
    """

    def __init__(self, verdicts: Path | None = None, *, embeddings: str = "") -> None:
        self._sources: dict[Path, tuple[tuple[int, int, int], bytes]] = {}
        self._entries: dict[str, Entry] = {}
        self._verdicts = Verdicts(verdicts)
        self._in_memory: set[str] = set()
        self._knowledge = KnowledgeReader(embeddings)

    def read(
        self, folder: Path, fallback: House | None = None, instead: Mapping[str, bytes | None] | None = None
    ) -> Checked:
        """The folder as it is now. Never raises for what stands in it.

        `fallback` is what to check flows against where a file beside them has an error. `instead` are texts to be read
        in place of files, by the file's path below the folder; None for a file to be left out.
        """
        problems: list[Problem] = []
        sources = self._all(folder, instead or {}, problems)
        problems += [
            Problem(str(path), 0, 0, "F012", "this file is not read", f"call it {path.stem}.yaml")
            for path in visible(folder, OTHER_SUFFIX)
        ]
        known = fallback or House()
        calendars = read_beside(CALENDARS_PART, folder, sources, problems)
        queues = opening_in(read_beside(QUEUES_PART, folder, sources, problems), calendars, folder, problems)
        roster = self._roster(folder, problems)
        languages = read_beside(LANGUAGES_PART, folder, sources, problems)
        testers = read_beside(TESTERS_PART, folder, sources, problems)
        hosts = read_beside(HOSTS_PART, folder, sources, problems)
        prompts = prompts_in(folder)
        knowledge = self._knowledge.read(folder, problems)
        lines = lines_in(folder, sources, problems, instead or {})
        house = House(
            known.queues if queues is None else queues,
            known.calendars if calendars is None else calendars,
            known.languages if languages is None else languages,
            prompts,
            known.hosts if hosts is None else hosts,
            {name: one for name, read in knowledge.items() if (one := read or known.knowledge.get(name)) is not None},
        )
        world = World(
            house.queues.limited,
            prompts,
            calendars=frozenset(house.calendars),
            hosts={name: rule.plain for name, rule in house.hosts.items()},
            knowledge=frozenset(knowledge),
            lines=None if lines is None else {line.name: line.flow for line in lines},
            rules=house.queues.definitions,
            menus=frozenset(name for name, ways in house.queues.ways.items() if ways.menu),
            roster=roster,
        )
        flows, drafts, faces = self._flows(folder, sources, house, world, problems)
        if queues is None and fallback is None:
            problems = _told_once(problems, str(folder / QUEUES))
        if queues is not None:
            wrong = line_problems(queues, replace(world, flows=faces), str(folder / QUEUES))
            wrong += music_problems(queues, folder)
            problems += wrong
            queues = None if errors_in(wrong) else queues
        self._verdicts.keep()
        return Checked(
            flows,
            lines,
            queues,
            calendars,
            languages,
            prompts,
            sources,
            tuple(sorted(problems)),
            drafts,
            testers or frozenset(),
            hosts,
            knowledge,
            roster or {},
        )

    def _all(self, folder: Path, instead: Mapping[str, bytes | None], problems: list[Problem]) -> dict[str, bytes]:
        """Every file's text by its path below the folder."""
        sources: dict[str, bytes] = {}
        for path in (*flow_files(folder), *draft_files(folder)):
            name = path.name if path.parent == folder else f"{path.parent.name}/{path.name}"
            source = instead[name] if name in instead else self._source(path, problems)
            if source is not None:
                sources[name] = source
        return sources | {name: one for name, one in instead.items() if one is not None}

    def _roster(self, folder: Path, problems: list[Problem]) -> Roster | None:
        """Agents are imported, not published: here their file is only checked, and not kept with the flows."""
        path = folder / AGENTS
        source = self._source(path, problems) if path.exists() else None
        if source is None:
            return None
        agents, wrong = decode_agents(source, str(path))
        problems += wrong
        return None if agents is None else {agent.id: agent.skills for agent in agents}

    def _source(self, path: Path, problems: list[Problem]) -> bytes | None:
        try:
            known = self._sources.get(path)
            if known is not None and known[0] == _signature(path.stat()):
                return known[1]
            with path.open("rb") as file:
                signature = _signature(os.fstat(file.fileno()))
                known = self._sources[path] = signature, file.read(MAX_BYTES + 1)
                return known[1]
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, "F001", f"the file can't be read: {error.strerror or error}"))
            return None

    def _flows(
        self, folder: Path, sources: Mapping[str, bytes], house: House, around: World, problems: list[Problem]
    ) -> tuple[FlowTable, FlowTable, Mapping[str, Face]]:
        """The flows without error, the drafts, each checked as if it were the flow's file, and the flows' faces."""
        entries: dict[str, Entry] = {}
        drafts: dict[str, Entry] = {}
        surroundings = surroundings_key(around)
        self._in_memory = {file for file in self._in_memory if file in self._entries}
        for file, source in sources.items():
            if file in NEIGHBOURS:
                continue
            entry = self._entry(file, str(below(folder, file)), source)
            if is_draft(file):
                drafts[entry.name] = entry
            elif entry.name in entries:
                other = entries[entry.name].file
                problems.append(Problem(entry.file, 0, 0, "F012", f"there is a flow of this name in {other}"))
            else:
                entries[entry.name] = entry
            if not entry.runs:  # others are checked when the faces of the flows they run are known
                self._check(entry, around, surroundings)
                self._let_go(entry)
        self._entries = {one.file: one for one in (*entries.values(), *drafts.values())}
        faces = settled({name: entry.face for name, entry in entries.items()})
        world = replace(around, flows=faces)
        wrong = {name: [*self._check(entry, world, surroundings)] for name, entry in entries.items()}
        for name, found in endless(faces, around.lines or {}):
            wrong[name].append(problem_of(entries[name].read().drafted, entries[name].file, found))
        for several in wrong.values():
            problems += several
        good = FlowTable(
            {name: entry for name, entry in entries.items() if entry.readable and not errors_in(wrong[name])},
            lambda flow: house.around(flow, _Library(good)),
        )
        for entry in entries.values():
            self._let_go(entry)
        heard = {name: one for name, one in drafts.items() if one.readable}
        heard = {name: one for name, one in heard.items() if not errors_in(self._check(one, world, surroundings))}
        return good, FlowTable(heard, lambda flow: house.around(flow, _Library(good))), faces

    def _entry(self, name: str, file: str, source: bytes) -> Entry:
        """A file's entry, as before where its text is the same, with its outline."""
        known = self._entries.get(file)
        if known is not None and known.source == source:
            return known
        entry = Entry.of(Path(name).stem, file, source)
        key = content_key(f"{entry.name}:{file}", source)
        outline = self._verdicts.outline(key)
        if outline is None:
            read = entry.read()
            runs = read.drafted.runs if read.drafted is not None else ()
            outline = Outline(face_of(read.drafted), runs, read.flow is not None)
            self._verdicts.note_outline(key, outline)
        entry.key, entry.face, entry.runs, entry.readable = key, outline.face, outline.runs, outline.readable
        return entry

    def _check(self, entry: Entry, world: World, surroundings: str) -> list[Problem]:
        faces = world.flows or {}
        runs = [(name, faces.get(name)) for name in entry.runs]
        if any(face is None for _, face in runs):  # then the hint may name any flow
            runs += [(name, None) for name in sorted(faces)]
        if entry.verdict is not None and entry.verdict[:2] == (surroundings, runs):
            return entry.verdict[2]
        key = verdict_key(entry.key, surroundings, entry.file, runs)
        found = self._verdicts.problems(key)
        if found is None:
            read = entry.read()
            found = list(read.problems)
            if NAME.pattern.fullmatch(entry.name) is None:
                found.append(Problem(entry.file, 0, 0, "F012", f"a flow's file name must be {NAME.said}"))
            if read.drafted is not None:
                found += check_flow(read.drafted, world, entry.file, read.declared)
            self._verdicts.note_problems(key, found)
        entry.verdict = surroundings, runs, found
        return found

    def _let_go(self, entry: Entry) -> None:
        """Keeps in memory what was read to be checked, as long as it is not too much: it can be read again."""
        if entry.decoded is not None and entry.file not in self._in_memory:
            if len(self._in_memory) < MOST_IN_MEMORY:
                self._in_memory.add(entry.file)
            else:
                entry.decoded = None


class _Library(Mapping[str, Flow]):
    """The flows that steps may run, by name and by digest."""

    def __init__(self, flows: FlowTable) -> None:
        self._flows = flows

    def __getitem__(self, key: str) -> Flow:
        name = key if key in self._flows else key.rpartition("-")[0]
        if name in self._flows and key in {name, self._flows.digest(name)}:
            return self._flows[name]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._flows)

    def __len__(self) -> int:
        return len(self._flows)


def _told_once(problems: list[Problem], queues: str) -> list[Problem]:
    """Without what follows for every flow from a queues.yaml that can't be read: that it has none of their queues."""
    return [one for one in problems if one.code != "F024" or one.file == queues]


def _signature(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def check_path(path: Path, verdicts: Path | None = None) -> list[Problem]:
    """Every problem of a folder, or of one file of a folder in the company of its neighbours. Never raises.

    A draft is checked as if it were the flow's file. `verdicts` is where those of unchanged files are kept.
    """
    if not path.exists():
        return [Problem(str(path), 0, 0, "F001", "there is no such file or folder")]
    if path.is_dir():
        return _problems(Reader(verdicts).read(path), path)
    folder = path.parent.parent if path.parent.name in {LIBRARY, DRAFTS, KNOWLEDGE} else path.parent
    instead: dict[str, bytes | None] = {}
    if path.parent.name == DRAFTS:
        try:
            instead[path.name] = path.read_bytes()[: MAX_BYTES + 1]
        except OSError as error:
            return [Problem(str(path), 0, 0, "F001", f"the file can't be read: {error.strerror or error}")]
    checked = str(folder / path.name) if instead else str(path)
    found = _problems(Reader(verdicts).read(folder, instead=instead), folder)
    return [replace(one, file=str(path)) for one in found if one.file == checked]


def _problems(checked: Checked, folder: Path) -> list[Problem]:
    """What is wrong with a folder, its lines with its agents too."""
    lines = staffing(checked.queues, checked.roster, str(folder / QUEUES)) if checked.queues else []
    return sorted([*checked.problems, *lines])
