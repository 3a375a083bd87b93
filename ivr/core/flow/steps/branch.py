"""The branch step."""

from dataclasses import dataclass

from ivr.core.flow.condition import Condition
from ivr.core.flow.context import Context
from ivr.core.flow.fields import Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Step, step


@dataclass(frozen=True, slots=True)
class Way:
    """One way a branch may take."""

    when: Condition
    next: Target


@step("branch", main="ways")
@dataclass(frozen=True, slots=True)
class BranchStep(Step):
    """Takes the first way whose condition is true, else `otherwise`.

    ```yaml
    who-calls:
      branch:
        - when: caller.name
          next: welcome-by-name
        - when: caller.calls_before > 0 and now.weekday in [saturday, sunday]
          next: welcome-back
      otherwise: welcome
    ```
    """

    ways: tuple[Way, ...]
    otherwise: Target

    def enter(self, context: Context) -> Outcome:
        """Asks the conditions in order."""
        for number, way in enumerate(self.ways, 1):
            if way.when.holds(context.value):
                return Left(way.next, f"way {number}")
        return Left(self.otherwise, "otherwise")
