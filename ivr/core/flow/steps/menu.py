"""The menu step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, Note, Prompt
from ivr.core.flow.fields import Key, Label, Percent, Seconds, Target, Tries
from ivr.core.flow.hints import hints_of
from ivr.core.flow.inputs import Digits, Input, NoInput, Spoken
from ivr.core.flow.outcomes import MAX_PATIENCE, Left, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.spoken_answers import digits_said
from ivr.core.flow.text import Text
from ivr.core.flow.yes_no import plain_words
from ivr.core.match import Entry, Phrases, best_of
from ivr.core.phrases import phrase


@dataclass(frozen=True, slots=True)
class Choice:
    """What a key does. `label` goes into the caller's way in words, which the agent is told.

    `phrases` are words that do the same, where the menu listens as well.
    """

    next: Target
    label: Label = ""
    phrases: Phrases | None = None


@step("menu", main="text")
@dataclass(frozen=True, slots=True)
class MenuStep(Step):
    """Offers choices by key and, where `phrases` are given, by voice. After the last try it goes on at `otherwise`.

    Whoever presses nothing while waiting in a line goes on waiting: at the last try that isn't remarked upon.

    The key of `more_time` doubles how long this caller's answers are waited for, from now on, and costs no try.

    ```yaml
    matters:
      menu: Pour l'état civil, dites "état civil" ou tapez 1. Pour parler à une personne, tapez 0.
      keys:
        1: {label: État civil, next: civil-registry, phrases: [état civil, passeport, carte d'identité]}
        0: reception
      more_time: star
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
    more_time: Key | None = None
    sure: Percent = 60

    accepts = (Digits, Spoken, NoInput)

    @property
    def listens(self) -> bool:
        """Whether words are listened for."""
        return any(choice.phrases for choice in self.keys.values())

    @property
    def meanings(self) -> tuple[Entry, ...]:
        """What may be said, each by its key."""
        return tuple(Entry(key, choice.phrases) for key, choice in self.keys.items() if choice.phrases)

    def enter(self, context: Context) -> Outcome:
        """Says the choices and waits for a key."""
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes a key or words; unknown ones or none ask again, until the tries are used up."""
        tries = context.session.tries
        if isinstance(input, Digits | Spoken):
            key = input.keys[:1] if isinstance(input, Digits) else self._meant(context, input.text)
            choice = self.keys.get(Key(key))
            if choice is not None:
                note = Note(context.step, choice.label or key)
                way = f"key {key}" if isinstance(input, Digits) else f"said {key}"
                return Left(choice.next, way, (note,), label=choice.label)
            if self.more_time and key == self.more_time and context.session.patience < MAX_PATIENCE:
                waits = self._ask(context, context.phrase("more_time"), tries)
                return replace(waits, patience=context.session.patience * 2)
            said = context.say_or(self.if_wrong, "wrong_key" if isinstance(input, Digits) else "not_understood")
        elif tries + 1 >= self.tries and context.session.place is not None and self.if_nothing is None:
            return Left(self.otherwise, "otherwise")
        else:
            said = context.say_or(self.if_nothing, "nothing_pressed")
            if self.more_time and context.session.patience < MAX_PATIENCE:
                said += context.phrase("more_time_offer", digit=_spoken_key(self.more_time, context))
        if tries + 1 >= self.tries:
            return Left(self.otherwise, "otherwise", said)
        return self._ask(context, said, tries + 1)

    def problems(self, world: World) -> Iterator[Found]:
        """A key with two meanings; words that stand for two choices."""
        if self.more_time is not None and self.more_time in self.keys:
            yield Found("F011", "more_time", "this key is one of the choices", "give it a key of its own")
        meant: dict[tuple[str, ...], str] = {}
        for key, choice in self.keys.items():
            for one in (
                one for several in (choice.phrases.by_language if choice.phrases else {}).values() for one in several
            ):
                other = meant.setdefault(tuple(plain_words(one)), key)
                if other != key:
                    yield Found("F074", f"keys.{key}.phrases", f"'{one}' stands for key {other} as well")

    def _meant(self, context: Context, said: str) -> str:
        """The key of what was said: its very words, the key itself, or the likeliest; empty where nothing is."""
        words = plain_words(said)
        for key, choice in self.keys.items():
            known = choice.phrases.spoken_in(*context.languages) if choice.phrases else ()
            if any(plain_words(phrase) == words for phrase in known):
                return key
        digit = digits_said(said, context.language, context.local)
        if digit in self.keys:
            return digit
        guess = best_of(context.meant(said), self.sure / 100)
        return guess.entry if guess else ""

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.say(self.text))
        known = (choice.phrases.spoken_in(*context.languages) for choice in self.keys.values() if choice.phrases)
        gather = Gather(prompts, 1, self.wait, speech=self.listens, language=context.language, hints=hints_of(known))
        return Waits(gather, tries=tries)


def _spoken_key(key: str, context: Context) -> str:
    """A key as it is called: the digit itself, or the star and hash keys by their names."""
    names = {"*": "key_star", "#": "key_hash"}
    return phrase(names[key], context.shipped_locale) if key in names else key
