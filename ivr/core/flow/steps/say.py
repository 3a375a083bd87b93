"""The say step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.fields import Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text


@step("say", main="text")
@dataclass(frozen=True, slots=True)
class SayStep(Step):
    """Says something and goes on. Keys of a following menu may interrupt it, unless `interruptible: no`.

    ```yaml
    welcome:
      say: Bonjour et bienvenue à la mairie.
      next: matters
    ```
    """

    text: Text
    next: Target
    interruptible: bool = True

    def enter(self, context: Context) -> Outcome:
        """Speaks the text."""
        return Left(self.next, "next", context.say(self.text), interruptible=self.interruptible)
