"""What each step finds wrong with itself, and what the flow as a whole lacks."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.registry import Found


@check()
def own(view: View) -> Iterator[Found]:
    """What `Step.problems` tells, at its place."""
    for name, step in view.flow.steps.items():
        for found in step.problems(view.world):
            yield Found(found.code, f"steps.{name}.{found.path}", found.message, found.hint)


@check()
def on_fault(view: View) -> Iterator[Found]:
    """There is a way out when something fails."""
    if not view.flow.on_fault:
        message = "no `on_fault`: a caller is hung up on when something fails"
        yield Found("F033", "steps", message, "name a step that takes a message")
