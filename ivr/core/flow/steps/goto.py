"""The goto step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.fields import Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Step, step


@step("goto", main="to")
@dataclass(frozen=True, slots=True)
class GotoStep(Step):
    """Goes on at another step: one name for several ways that meet.

    ```yaml
    anything-else:
      goto: matters
    ```
    """

    to: Target

    def enter(self, context: Context) -> Outcome:
        """Goes there."""
        return Left(self.to, "next")
