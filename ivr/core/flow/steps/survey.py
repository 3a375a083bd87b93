"""The survey step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Command, Effect, Gather, KeepAnswers, Prompt
from ivr.core.flow.fields import Name, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.survey import HIGHEST, LOWEST

MOST_QUESTIONS = 5
_AT = "at"
_YES, _NO = "1", "2"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `csat` is answered from 1 to 5, `nps` from 0 to 10 (then hash), `yes_no` with 1 and 2."""

    ask: Text
    name: Name
    kind: Literal["csat", "nps", "yes_no"] = "csat"


@step("survey", main="name")
@dataclass(frozen=True, slots=True)
class SurveyStep(Step):
    """Asks one to five questions by key, usually after the talk: the queue step leads here. Every answer counts.

    Nobody has to answer: silence ends it after `tries`, star skips a question, and hanging up keeps what was answered.
    Results are shown by `hotline history surveys`.

    ```yaml
    how-was-it:
      survey: accueil
      questions:
        - {ask: "Avez-vous obtenu une réponse à votre question ?", name: solved, kind: yes_no}
        - {ask: "Êtes-vous satisfait de cet appel ?", name: satisfied}
      thanks: Merci de votre aide.
      next: goodbye
    ```
    """

    name: Name
    questions: tuple[Question, ...]
    next: Target
    words: Text | None = None
    thanks: Text | None = None
    tries: Tries = 2
    wait: Seconds = 6

    accepts = (Digits, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Asks the first question."""
        said = context.say(self.words) if self.words is not None else ()
        return self._ask(context, said, 0, {_AT: "0"})

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes an answer and asks the next question."""
        held = dict(context.session.held)
        at = int(held.get(_AT, "0"))
        keys = input.keys if isinstance(input, Digits) else ""
        value = _value(self.questions[at], keys.removesuffix("#"))
        if value is None and not keys.startswith("*"):
            tries = context.session.tries + 1
            if tries >= self.tries:
                return self._over(context, held) if not keys else self._next(context, held, at)
            return self._ask(context, context.phrase("wrong_key" if keys else "nothing_pressed"), tries, held)
        if value is not None:
            held[self.questions[at].name] = str(value)
        return self._next(context, held, at)

    def hung_up(self, context: Context) -> tuple[Command, ...]:
        """What was answered counts."""
        return self._kept(dict(context.session.held))

    def problems(self, world: World) -> Iterator[Found]:
        """Too many questions, or two of one name."""
        if len(self.questions) > MOST_QUESTIONS:
            message = f"{len(self.questions)} questions: nobody answers more than {MOST_QUESTIONS}"
            yield Found("F011", "questions", message, "ask what you will act upon")
        names = [question.name for question in self.questions]
        for number, name in enumerate(names, 1):
            if name in names[: number - 1]:
                yield Found("F003", f"questions.{number}", f"two questions are called '{name}'")

    def _next(self, context: Context, held: dict[str, str], at: int) -> Outcome:
        if at + 1 >= len(self.questions):
            return self._over(context, held)
        return self._ask(context, (), 0, held | {_AT: str(at + 1)})

    def _over(self, context: Context, held: dict[str, str]) -> Left:
        kept = self._kept(held)
        thanks: tuple[Effect, ...] = context.say_or(self.thanks, "survey_thanks") if kept else ()
        return Left(self.next, "answered" if kept else "unanswered", (*kept, *thanks))

    def _kept(self, held: dict[str, str]) -> tuple[Command, ...]:
        answered = [question for question in self.questions if question.name in held]
        if not answered:
            return ()
        answers = tuple((question.name, int(held[question.name])) for question in answered)
        return (KeepAnswers(self.name, answers, tuple(question.kind for question in answered)),)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int, held: dict[str, str]) -> Waits:
        question = self.questions[int(held[_AT])]
        prompts = (*said, *context.say(question.ask), *self._how(context, question))
        several = question.kind == "nps"
        gather = Gather(prompts, None if several else 1, self.wait, "#" if several else "", language=context.language)
        return Waits(gather, tries=tries, held=held)

    def _how(self, context: Context, question: Question) -> tuple[Prompt, ...]:
        if question.kind == "yes_no":
            return context.phrase("survey_yes_no")
        key = "survey_range_finish" if question.kind == "nps" else "survey_range"
        return context.phrase(key, low=LOWEST[question.kind], high=HIGHEST[question.kind])


def _value(question: Question, keys: str) -> int | None:
    """What the keys answer, None where they are no answer."""
    if question.kind == "yes_no":
        return {_YES: 1, _NO: 0}.get(keys)
    if not keys.isdecimal() or not keys.isascii():
        return None
    value = int(keys)
    return value if LOWEST[question.kind] <= value <= HIGHEST[question.kind] else None
