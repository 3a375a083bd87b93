"""The consent step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, KeepConsent, Play, Prompt, Say
from ivr.core.flow.fields import AnswerName, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput, Spoken
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text
from ivr.core.flow.yes_no import yes_or_no

_YES, _NO = "1", "2"


@step("consent", main="text")
@dataclass(frozen=True, slots=True)
class ConsentStep(Step):
    """Asks for an agreement, by key. Silence is no agreement: without a clear yes the call goes on at `otherwise`.

    What was asked, in the words heard, and what was answered is kept in the call's history; a later question about the
    same matter stands beside it. `answers.NAME` is `yes` or `no` afterwards.

    ```yaml
    may-we-record:
      consent: Acceptez-vous que votre message soit enregistré et conservé trois mois ?
      save: recording
      next: message
      otherwise: reception
    ```
    """

    text: Text
    save: AnswerName
    next: Target
    otherwise: Target
    speech: bool = False
    tries: Tries = 2
    wait: Seconds = 6

    accepts = (Digits, Spoken, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Asks."""
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes a yes or a no; anything else is asked again, and in the end is a no."""
        answer = _answer(input, context.language)
        if answer is not None:
            return self._left(context, answer, "yes" if answer else "no")
        said = context.phrase("nothing_pressed" if isinstance(input, NoInput) else "wrong_key")
        tries = context.session.tries + 1
        if tries >= self.tries:
            return self._left(context, None, "otherwise")
        return self._ask(context, said, tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.say(self.text), *context.phrase("yes_1_no_2"))
        return Waits(Gather(prompts, 1, self.wait, speech=self.speech, language=context.language), tries=tries)

    def _left(self, context: Context, answer: bool | None, way: str) -> Left:
        words = " ".join(prompt.text for prompt in context.say(self.text) if isinstance(prompt, Say | Play))
        kept = KeepConsent(
            self.save, given=bool(answer), clear=answer is not None, words=words, language=context.language
        )
        to = self.next if answer else self.otherwise
        return Left(to, way, (kept,), values={self.save: "yes" if answer else "no"})


def _answer(given: Input, language: str) -> bool | None:
    match given:
        case Digits(keys):
            return {_YES: True, _NO: False}.get(keys[:1])
        case Spoken(text):
            return yes_or_no(text, language)
    return None
