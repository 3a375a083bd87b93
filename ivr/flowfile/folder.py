"""A folder of flows as it stands on disk, read and checked as a whole. Knows nothing of versions or of calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.core.flow.check import check_flow
from ivr.core.flow.fields import NAME
from ivr.core.flow.model import Flow
from ivr.core.flow.problem import Problem, errors_in
from ivr.core.flow.registry import World
from ivr.flowfile.agents import decode_agents
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.neighbours import Queues, decode_lines, decode_queues
from ivr.flowfile.nodes import MAX_BYTES
from ivr.services.ports import Line

LINES, QUEUES, AGENTS = "lines.yaml", "queues.yaml", "agents.yaml"
PROMPTS = "prompts"
SUFFIX, OTHER_SUFFIX = ".yaml", ".yml"


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder read and checked. What has an error is missing; its problems tell why."""

    flows: Mapping[str, Flow]
    lines: tuple[Line, ...] | None
    queues: Queues | None
    sources: Mapping[str, bytes]
    problems: tuple[Problem, ...]


class Reader:
    """Reads a folder again and again; a flow only where its file, the queues or the sound files changed."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[bytes, World, Flow | None, list[Problem]]] = {}

    def read(self, folder: Path, fallback: Queues | None = None) -> Checked:
        """The folder as it is now. Never raises for what stands in it.

        `fallback` are the queues to check flows against where `queues.yaml` has an error.
        """
        sources: dict[str, bytes] = {}
        problems: list[Problem] = []
        for path in flow_files(folder):
            source = self._source(path, problems)
            if source is not None:
                sources[path.name] = source
        problems += [
            Problem(str(path), 0, 0, "F012", "this file is not read", f"call it {path.stem}.yaml")
            for path in _visible(folder, OTHER_SUFFIX)
        ]
        queues, lines = self._queues(folder, sources, problems), None
        flows = self._flows(folder, sources, queues or fallback or Queues(), problems)
        if (source := sources.get(LINES)) is not None:
            names = {Path(name).stem for name in sources} - {Path(LINES).stem, Path(QUEUES).stem}
            found, wrong = decode_lines(source, str(folder / LINES), names)
            problems += wrong
            lines = None if found is None else tuple(found)
        problems += self._agents(folder)
        return Checked(flows, lines, queues, sources, tuple(sorted(problems)))

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

    def _queues(self, folder: Path, sources: Mapping[str, bytes], problems: list[Problem]) -> Queues | None:
        source = sources.get(QUEUES)
        if source is None:
            return Queues()
        queues, wrong = decode_queues(source, str(folder / QUEUES))
        problems += wrong
        return queues

    def _flows(
        self, folder: Path, sources: Mapping[str, bytes], queues: Queues, problems: list[Problem]
    ) -> dict[str, Flow]:
        world = World(queues.limited, prompts_in(folder))
        flows: dict[str, Flow] = {}
        for file, source in sources.items():
            if file in {LINES, QUEUES}:
                continue
            path = folder / file
            flow, wrong = self._flow(path, source, world)
            problems += wrong
            if flow is not None:
                flows[path.stem] = replace(flow, holds=queues.holds)
        return flows

    def _flow(self, path: Path, source: bytes, world: World) -> tuple[Flow | None, list[Problem]]:
        known = self._known.get(path)
        if known is not None and known[:2] == (source, world):
            return known[2:]
        decoded = decode_flow(source, path.stem, str(path))
        wrong = list(decoded.problems)
        if NAME.pattern.fullmatch(path.stem) is None:
            wrong.append(Problem(str(path), 0, 0, "F012", f"a flow's file name must be {NAME.said}"))
        if decoded.drafted is not None:
            wrong += check_flow(decoded.drafted, world, str(path), decoded.declared)
        flow = None if errors_in(wrong) else decoded.flow
        self._known[path] = (source, world, flow, wrong)
        return flow, wrong


def flow_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder itself, in order, but for the agents'; folders below it are not flows."""
    return (path for path in _visible(folder, SUFFIX) if path.name != AGENTS)


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
    if not path.exists():
        return [Problem(str(path), 0, 0, "F001", "there is no such file or folder")]
    problems = list(Reader().read(folder).problems)
    return problems if path.is_dir() else [problem for problem in problems if problem.file == str(path)]
