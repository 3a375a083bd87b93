"""The play step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Play
from ivr.core.flow.fields import PromptFile, Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Step, step


@step("play", main="file")
@dataclass(frozen=True, slots=True)
class PlayStep(Step):
    """Plays a sound file below `flows/prompts/` and goes on.

    ```yaml
    jingle:
      play: jingle.wav
      next: matters
    ```
    """

    file: PromptFile
    next: Target
    interruptible: bool = True

    def enter(self, context: Context) -> Outcome:
        """Plays the file."""
        return Left(self.next, "next", (Play(self.file),), interruptible=self.interruptible)
