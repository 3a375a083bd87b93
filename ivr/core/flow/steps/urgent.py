"""The urgent step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Note
from ivr.core.flow.fields import Label, Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Step, step


@step("urgent", main="reason")
@dataclass(frozen=True, slots=True)
class UrgentStep(Step):
    """Marks the call: from now on it passes every call that isn't marked, in every line. The agent is told why.

    ```yaml
    in-danger:
      urgent: Danger immédiat
      next: emergency-line
    ```
    """

    reason: Label
    next: Target

    def enter(self, context: Context) -> Outcome:
        """Marks it for good."""
        return Left(self.next, "next", (Note(context.step, self.reason),), label=self.reason, urgent=True)
