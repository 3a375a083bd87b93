"""Steps no call can come to."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.registry import Found


@check(whole=True)
def unreachable(view: View) -> Iterator[Found]:
    """Some way leads to every step."""
    reached = view.reached([view.flow.start, view.flow.on_fault])
    for name in view.flow.steps:
        if name not in reached:
            hint = "lead a way to it, or take it out"
            yield Found("F021", f"steps.{name}", f"no call can come to step '{name}'", hint)
