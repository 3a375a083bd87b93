"""The ask step: an answer by key or by voice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from ivr.core.flow.answer_kinds import DATE_KEYS, KINDS, bound_said, within
from ivr.core.flow.context import SECRET, Context
from ivr.core.flow.effects import Effect, Gather, Note, Prompt
from ivr.core.flow.fields import BOUND, CURRENCY, AnswerName, DigitCount, FinishKey, Label, Seconds, Target, Tries
from ivr.core.flow.hints import hints_of
from ivr.core.flow.inputs import Digits, Input, NoInput, Spoken
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.flow.yes_no import yes_or_no
from ivr.core.phrases import phrase
from ivr.core.spoken import decimal_of

_CONFIRM, _AGAIN = "1", "2"
_READ_BACK = "read_back"

AnswerKind = Literal["digits", "number", "amount", "date", "yes_no", "speech"]


@step("ask", main="text")
@dataclass(frozen=True, slots=True)
class AskStep(Step):
    """Asks for an answer, kept as `answers.NAME`. After the last try it goes on at `otherwise`.

    It may be digits, such as a file number, a number, an amount, a date, yes or no, or free speech; by key, and with
    `speech` by voice as well. With `read_back` it is said and confirmed. What answers a `sensitive` question is never
    said, noted, logged or shown; conditions may still use it.

    ```yaml
    file-number:
      ask: Tapez votre numéro de dossier, puis dièse.
      save: file
      min: 6
      max: 10
      finish: hash
      read_back: yes
      next: birthday
      otherwise: reception
    birthday:
      ask: Tapez votre date de naissance, huit chiffres, ou dites-la.
      kind: date
      save: born
      most: today
      speech: yes
      cancel: star
      next: civil-registry
      otherwise: reception
    ```
    """

    text: Text
    save: AnswerName
    next: Target
    otherwise: Target
    kind: AnswerKind = "digits"
    min: DigitCount = 1
    max: DigitCount = 20
    least: Annotated[str, BOUND] = ""
    most: Annotated[str, BOUND] = ""
    currency: Annotated[str, CURRENCY] = "EUR"
    finish: FinishKey = "#"
    cancel: FinishKey = ""
    on_cancel: Target | None = None
    speech: bool = False
    hints: tuple[Label, ...] = ()
    tries: Tries = 3
    wait: Seconds = 8
    read_back: bool = False
    sensitive: bool = False
    if_nothing: Text | None = None
    if_wrong: Text | None = None

    accepts = (Digits, Spoken, NoInput)

    @property
    def by_voice(self) -> bool:
        """Whether words are listened for."""
        return self.speech or self.kind == "speech"

    def enter(self, context: Context) -> Outcome:
        """Asks, and waits for the answer."""
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes the answer, or what was said to the read-back."""
        held = context.session.held.get(_READ_BACK)
        if held is not None:
            return self._confirmed(context, held, input)
        if isinstance(input, Digits):
            return self._keys(context, input.keys)
        if isinstance(input, Spoken):
            heard = input.text if self.by_voice else ""
            value = KINDS[self.kind].from_words(heard, context.language, context.local)
            return self._value(context, value, context.say_or(self.if_wrong, KINDS[self.kind].refusal))
        return self._again(context, context.say_or(self.if_nothing, "nothing_pressed"))

    def presses(self, way: str) -> int:
        """As many as the answer has at least."""
        if way != "next" or self.by_voice:
            return 0
        return {"digits": self.min, "date": DATE_KEYS}.get(self.kind, 1)

    def problems(self, world: World) -> Iterator[Found]:
        """Bounds the wrong way round or of another kind, keys with two meanings, a sensitive answer read aloud."""
        if self.min > self.max:
            yield Found("F011", "max", f"`max` ({self.max}) is less than `min` ({self.min})")
        if self.sensitive and self.read_back:
            yield Found("F032", "read_back", "a sensitive answer must not be read aloud", "take out `read_back`")
        yield from self._bounds()
        if self.cancel and self.cancel == self.finish:
            yield Found("F011", "cancel", "the same key ends the entry and cancels it", "give one of them another key")
        if self.cancel == "*" and self.kind == "amount":
            yield Found("F011", "cancel", "the star key is the decimal sign of an amount", "cancel by the hash key")
        if self.on_cancel is not None and not self.cancel:
            yield Found("F007", "on_cancel", "no key cancels here", "write for example `cancel: star`")

    def _bounds(self) -> Iterator[Found]:
        for name, written in (("least", self.least), ("most", self.most)):
            if not written:
                continue
            if self.kind not in {"number", "amount", "date"}:
                yield Found(
                    "F011", name, f"an answer of kind {self.kind} has no bounds", "bound its length by min, max"
                )
            elif (self.kind == "date") == _is_number(written):
                example = "1900-01-01, today or today+30d" if self.kind == "date" else "a number"
                yield Found("F011", name, f"'{written}' is no bound of {self.kind} answers", f"write {example}")

    def _keys(self, context: Context, keys: str) -> Outcome:
        if self.cancel and self.cancel in keys:
            return Left(self.on_cancel or self.otherwise, "cancelled")
        digits = keys.removesuffix(self.finish) if self.finish else keys
        if not digits:
            return self._again(context, context.say_or(self.if_nothing, "nothing_pressed"))
        value = KINDS[self.kind].from_keys(digits)
        return self._value(context, value, context.say_or(self.if_wrong, KINDS[self.kind].refusal))

    def _value(self, context: Context, value: str, refusal: tuple[Prompt, ...]) -> Outcome:
        """An answer that was read, or an empty text, is taken, read back or refused."""
        if not value:
            return self._again(context, refusal)
        if self.kind == "digits" and not self.min <= len(value) <= self.max:
            return self._again(context, self._wrong_length(context))
        broken = within(value, self.kind, self.least, self.most, context.local) if self.least or self.most else ""
        if broken:
            return self._again(context, self._out_of_bounds(context, broken))
        if self.read_back:
            return self._read(context, value, (), context.session.tries)
        return self._done(context, value)

    def _confirmed(self, context: Context, value: str, input: Input) -> Outcome:
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if isinstance(input, Spoken):
            key = {True: _CONFIRM, False: _AGAIN, None: "?"}[yes_or_no(input.text, context.language)]
        if key == _CONFIRM:
            return self._done(context, value)
        if key == _AGAIN:
            return self._again(context, ())
        if self.cancel and key == self.cancel:
            return Left(self.on_cancel or self.otherwise, "cancelled")
        said = context.phrase("wrong_key" if key else "nothing_pressed")
        tries = context.session.tries + 1
        if tries >= self.tries:
            return Left(self.otherwise, "otherwise", said)
        return self._read(context, value, said, tries)

    def _done(self, context: Context, value: str) -> Left:
        notes: tuple[Effect, ...] = () if self.sensitive else (Note(self.save, value),)
        name, other = (SECRET + self.save, self.save) if self.sensitive else (self.save, SECRET + self.save)
        values = {name: value} | ({other: ""} if other in context.session.values else {})
        return Left(self.next, "next", notes, values=values)

    def _again(self, context: Context, said: tuple[Prompt, ...]) -> Outcome:
        tries = context.session.tries + 1
        return Left(self.otherwise, "otherwise", said) if tries >= self.tries else self._ask(context, said, tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.say(self.text))
        if self.kind == "yes_no":
            prompts += context.phrase("yes_1_no_2")
        gather = Gather(
            prompts,
            self._exact,
            self.wait,
            "" if self.kind == "yes_no" else self.finish,
            speech=self.by_voice,
            language=context.language,
            hints=hints_of([self.hints]) if self.by_voice else (),
            sensitive=self.sensitive,
        )
        return Waits(gather, tries=tries)

    @property
    def _exact(self) -> int | None:
        """How many keys end the entry by themselves; None for any number. A key that cancels ends it early or late."""
        if self.kind == "yes_no":
            return 1
        if self.kind == "date" and not self.cancel:
            return DATE_KEYS
        exact = self.kind == "digits" and self.min == self.max and not self.finish
        return self.max if exact else None

    def _read(self, context: Context, value: str, said: tuple[Prompt, ...], tries: int) -> Waits:
        spoken = KINDS[self.kind].said(value, context.shipped_locale, self.currency)
        if self.kind == "digits" and not self.by_voice:
            asked = context.phrase("read_back", digits=spoken)
        else:
            asked = context.phrase("read_back_said", said=spoken)
        gather = Gather((*said, *asked), 1, self.wait, speech=self.by_voice, language=context.language)
        return Waits(gather, tries=tries, held={_READ_BACK: value})

    def _wrong_length(self, context: Context) -> tuple[Prompt, ...]:
        if self.if_wrong is not None:
            return context.say(self.if_wrong)
        exact = self.min == self.max
        between = phrase("least_to_most", context.shipped_locale, least=self.min, most=self.max)
        return context.phrase("wrong_length", expected=self.min if exact else between)

    def _out_of_bounds(self, context: Context, broken: str) -> tuple[Prompt, ...]:
        if self.if_wrong is not None:
            return context.say(self.if_wrong)
        written = self.least if broken == "least" else self.most
        said = bound_said(written, self.kind, context.shipped_locale, self.currency, context.local)
        words = {"least": "at_least", "most": "at_most"}
        if self.kind == "date":
            words = {"least": "not_before", "most": "not_after"}
        return context.phrase(words[broken], bound=said)


def _is_number(written: str) -> bool:
    return decimal_of(written) is not None
