"""Dead ends: steps from which every way goes round and round."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.registry import Found


@check(whole=True)
def dead_ends(view: View) -> Iterator[Found]:
    """From every step some way leads to the end of the call."""
    ending = view.leading_to(name for name, step in view.flow.steps.items() if step.ends)
    for name in view.flow.steps:
        if name not in ending:
            message = f"from step '{name}' no way leads to the end of the call"
            yield Found("F022", f"steps.{name}", message, "lead a way to a hangup step")
