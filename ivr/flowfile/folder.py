"""A folder of flows as it stands on disk, read and checked as a whole. Knows nothing of versions or of calls."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from ivr.core.flow.check import check_flow
from ivr.core.flow.fields import NAME
from ivr.core.flow.model import Calendar, Flow, Languages
from ivr.core.flow.problem import Problem, errors_in
from ivr.core.flow.registry import Face, World
from ivr.core.flow.steps.return_ import ReturnStep
from ivr.flowfile.agents import decode_agents
from ivr.flowfile.decode import Decoded, decode_flow
from ivr.flowfile.neighbours import Queues, decode_calendars, decode_languages, decode_lines, decode_queues
from ivr.flowfile.nodes import MAX_BYTES
from ivr.services.ports import Line

LINES, QUEUES, AGENTS = "lines.yaml", "queues.yaml", "agents.yaml"
CALENDARS, LANGUAGES = "calendars.yaml", "languages.yaml"
NEIGHBOURS = frozenset({LINES, QUEUES, CALENDARS, LANGUAGES})
"""The files beside the flows that are read with them."""

LIBRARY, PROMPTS = "library", "prompts"
SUFFIX, OTHER_SUFFIX = ".yaml", ".yml"

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


@dataclass(frozen=True, slots=True)
class House:
    """What all flows of a folder share, and is no part of any one's version."""

    queues: Queues = field(default_factory=Queues)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    languages: Languages = field(default_factory=Languages)
    prompts: frozenset[str] | None = None

    def around(self, flow: Flow, library: Mapping[str, Flow]) -> Flow:
        """A flow with what it shares. `library` has the flows it may run, by name and by digest."""
        return replace(
            flow,
            holds=self.queues.holds,
            calendars=self.calendars,
            languages=self.languages,
            prompts=self.prompts,
            library=library,
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder read and checked. What has an error is missing; its problems tell why.

    `sources` has each file by its name, those of the library as `library/NAME.yaml`.
    """

    flows: Mapping[str, Flow]
    lines: tuple[Line, ...] | None
    queues: Queues | None
    calendars: Mapping[str, Calendar] | None
    languages: Languages | None
    prompts: frozenset[str]
    sources: Mapping[str, bytes]
    problems: tuple[Problem, ...]


class Reader:
    """Reads a folder again and again; a flow only where its file, or something beside it that counts, changed."""

    def __init__(self) -> None:
        self._decoded: dict[Path, tuple[bytes, Decoded]] = {}
        self._checked: dict[Path, tuple[bytes, World, list[Problem]]] = {}

    def read(self, folder: Path, fallback: House | None = None) -> Checked:
        """The folder as it is now. Never raises for what stands in it.

        `fallback` is what to check flows against where a file beside them has an error.
        """
        sources: dict[str, bytes] = {}
        problems: list[Problem] = []
        for path in flow_files(folder):
            source = self._source(path, problems)
            if source is not None:
                sources[path.relative_to(folder).as_posix()] = source
        problems += [
            Problem(str(path), 0, 0, "F012", "this file is not read", f"call it {path.stem}.yaml")
            for path in _visible(folder, OTHER_SUFFIX)
        ]
        known = fallback or House()
        queues = _beside(QUEUES_PART, folder, sources, problems)
        calendars = _beside(CALENDARS_PART, folder, sources, problems)
        languages = _beside(LANGUAGES_PART, folder, sources, problems)
        prompts = prompts_in(folder)
        house = House(
            known.queues if queues is None else queues,
            known.calendars if calendars is None else calendars,
            known.languages if languages is None else languages,
            prompts,
        )
        flows = self._flows(folder, sources, house, problems)
        lines: tuple[Line, ...] | None = None
        if (source := sources.get(LINES)) is not None:
            names = {Path(name).stem for name in sources.keys() - NEIGHBOURS}
            found, wrong = decode_lines(source, str(folder / LINES), names)
            problems += wrong
            lines = None if found is None else tuple(found)
        problems += self._agents(folder)
        return Checked(flows, lines, queues, calendars, languages, prompts, sources, tuple(sorted(problems)))

    def _agents(self, folder: Path) -> list[Problem]:
        """Agents are imported, not published: here their file is only checked, and not kept with the flows."""
        path = folder / AGENTS
        problems: list[Problem] = []
        source = self._source(path, problems) if path.exists() else None
        return problems if source is None else decode_agents(source, str(path))[1]

    def _source(self, path: Path, problems: list[Problem]) -> bytes | None:
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, "F001", f"the file can't be read: {error.strerror or error}"))
            return None

    def _flows(
        self, folder: Path, sources: Mapping[str, bytes], house: House, problems: list[Problem]
    ) -> dict[str, Flow]:
        decoded: dict[str, tuple[Path, bytes, Decoded]] = {}
        for file, source in sources.items():
            if file in NEIGHBOURS:
                continue
            path = folder / file
            if path.stem in decoded:
                other = decoded[path.stem][0]
                problems.append(Problem(str(path), 0, 0, "F012", f"there is a flow of this name in {other}"))
                continue
            decoded[path.stem] = path, source, self._decode(path, source)
        faces = {name: _face(one.drafted) for name, (_, _, one) in decoded.items()}
        world = World(house.queues.limited, house.prompts, faces, frozenset(house.calendars))
        flows: dict[str, Flow] = {}
        library: dict[str, Flow] = {}
        for name, (path, source, one) in decoded.items():
            wrong = self._check(path, source, one, world)
            problems += wrong
            if one.flow is not None and not errors_in(wrong):
                flows[name] = library[name] = library[one.flow.digest] = house.around(one.flow, library)
        return flows

    def _decode(self, path: Path, source: bytes) -> Decoded:
        known = self._decoded.get(path)
        if known is None or known[0] != source:
            known = self._decoded[path] = source, decode_flow(source, path.stem, str(path))
        return known[1]

    def _check(self, path: Path, source: bytes, decoded: Decoded, world: World) -> list[Problem]:
        known = self._checked.get(path)
        if known is None or known[:2] != (source, world):
            wrong = list(decoded.problems)
            if NAME.pattern.fullmatch(path.stem) is None:
                wrong.append(Problem(str(path), 0, 0, "F012", f"a flow's file name must be {NAME.said}"))
            if decoded.drafted is not None:
                wrong += check_flow(decoded.drafted, world, str(path), decoded.declared)
            known = self._checked[path] = source, world, wrong
        return known[2]


def _beside(part: Part[_Value], folder: Path, sources: Mapping[str, bytes], problems: list[Problem]) -> _Value | None:
    """A file beside the flows: what it is without one where there is none, None where it has an error."""
    source = sources.get(part.file)
    if source is None:
        return part.nothing
    found, wrong = part.decode(source, str(folder / part.file))
    problems += wrong
    return found


def _face(flow: Flow | None) -> Face:
    """What other flows have to know of a flow; of one that can't be read, nothing is known."""
    if flow is None:
        return Face()
    results = frozenset(step.result for step in flow.steps.values() if isinstance(step, ReturnStep))
    return Face(frozenset(flow.parameters), results)


def flow_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder and of its library, in order, but for the agents'."""
    yield from (path for path in _visible(folder, SUFFIX) if path.name != AGENTS)
    if (folder / LIBRARY).is_dir():
        yield from _visible(folder / LIBRARY, SUFFIX)


def _visible(folder: Path, suffix: str) -> Iterator[Path]:
    """The files of a folder with that ending, in order; hidden ones are an editor's business."""
    found = (path for path in sorted(folder.iterdir()) if path.suffix == suffix and path.is_file())
    return (path for path in found if not path.name.startswith("."))


def prompts_in(folder: Path) -> frozenset[str]:
    """The sound files there are, by their path below `prompts/`."""
    root = folder / PROMPTS
    return frozenset(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def check_path(path: Path) -> list[Problem]:
    """Every problem of a folder, or of one file of a folder in the company of its neighbours. Never raises."""
    folder = path if path.is_dir() else path.parent
    if folder.name == LIBRARY and not path.is_dir():
        folder = folder.parent
    if not path.exists():
        return [Problem(str(path), 0, 0, "F001", "there is no such file or folder")]
    problems = list(Reader().read(folder).problems)
    return problems if path.is_dir() else [problem for problem in problems if problem.file == str(path)]
