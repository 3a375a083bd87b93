"""The hangup step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Hangup
from ivr.core.flow.outcomes import Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text


@step("hangup", main="last_words")
@dataclass(frozen=True, slots=True)
class HangupStep(Step):
    """Ends the call with last words; without any, the system says goodbye.

    ```yaml
    goodbye:
      hangup: La mairie vous remercie, au revoir.
    ```
    """

    last_words: Text | None = None

    @property
    def ends(self) -> bool:
        """Always."""
        return True

    def enter(self, context: Context) -> Outcome:
        """Says the last words and hangs up."""
        return Waits(Hangup(), context.say_or(self.last_words, "goodbye"))
