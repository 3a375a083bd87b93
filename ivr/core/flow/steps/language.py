"""The language step."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.core.caller_language import nearest_of
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, Note, Prompt
from ivr.core.flow.fields import Language, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.session import LANGUAGE_NOTE
from ivr.core.flow.text import Text
from ivr.core.phrases import LANGUAGES

_MOST = 9


@step("language", main="offered")
@dataclass(frozen=True, slots=True)
class LanguageStep(Step):
    """Lets the caller choose a language: "Pour le français, tapez 1. Voor Nederlands, druk op 2." One alone is set.

    The choice is kept with the call, and remembered when this number calls again: then it is not asked, unless
    `ask_known`. After the last try the call goes on in the language it had.

    ```yaml
    which-language:
      language: [fr-BE, nl-BE, de-BE]
      next: welcome
    ```
    """

    offered: tuple[Language, ...]
    next: Target
    words: Text | None = None
    ask_known: bool = False
    tries: Tries = 2
    wait: Seconds = 6

    accepts = (Digits, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Sets the one language there is, or the remembered one; else asks in all of them."""
        if len(self.offered) == 1:
            return Left(self.next, "set", language=self.offered[0])
        remembered = context.session.caller.language
        if remembered and not self.ask_known and (known := nearest_of(self.offered, remembered)):
            return Left(self.next, "known", language=known)
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes the key of a language."""
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if key.isdecimal() and 1 <= int(key) <= len(self.offered):
            chosen = self.offered[int(key) - 1]
            return Left(self.next, chosen, (Note(LANGUAGE_NOTE, chosen),), language=chosen)
        said = context.phrase("wrong_key" if key else "nothing_pressed")
        tries = context.session.tries + 1
        if tries >= self.tries:
            return Left(self.next, "otherwise")
        return self._ask(context, said, tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = said
        for number, locale in enumerate(self.offered, 1):
            spoken = context.speaking(locale)
            own = self.words is not None and spoken.gives(self.words)
            prompts += spoken.say(self.words) if own and self.words else spoken.phrase("for_language", digit=number)
        return Waits(Gather(prompts, 1, self.wait, language=context.language), tries=tries)

    def problems(self, world: World) -> Iterator[Found]:
        """Languages nobody could choose, because no words offer them."""
        if len(self.offered) > _MOST:
            yield Found("F011", "language", f"{len(self.offered)} languages; there are keys for {_MOST}")
        for number, locale in enumerate(self.offered, 1):
            base = locale.partition("-")[0]
            given = {key.partition("-")[0] for key in self.words.by_language} if self.words is not None else set()
            if len(self.offered) > 1 and base not in LANGUAGES and base not in given:
                hint = f"write words: {{{base}: ...}} with the key {number} in it"
                yield Found("F007", "language", f"the system has no words to offer '{locale}'", hint)
