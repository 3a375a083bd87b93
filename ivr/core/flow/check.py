"""The checker: what is wrong with a flow as a whole, though each part of it could be read. Pure; tells all at once.

Each check is a small generator in `checks/`, registered where it is defined; `check_flow` puts places to what they
find. What a single step can tell by itself stands in its own file (`Step.problems`).
"""

from collections.abc import Iterable

from ivr.core.flow import checks as _checks  # noqa: F401 - registers the checks
from ivr.core.flow.checks.view import CHECKS, View
from ivr.core.flow.model import Flow, Position
from ivr.core.flow.problem import Problem, errors_in, shortened
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
    found = [one for check, whole in CHECKS if not whole for one in check(view)]
    if names == frozenset(flow.steps) and not any(one.code == "F020" for one in found):
        found += [one for check, whole in CHECKS if whole for one in check(view)]
    problems = sorted(problem_of(flow, file, one) for one in found)
    if len(problems) > MOST_PROBLEMS:
        warnings = [one for one in problems if one.severity == "warning"]
        problems = sorted([*errors_in(problems), *warnings][:MOST_PROBLEMS])
    return problems


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
