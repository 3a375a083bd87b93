"""What the desk of the lines (`lines.py`) needs of the outside, as narrow Protocols."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ivr.core.queue import WaitingCall
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import Rules
from ivr.core.routing.rings import OpenRing
from ivr.services.lines_port import Snapshot


@dataclass(frozen=True, slots=True)
class Standing:
    """A call as it stands in its line: `wanted` is what an agent must meet by now, `ring` (from 1) of `rings` the one
    open, the next opens at `next_ring_ms` (0: none does).
    """

    call: WaitingCall
    wanted: str = ""
    ring: int = 1
    rings: int = 1
    next_ring_ms: int = 0
    asks: str = ""
    prefer: tuple[str, ...] = ()


class ActDone(Protocol):
    """What an act on a call came to. `refused` is empty or why nothing was done; `offers` are to be rung."""

    @property
    def refused(self) -> str:
        """Empty, or the reason: `gone`, `taken`, `busy`, `there`."""

    @property
    def offers(self) -> Sequence[str]:
        """Reservations made by the way."""


class DeskStore(Protocol):
    """The lines as a supervisor needs them. Raises StoreDown."""

    def standing(self, call: str) -> Standing | None:
        """One call."""

    def waiting_in(self, queue: str, start: int, count: int) -> Sequence[Standing]:
        """Those who wait in a line, in order, from place `start` (0 is the first)."""

    def figures(self, queue: str, call: str = "") -> QueueFigures:
        """A line's figures, as `call` finds it."""

    def snapshot(self, now_ms: int, calls: int = 50) -> Snapshot:
        """All agents and lines."""

    def boost(self, call: str, seconds: int, by: str, now_ms: int) -> ActDone:
        """Make a call worth so many seconds of waiting more."""

    def move(  # noqa: PLR0917 - the port's shape
        self, call: str, queue: str, rings: tuple[OpenRing, ...], rules: Rules, by: str, now_ms: int
    ) -> ActDone:
        """Put a waiting call into another line, in the place its wait gives it there."""

    def pull(self, call: str, agent: str, by: str, now_ms: int) -> ActDone:
        """Offer a waiting call to this agent next of all."""


@dataclass(frozen=True, slots=True)
class Face:
    """Who a caller is, as people may see it: `number` is masked, `kind` says hidden, known, ..."""

    number: str = ""
    name: str = ""
    kind: str = "new"


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


class Told(Protocol):
    """How ranges told came out: of `told` calls answered, the share `covered` (0 to 1), and the mean error."""

    @property
    def told(self) -> int:
        """How many."""

    @property
    def covered(self) -> float:
        """Share within its range."""

    @property
    def error_s(self) -> float:
        """Mean absolute error of the middle of the range."""


class Forecasts(Protocol):
    """Expected waits, with their record. Never raises for want of data."""

    def expected(self, queue: str, figures: QueueFigures) -> Range | None:
        """How long a call that finds these figures will wait from now; None where that can't be known."""

    def accuracy(self, queue: str) -> Told | None:
        """How the ranges told in this line came out of late; None for none."""


class NoForecasts:
    """Nothing is known."""

    def expected(self, queue: str, figures: QueueFigures) -> Range | None:  # noqa: ARG002 - the port's shape
        """Never."""
        return None

    def accuracy(self, queue: str) -> Told | None:  # noqa: ARG002 - the port's shape
        """Never."""
        return None


class Explaining(Protocol):
    """Why a call waits, or went to whom."""

    def explain_call(self, call_sid: str) -> Any | None:
        """The explanation; None for a call nobody knows."""


class SkillBook(Protocol):
    """Agents' skills, changed one at a time. Raises HistoryDown."""

    def set(self, agent_id: str, skill: str, level: int | None, by: str) -> None:
        """Give an agent a skill at a level, or take it away (None); noted in the audit."""
