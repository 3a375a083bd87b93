"""Lines that only a person gets a caller out of."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, Way, check
from ivr.core.flow.registry import Found


@check(whole=True)
def for_people_only(view: View) -> Iterator[Found]:
    """From every step where people are waited for, a way leads to an end that needs nobody: a message, last words.

    The limit of the wait itself is the step's own business (also F025).
    """
    steps = view.flow.steps

    def unanswered(name: str, way: Way) -> bool:
        return not (steps[name].people and way.field in steps[name].after_people)

    alone = view.leading_to((name for name, step in steps.items() if step.ends and not step.people), unanswered)
    for name, step in steps.items():
        if step.people and name not in alone:
            message = f"whoever reaches nobody at '{name}' is only led to people again"
            yield Found("F025", f"steps.{name}", message, "lead a way to a voicemail, a callback or a hangup step")
