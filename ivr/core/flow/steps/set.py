"""The set step."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.flow.context import SECRET, Context
from ivr.core.flow.effects import Effect, Note
from ivr.core.flow.fields import AnswerName, Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text, speakable


@step("set", main="values")
@dataclass(frozen=True, slots=True)
class SetStep(Step):
    """Puts texts under names, to be used as `answers.NAME`. With `note` they also stand in the call's history.

    ```yaml
    about-passports:
      set:
        matter: passeports
        file: "P-{{ answers.number }}"
      next: civil-registry
    ```
    """

    values: Mapping[AnswerName, Text]
    next: Target
    note: bool = False

    texts_are = "kept"

    def enter(self, context: Context) -> Outcome:
        """Fills in the texts, all with what was known before."""
        values = {name: speakable(context.render(text)) for name, text in self.values.items()}
        notes: tuple[Effect, ...] = tuple(Note(name, value) for name, value in values.items()) if self.note else ()
        known = context.session.values
        forgotten = {SECRET + name: "" for name in values if SECRET + name in known}
        return Left(self.next, "next", notes, values=values | forgotten)
