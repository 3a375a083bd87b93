"""Flows that were checked, read into memory when they are first needed: of a thousand, few are called in an hour."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.model import Flow
from ivr.core.flow.problem import Problem
from ivr.core.flow.registry import Face
from ivr.flowfile.decode import Decoded, decode_flow, digest_of

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Entry:
    """One file of a flow as it was read: its text, what others have to know of it, and, once needed, the flow.

    `key` is that of its content; `runs` the flows it runs; `readable` whether it has no error of its own.
    """

    name: str
    file: str
    source: bytes
    digest: str
    key: str = ""
    face: Face = field(default_factory=Face)
    runs: tuple[str, ...] = ()
    readable: bool = False
    verdict: tuple[str, list[tuple[str, Face | None]], list[Problem]] | None = None
    """What it was last checked against, and its problems then."""

    decoded: Decoded | None = None

    @classmethod
    def of(cls, name: str, file: str, source: bytes) -> "Entry":
        """A file's text, not yet read as a flow."""
        return cls(name, file, source, digest_of(name, source))

    def read(self) -> Decoded:
        """The flow as it was read, now or before."""
        if self.decoded is None:
            self.decoded = decode_flow(self.source, self.name, self.file)
        return self.decoded


class FlowTable(Mapping[str, Flow]):
    """Flows by name. `around` gives each what it shares with the others; it is called once a flow.

    `last` are flows served in place of files that have an error.
    """

    def __init__(
        self,
        entries: Mapping[str, Entry] | None = None,
        around: Callable[[Flow], Flow] | None = None,
        last: Mapping[str, Flow] | None = None,
    ) -> None:
        self._entries = entries or {}
        self._around = around or (lambda flow: flow)
        self._flows = {name: self._around(flow) for name, flow in (last or {}).items()}
        self._names = dict.fromkeys([*self._entries, *self._flows])

    def served(self, around: Callable[[Flow], Flow], last: Mapping[str, Flow]) -> "FlowTable":
        """The same flows with something else around them, and `last` beside them."""
        return FlowTable(self._entries, around, last)

    def digest(self, name: str) -> str:
        """A flow's digest, empty for an unknown one; without reading it."""
        if name in self._flows:
            return self._flows[name].digest
        entry = self._entries.get(name)
        return "" if entry is None else entry.digest

    def source(self, name: str) -> bytes:
        """The text of a flow that is as its file says. Raises KeyError."""
        return self._entries[name].source

    def loaded(self) -> tuple[Flow, ...]:
        """The flows somebody has asked for."""
        return tuple(self._flows.values())

    def __getitem__(self, name: str) -> Flow:
        flow = self._flows.get(name)
        if flow is None:
            found = self._entries[name].read().flow
            if found is None:  # kept as good by a checker that was, or a file of verdicts that was meddled with
                _log.error("flow %s can't be read, though it was checked: remove checked.json", name)
                raise KeyError(name)
            flow = self._flows[name] = self._around(found)
        return flow

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
