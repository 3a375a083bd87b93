"""The operator's files as last read: flows, lines and queues."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.core.flow.model import Flow
from ivr.core.queue_rules import QueueDefinition


@dataclass(frozen=True, slots=True)
class Line:
    """A dialled number (E.164) and the flow that answers it. `languages` are those it can be answered in as well."""

    name: str
    number: str
    flow: str
    language: str
    title: str = ""
    languages: tuple[str, ...] = ()


class Flows(Protocol):
    """Flows, lines and queues as last read without error."""

    def line_for(self, number: str) -> Line | None:
        """The line a number belongs to."""

    def current(self, flow: str) -> Flow | None:
        """The newest version of a flow."""

    def answering(self, line: Line, caller: str) -> Flow | None:
        """The version a new call to a line gets: a draft for its testers, else a pinned version, else the newest."""

    def pinned(self, digest: str) -> Flow | None:
        """A version a live call is pinned to."""

    def queue(self, name: str) -> QueueDefinition | None:
        """A queue's definition."""

    def lines(self) -> Sequence[Line]:
        """Every line."""

    def queues(self) -> Sequence[QueueDefinition]:
        """Every queue."""
