"""One file being read: its problems and the places of its parts, gathered while it is decoded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ivr.core.flow.model import Position
from ivr.core.flow.near import did_you_mean
from ivr.core.flow.problem import Problem, shortened
from ivr.flowfile.nodes import MAX_PROBLEMS, Items, Node, Scalar, Table


class Bad:
    """Stands for a value that couldn't be read; its problem has been told."""


BAD: Final = Bad()


@dataclass(slots=True)
class Reading:
    """Gathers problems and positions of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    _refused: set[tuple[int, int]] = field(init=False, repr=False)
    """Where an alias or a tag stands."""

    def __post_init__(self) -> None:
        self._refused = {(known.line, known.column) for known in self.problems if known.code == "F004"}

    def bad(self, at: Node | Position, code: str, message: str, hint: str = "") -> Bad:
        """Tells a problem; returns BAD, to be handed on in place of the value.

        What follows from an alias or a tag, told already, is not told again.
        """
        place = at if isinstance(at, Position) else at.at
        if self.full or (place.line, place.column) in self._refused:
            return BAD
        self.problems.append(Problem(self.file, place.line, place.column, code, shortened(message), shortened(hint)))
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(Problem(self.file, place.line, place.column, "F005", "too many problems to tell"))
        return BAD

    def beside(self, *paths: str) -> "Reading":
        """A reading of parts of the same file: the same problems, and positions of its own besides those of `paths`."""
        here = {path: self.positions[path] for path in paths if path in self.positions}
        return Reading(self.file, self.problems, here)

    @property
    def full(self) -> bool:
        """Whether so much is wrong that no more is told."""
        return len(self.problems) >= MAX_PROBLEMS

    def shape(self, node: Node, expected: str) -> Bad:
        """Tells that a node has another shape than expected."""
        return self.bad(node, "F006", f"expected {expected}, found {described(node)}")


def described(node: Node) -> str:
    """A node in words."""
    match node:
        case Scalar(text=text) if node.empty or not text:
            return "nothing"
        case Scalar(text=text):
            return f"'{text[:40]}'"
        case Items():
            return "a list"
        case Table():
            return "a table"


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint naming the known word nearest to a mistyped one."""
    return did_you_mean(word, known, otherwise)
