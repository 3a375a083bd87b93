"""What the desk of the lines (`lines.py`) and its pages need of the outside beside the lines themselves, narrowly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.core.queue_figures import QueueFigures
from ivr.core.routing.explain import Explanation


@dataclass(frozen=True, slots=True)
class Face:
    """Who a caller is, as people may see it: `number` is masked, `kind` says hidden, known, ...

    `path` is their way through the menus in words, whole: the lines keep only its beginning.
    """

    number: str = ""
    name: str = ""
    kind: str = "new"
    path: str = ""


class Faces(Protocol):
    """Who calls. Raises StoreDown."""

    def faces(self, calls: Sequence[str]) -> Mapping[str, Face]:
        """Those of some live calls, in one round trip; who is unknown is left out."""


class Range(Protocol):
    """A forecast of a wait, in seconds from now."""

    @property
    def low_s(self) -> float:
        """At least."""

    @property
    def high_s(self) -> float:
        """At most, as a rule."""


class Record(Protocol):
    """How forecasts came out: of `calls` answered, the share `within` (0 to 1) of its range, and the mean error."""

    @property
    def calls(self) -> int:
        """How many."""

    @property
    def within(self) -> float:
        """Share within its range."""

    @property
    def error_s(self) -> float:
        """Mean absolute error, in seconds."""


class Forecasts(Protocol):
    """Expected waits, with their record."""

    def of_line(self, queue: str) -> Callable[[QueueFigures], Range | None]:
        """How long a call of this line that finds given figures will wait from now; None where that can't be known."""

    def accuracy(self, queue: str, now_ms: int) -> Record:
        """How the line's forecasts came out of late. Raises StoreDown."""


class Explaining(Protocol):
    """Why a call waits, or went to whom. Raises StoreDown, HistoryDown."""

    def explain_call(self, call_sid: str) -> Explanation | None:
        """The explanation; None for a call nobody knows."""


class SkillBook(Protocol):
    """Agents' skills, changed one at a time. Raises UnknownAgent, SkillProblem, HistoryDown, StoreDown."""

    def set(self, agent_id: str, skill: str, level: int | None, by: str) -> None:
        """Give an agent a skill at a level, or take it away (None); noted in the audit."""
