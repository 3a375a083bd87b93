"""The ask step: digits by key."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.core.flow.context import SECRET, Context
from ivr.core.flow.effects import Effect, Gather, Note, Prompt
from ivr.core.flow.fields import AnswerName, DigitCount, FinishKey, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.phrases import phrase

_CONFIRM, _AGAIN = "1", "2"
_READ_BACK = "read_back"


@step("ask", main="text")
@dataclass(frozen=True, slots=True)
class AskStep(Step):
    """Asks for digits, such as a file number, kept as `answers.NAME`. After the last try it goes on at `otherwise`.

    With `read_back` the digits are said and confirmed by key. What answers a `sensitive` question is never said,
    noted, logged or shown; conditions may still use it.

    ```yaml
    file-number:
      ask: Tapez votre numéro de dossier, puis dièse.
      save: file
      min: 6
      max: 10
      finish: hash
      read_back: yes
      next: civil-registry
      otherwise: reception
    ```
    """

    text: Text
    save: AnswerName
    next: Target
    otherwise: Target
    min: DigitCount = 1
    max: DigitCount = 20
    finish: FinishKey = "#"
    tries: Tries = 3
    wait: Seconds = 8
    read_back: bool = False
    sensitive: bool = False
    if_nothing: Text | None = None
    if_wrong: Text | None = None

    accepts = (Digits, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Asks, and waits for the digits."""
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes the digits, or the answer to the read-back."""
        held = context.session.held.get(_READ_BACK)
        if held is not None:
            return self._confirmed(context, held, input)
        if isinstance(input, NoInput):
            return self._again(context, context.say_or(self.if_nothing, "nothing_pressed"))
        if not isinstance(input, Digits):
            raise NotAccepted("digits are asked for")
        digits = input.keys.removesuffix(self.finish) if self.finish else input.keys
        if not digits:
            return self._again(context, context.say_or(self.if_nothing, "nothing_pressed"))
        if not digits.isdecimal():
            return self._again(context, context.say_or(self.if_wrong, "digits_only"))
        if not self.min <= len(digits) <= self.max:
            return self._again(context, self._wrong_length(context))
        if self.read_back:
            return self._read(context, digits, (), context.session.tries)
        return self._done(context, digits)

    def presses(self, way: str) -> int:
        """As many as the answer has at least."""
        return self.min if way == "next" else 0

    def problems(self, world: World) -> Iterator[Found]:
        """Lengths the wrong way round, and a sensitive answer read aloud."""
        if self.min > self.max:
            yield Found("F011", "max", f"`max` ({self.max}) is less than `min` ({self.min})")
        if self.sensitive and self.read_back:
            yield Found("F032", "read_back", "a sensitive answer must not be read aloud", "take out `read_back`")

    def _confirmed(self, context: Context, digits: str, input: Input) -> Outcome:
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if key == _CONFIRM:
            return self._done(context, digits)
        if key == _AGAIN:
            return self._again(context, ())
        said = context.phrase("wrong_key" if key else "nothing_pressed")
        tries = context.session.tries + 1
        return (
            Left(self.otherwise, "otherwise", said) if tries >= self.tries else self._read(context, digits, said, tries)
        )

    def _done(self, context: Context, digits: str) -> Left:
        notes: tuple[Effect, ...] = () if self.sensitive else (Note(self.save, digits),)
        name, other = (SECRET + self.save, self.save) if self.sensitive else (self.save, SECRET + self.save)
        values = {name: digits} | ({other: ""} if other in context.session.values else {})
        return Left(self.next, "next", notes, values=values)

    def _again(self, context: Context, said: tuple[Prompt, ...]) -> Outcome:
        tries = context.session.tries + 1
        return Left(self.otherwise, "otherwise", said) if tries >= self.tries else self._ask(context, said, tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        exact = self.max if self.min == self.max and not self.finish else None
        gather = Gather(
            (*said, *context.say(self.text)),
            exact,
            self.wait,
            self.finish,
            language=context.language,
            sensitive=self.sensitive,
        )
        return Waits(gather, tries=tries)

    def _read(self, context: Context, digits: str, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.phrase("read_back", digits=" ".join(digits)))
        return Waits(Gather(prompts, 1, self.wait, language=context.language), tries=tries, held={_READ_BACK: digits})

    def _wrong_length(self, context: Context) -> tuple[Prompt, ...]:
        if self.if_wrong is not None:
            return context.say(self.if_wrong)
        exact = self.min == self.max
        between = phrase("least_to_most", context.language, least=self.min, most=self.max)
        return context.phrase("wrong_length", expected=self.min if exact else between)
