"""The checker: what is wrong with a flow as a whole, though each part of it could be read. Pure; tells all at once.

Each check is a small generator in `checks/`, registered where it is defined; `check_flow` puts places to what they
find. What a single step can tell by itself stands in its own file (`Step.problems`).
"""

from collections.abc import Iterable, Iterator

from ivr.core.flow import checks as _checks  # noqa: F401 - registers the checks
from ivr.core.flow.checks.view import CHECKS, View
from ivr.core.flow.model import Flow, Position
from ivr.core.flow.problem import CODES, Problem, shortened
from ivr.core.flow.registry import Found, World

MOST_PROBLEMS = 200
"""Problems told about one flow; one with more is mended from the top."""


def check_flow(flow: Flow, world: World, file: str, declared: Iterable[str] = ()) -> list[Problem]:
    """Every problem of a flow, by place.

    `declared` names all steps of the file, where some could not be read: then steps are checked, but not the ways
    through the flow, so that one mistake is not told as ten.
    """
    names = frozenset(declared) or frozenset(flow.steps)
    view = View(flow, world, names)
    told = _Told()
    for check, whole in CHECKS:
        if not whole:
            told.take(check(view))
    if names == frozenset(flow.steps) and not any(one.code == "F020" for one in told.errors):
        for check, whole in CHECKS:
            if whole:
                told.take(check(view))
    return sorted(problem_of(flow, file, one) for one in [*told.errors, *told.warnings][:MOST_PROBLEMS])


class _Told:
    """What was found so far; errors go before warnings where there is too much to tell."""

    def __init__(self) -> None:
        self.errors: list[Found] = []
        self.warnings: list[Found] = []

    def take(self, found: Iterator[Found]) -> None:
        """What a check finds, until there is enough to tell."""
        for one in found:
            several = self.errors if CODES[one.code][0] == "error" else self.warnings
            if len(several) < MOST_PROBLEMS:
                several.append(one)
            if len(self.errors) >= MOST_PROBLEMS:
                return


def problem_of(flow: Flow | None, file: str, found: Found) -> Problem:
    """What was found, with its place."""
    if flow is None:
        return Problem(file, 1, 1, found.code, found.message, found.hint)
    at = place(flow, found.path)
    return Problem(file, at.line, at.column, found.code, shortened(found.message), shortened(found.hint))


def place(flow: Flow, path: str) -> Position:
    """Where a path stands in the file, or the nearest part above it."""
    while path and path not in flow.positions:
        path = path.rpartition(".")[0]
    return flow.positions.get(path, Position(1, 1))
