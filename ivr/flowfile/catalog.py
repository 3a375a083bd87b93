"""The operator's files as the running server knows them: the last good version of each, and every version a call is on.

A version is kept on disk under its digest before it answers a call, so that a live call keeps its flow over a restart
and a deploy. A broken file changes nothing but what is logged; it does not even after a restart, because the digest of
the last good version is kept as well.
"""

import contextlib
import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ivr.core.flow.model import Flow
from ivr.core.flow.problem import Problem, errors_in
from ivr.core.knowledge import Knowledge
from ivr.core.queue_rules import QueueDefinition
from ivr.flowfile.beside import CALENDARS_PART, HOSTS_PART, LANGUAGES_PART, QUEUES_PART, House, Part
from ivr.flowfile.folder import Checked, Reader
from ivr.flowfile.journal import PINS, PUBLISHED, Journal
from ivr.flowfile.kept import Kept
from ivr.flowfile.knowledge import decode_knowledge, knowledge_files
from ivr.flowfile.neighbours import decode_lines
from ivr.flowfile.paths import DRAFTS, LINES, NEIGHBOURS, PROMPTS, draft_files, flow_files
from ivr.flowfile.table import FlowTable
from ivr.services.lookups import HostRule
from ivr.services.ports import Line

_log = logging.getLogger(__name__)
_MOST_TOLD = 50
"""Problems logged at once, errors first."""

_MAX_PINNED = 256
"""Old versions kept decoded in memory."""

_Value = TypeVar("_Value")
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _State:
    flows: FlowTable = field(default_factory=FlowTable)
    by_digest: Mapping[str, str] = field(default_factory=dict)
    """Each current version's flow, by digest."""

    drafts: Mapping[str, Flow] = field(default_factory=dict)
    testers: frozenset[str] = frozenset()
    pins: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    by_number: Mapping[str, Line] = field(default_factory=dict)
    house: House = field(default_factory=House)
    problems: tuple[Problem, ...] = ()


class _Library(Mapping[str, Flow]):
    """The flows that steps may run, as the catalog has them at this moment: by name, and by digest for good."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog

    def __getitem__(self, key: str) -> Flow:
        found = self._catalog.current(key) or self._catalog.pinned(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalog.names())

    def __len__(self) -> int:
        return len(self._catalog.names())


class Catalog:
    """The `Flows` port on a folder. `versions` is where versions are kept (`var/flows`).

    Where `published_only`, a flow's file is not read but its newest published version; the files beside the flows are
    read as always. `testers` are numbers (E.164) that hear drafts, beside those of `testers.yaml`.
    `embeddings` names a function that helps to find answers.

    Reading is lock-free: every look-up reads one immutable state, replaced as a whole.
    """

    def __init__(
        self,
        folder: Path,
        versions: Path,
        *,
        published_only: bool = False,
        testers: Collection[str] = (),
        embeddings: str = "",
    ) -> None:
        self.folder = folder
        self.versions = versions
        self.published_only = published_only
        self._journal = Journal(versions)
        self._kept = Kept(versions)
        self._testers = frozenset(testers)
        self._reader = Reader(versions, embeddings=embeddings)
        self._state = _State()
        self._signature: Signature = ()
        self._pinned: dict[str, Flow] = {}
        self._told: frozenset[Problem] = frozenset()
        self._reloading = threading.Lock()
        self._library = _Library(self)
        self.reload_if_changed()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files as they are now."""
        return self._state.problems

    @property
    def testers(self) -> tuple[str, ...]:
        """The numbers (E.164) that hear drafts: those it was made with first."""
        return (*sorted(self._testers), *sorted(self._state.testers - self._testers))

    def line_for(self, number: str) -> Line | None:
        """The line a number (E.164) belongs to."""
        return self._state.by_number.get(number)

    def current(self, flow: str) -> Flow | None:
        """The newest good version of a flow."""
        return self._state.flows.get(flow)

    def answering(self, line: Line, caller: str) -> Flow | None:
        """The version a new call gets: a tester the draft, a pinned line its version, everybody else the newest good.

        `caller` is the number calling as it came. A draft with an error, or a pin whose text is gone, is as if it
        were not there.
        """
        if caller in self._state.testers:
            self.reload_if_changed()  # whoever tries a draft hears what was saved the moment before, not a second later
        state = self._state
        if caller in state.testers and (draft := state.drafts.get(line.flow)) is not None:
            return draft
        pinned = self.pinned(digest) if (digest := state.pins.get(line.name)) else None
        if digest and (pinned is None or pinned.name != line.flow):
            _log.error("line %s is pinned to %s, which is not there: it answers with the newest", line.name, digest)
            pinned = None
        return pinned or self.current(line.flow)

    def draft(self, flow: str) -> Flow | None:
        """A flow's draft, where it has one without error."""
        return self._state.drafts.get(flow)

    def names(self) -> Sequence[str]:
        """The name of every flow."""
        return tuple(self._state.flows)

    def pinned(self, digest: str) -> Flow | None:
        """A version a live call is pinned to; from disk where it isn't the current one."""
        state = self._state
        name = state.by_digest.get(digest)
        if name is not None:
            return state.flows[name]
        flow = self._pinned.get(digest)
        if flow is None:
            flow = self._kept.flow(digest)
            if flow is not None:
                if len(self._pinned) >= _MAX_PINNED:
                    self._pinned.clear()
                self._pinned[digest] = flow
        return None if flow is None else state.house.around(flow, self._library)

    def queue(self, name: str) -> QueueDefinition | None:
        """A queue's definition."""
        return self._state.house.queues.definitions.get(name)

    def host(self, name: str) -> HostRule | None:
        """How a host may be asked by look-ups; None where it may not."""
        return self._state.house.hosts.get(name)

    def lines(self) -> Sequence[Line]:
        """Every line."""
        return self._state.lines

    def queues(self) -> Sequence[QueueDefinition]:
        """Every queue."""
        return tuple(self._state.house.queues.definitions.values())

    def reload_if_changed(self) -> bool:
        """Reads the folder again where a file has changed; True where it did. Cheap where none has: one stat a file."""
        with self._reloading:
            signature = self._look()
            if signature == self._signature:
                return False
            if self.folder.is_dir():
                checked = self._reader.read(self.folder, self._state.house, self._published())
            else:
                checked = _absent(self.folder)
            self._state = self._merged(checked)
            self._signature = signature
        self._tell(self._state.problems)
        return True

    def _look(self) -> Signature:
        seen = []
        with contextlib.suppress(FileNotFoundError):
            prompts = self.folder / PROMPTS
            kept = [path for name in (PUBLISHED, PINS) if (path := self.versions / name).exists()]
            beside = [prompts] if prompts.is_dir() else []
            for path in (
                *flow_files(self.folder),
                *draft_files(self.folder),
                *knowledge_files(self.folder),
                *beside,
                *kept,
            ):
                stat = path.stat()
                seen.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
        return (*seen, ("", 0, 0, 0))

    def _published(self) -> dict[str, bytes | None]:
        """What is read instead of the flows' files: the published versions, and nothing for flows without one."""
        if not self.published_only:
            return {}
        instead: dict[str, bytes | None] = {}
        files = (path.relative_to(self.folder).as_posix() for path in flow_files(self.folder))
        where = {Path(file).stem: file for file in files if file not in NEIGHBOURS}
        published = self._journal.published()
        for name, digest in published.items():
            source = self._kept.source(digest)
            if source is None:
                _log.error("published version %s is not there: %s keeps the version before", digest, name)
            instead[where.get(name, f"{name}.yaml")] = source
        for name in where.keys() - published.keys():
            _log.warning("flow %s has never been published: it answers nobody", name)
            instead[where[name]] = None
        return instead

    def _merged(self, checked: Checked) -> _State:
        """What is good of the folder now, and the last good version of what is not."""
        before = self._state
        house = self._good_house(checked, before.house)
        present = {Path(name).stem for name in checked.sources.keys() - NEIGHBOURS if not name.startswith(DRAFTS)}
        found = checked.flows
        for name in found:
            if before.flows.digest(name) != found.digest(name):
                self._kept.keep(name, found.digest(name), found.source(name))
        for name in checked.drafts:
            self._kept.write(f"{checked.drafts.digest(name)}.yaml", checked.drafts.source(name))
        lines = self._good_lines(checked, before, present)
        last: dict[str, Flow] = {}
        for name in (present | {line.flow for line in lines}) - set(found):
            flow = before.flows.get(name) or (self._kept.last_good(name) if name in present else None)
            if flow is not None:
                last[name] = flow
        flows = found.served(lambda flow: house.around(flow, self._library), last)
        by_digest = {flows.digest(name): name for name in flows}
        for flow in before.flows.loaded():
            if flow.digest not in by_digest:
                self._pinned.setdefault(flow.digest, flow)
        return _State(
            flows=flows,
            by_digest=by_digest,
            drafts=checked.drafts,
            testers=self._testers | checked.testers,
            pins=self._journal.pins(),
            lines=lines,
            by_number={line.number: line for line in lines},
            house=house,
            problems=checked.problems,
        )

    def _good_house(self, checked: Checked, before: House) -> House:
        """What the flows share, each part of it as it is now or was last without error."""
        sources = checked.sources
        return House(
            self._good(QUEUES_PART, checked.queues, before.queues, sources),
            self._good(CALENDARS_PART, checked.calendars, before.calendars, sources),
            self._good(LANGUAGES_PART, checked.languages, before.languages, sources),
            checked.prompts,
            self._good(HOSTS_PART, checked.hosts, before.hosts, sources),
            self._good_knowledge(checked, before),
        )

    def _good_knowledge(self, checked: Checked, before: House) -> dict[str, Knowledge]:
        """Every knowledge file as it is now or was last without error; those taken away are gone."""
        good: dict[str, Knowledge] = {}
        for path in knowledge_files(self.folder) if self.folder.is_dir() else ():
            name, kept = path.stem, f"knowledge.{path.name}"
            known = checked.knowledge.get(name)
            if known is not None:
                with contextlib.suppress(OSError):  # gone or locked since it was read: the next look finds it
                    self._kept.write(kept, path.read_bytes())
            else:
                known = before.knowledge.get(name) or decode_knowledge(self._kept.read(kept), name, path.name)[0]
            if known is not None:
                good[name] = known
        return good

    def _good(self, part: Part[_Value], found: _Value | None, before: _Value, sources: Mapping[str, bytes]) -> _Value:
        if found is not None:
            self._kept.write(part.file, sources.get(part.file, b""))
            return found
        if before != part.nothing:
            return before
        kept, _ = part.decode(self._kept.read(part.file), part.file)
        return part.nothing if kept is None else kept

    def _good_lines(self, checked: Checked, before: _State, flows: set[str]) -> tuple[Line, ...]:
        if checked.lines is not None:
            self._kept.write(LINES, checked.sources[LINES])
            return checked.lines
        if before.lines or LINES not in checked.sources:
            return before.lines
        kept, _ = decode_lines(self._kept.read(LINES), LINES, flows)
        return tuple(kept or ())

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        """Logs each problem once, as long as it lasts."""
        new = [problem for problem in problems if problem not in self._told]
        for problem in sorted(new, key=lambda one: one.severity)[:_MOST_TOLD]:
            level = logging.ERROR if problem.severity == "error" else logging.WARNING
            _log.log(level, "flow problem: %s", problem)
        if len(new) > _MOST_TOLD:
            _log.warning("and %d more problems: hotline flows check tells them", len(new) - _MOST_TOLD)
        self._told = frozenset(problems)
        broken = {problem.file for problem in errors_in(problems)}
        if broken:
            _log.error("keeping the last good version of: %s", ", ".join(sorted(broken)))


def _absent(folder: Path) -> Checked:
    problem = Problem(str(folder), 0, 0, "F001", "the folder of flows does not exist", "set HOTLINE_FLOWS")
    return Checked(FlowTable(), None, None, None, None, frozenset(), {}, (problem,))
