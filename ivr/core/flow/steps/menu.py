"""The menu step."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, Note, Prompt
from ivr.core.flow.fields import Key, Label, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """What a key does. `label` goes into the caller's way in words, which the agent is told."""

    next: Target
    label: Label = ""


@step("menu", main="text")
@dataclass(frozen=True, slots=True)
class MenuStep(Step):
    """Offers choices by key. After the last try without one it goes on at `otherwise`.

    ```yaml
    matters:
      menu: Pour l'état civil, tapez 1. Pour parler à une personne, tapez 0.
      keys:
        1: {label: État civil, next: civil-registry}
        0: reception
      if_nothing: Je n'ai rien entendu.
      if_wrong: Ce choix n'existe pas.
      tries: 3
      otherwise: reception
    ```
    """

    text: Text
    keys: Mapping[Key, Choice]
    otherwise: Target
    if_nothing: Text | None = None
    if_wrong: Text | None = None
    tries: Tries = 3
    wait: Seconds = 6

    accepts = (Digits, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Says the choices and waits for a key."""
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes a key; an unknown one or none asks again, until the tries are used up."""
        if isinstance(input, Digits):
            key = input.keys[:1]
            choice = self.keys.get(Key(key))
            if choice is not None:
                note = Note(context.step, choice.label or key)
                return Left(choice.next, f"key {key}", (note,), label=choice.label)
            said = context.say_or(self.if_wrong, "wrong_key")
        else:
            said = context.say_or(self.if_nothing, "nothing_pressed")
        tries = context.session.tries + 1
        if tries >= self.tries:
            return Left(self.otherwise, "otherwise", said)
        return self._ask(context, said, tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.say(self.text))
        return Waits(Gather(prompts, 1, self.wait, language=context.language), tries=tries)
