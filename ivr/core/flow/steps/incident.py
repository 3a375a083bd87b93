"""The incident step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, Note, Prompt
from ivr.core.flow.fields import Name, Seconds, Target
from ivr.core.flow.inputs import Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.session import Incident

_ANSWERED = "1"


@step("incident", main="about")
@dataclass(frozen=True, slots=True)
class IncidentStep(Step):
    """Tells of the disturbances of the moment, and is silent where there are none. `hotline incident start` begins one.

    With `about` only those about that matter are told here. Nobody hears one twice, and who is waiting in a line when
    one begins hears it there. With `answered` callers may press 1 when that was all they called for.

    ```yaml
    news:
      incident:
      answered: goodbye
      next: matters
    ```
    """

    next: Target
    about: Name | None = None
    answered: Target | None = None
    wait: Seconds = 5

    accepts = (Digits, NoInput)
    silent = True

    def enter(self, context: Context) -> Outcome:
        """Tells what this caller hasn't heard yet."""
        active = self._untold(context)
        if not active:
            return Left(self.next, "none")
        prompts: tuple[Prompt, ...] = tuple(one for incident in active for one in context.incident(incident))
        told = tuple(incident.id for incident in active)
        note = Note(context.step, ", ".join(told))
        if self.answered is None:
            return Left(self.next, "told", (note, *prompts), told=told)
        asked = (*prompts, *context.phrase("press_1_if_answered"))
        return Waits(
            Gather(asked, 1, self.wait, language=context.language), (Note(context.step, ", ".join(told)),), told=told
        )

    def resume(self, context: Context, input: Input) -> Outcome:
        """Whether that was all the caller wanted to know."""
        if self.answered is not None and isinstance(input, Digits) and input.keys[:1] == _ANSWERED:
            return Left(self.answered, "answered", (Note(f"{context.step}.answered", "yes"),))
        return Left(self.next, "told")

    def _untold(self, context: Context) -> list[Incident]:
        now_ms = int(context.now.timestamp() * 1000)
        session = context.session
        return [
            one
            for one in session.incidents
            if now_ms < one.until_ms and one.id not in session.told and (self.about is None or one.about == self.about)
        ]
