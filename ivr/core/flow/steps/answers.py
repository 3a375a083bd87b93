"""The answers step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.answer_counts import ANSWERED, DID_NOT_HELP, HELPED, NO_ANSWER, PREFIX
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Effect, Gather, Note, Prompt
from ivr.core.flow.fields import Key, Name, Percent, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput, Spoken
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.flow.yes_no import yes_or_no
from ivr.core.knowledge import Knowledge, Known, noted_words

_STAGE, _ENTRY, _NEXT_BEST, _SAID = "stage", "entry", "next_best", "said"
_MEANT, _HELPED = "meant", "helped"
_YES, _NO, _AGAIN = "1", "2", "*"
_HINTS = 60
_LABEL = 60


@step("answers", main="knowledge")
@dataclass(frozen=True, slots=True)
class AnswersStep(Step):
    """Answers questions from `knowledge/NAME.yaml`, asked in one's own words or by an entry's key.

    Sure enough, it answers; less sure, it asks "did you mean ...?"; else it says that it has not understood. After each
    answer it asks whether that helped. `sure` and `maybe` are in percent. `keys` lead elsewhere at any time.

    ```yaml
    questions:
      answers: town-hall
      question: Dites en quelques mots ce que vous voulez savoir, ou tapez 0 pour parler à une personne.
      sure: 70
      keys: {0: reception}
      helped: goodbye
      not_helped: reception
      nothing_found: reception
    ```
    """

    knowledge: Name
    helped: Target
    not_helped: Target
    nothing_found: Target
    question: Text | None = None
    keys: Mapping[Key, Target] = field(default_factory=dict)
    sure: Percent = 70
    maybe: Percent = 25
    tries: Tries = 2
    wait: Seconds = 6

    accepts = (Digits, Spoken, NoInput)

    def presses(self, way: str) -> int:
        """Whoever says nothing at all comes to a way out without a key."""
        return 0 if way in {"not_helped", "nothing_found"} else 1

    def enter(self, context: Context) -> Outcome:
        """Asks for the question."""
        known = context.flow.knowledge.get(self.knowledge)
        if known is None:
            return Left(self.nothing_found, "no_knowledge")
        return self._ask(context, known, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes a question, a yes or no to "did you mean", or whether the answer helped."""
        if not isinstance(input, Digits | Spoken | NoInput):
            raise NotAccepted("a question is asked for")
        held = context.session.held
        known = context.flow.knowledge.get(self.knowledge)
        if known is None or (held.get(_ENTRY) and held[_ENTRY] not in known.entries):
            return Left(self.nothing_found, "no_knowledge")  # it was taken away while the caller thought
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if key and Key(key) in self.keys:
            return Left(self.keys[Key(key)], f"key {key}", label=self._label(context, known, held.get(_ENTRY, "")))
        if held.get(_STAGE) == _HELPED:
            return self._whether_helped(context, known, input)
        if held.get(_STAGE) == _MEANT:
            return self._whether_meant(context, known, input)
        return self._question(context, known, input)

    def problems(self, world: World) -> Iterator[Found]:
        """Knowledge there is none of; sure and maybe the wrong way round."""
        if world.knowledge is not None and self.knowledge not in world.knowledge:
            hint = f"files are {', '.join(sorted(world.knowledge)) or 'none yet'}, in flows/knowledge/"
            yield Found("F072", "answers", f"there is no knowledge '{self.knowledge}'", hint)
        if self.maybe > self.sure:
            yield Found("F011", "maybe", f"`maybe` ({self.maybe}) is more than `sure` ({self.sure})")

    # --- the question ----------------------------------------------------------------------------------------------
    def _question(self, context: Context, known: Knowledge, input: Input) -> Outcome:
        if isinstance(input, Digits):
            entry = known.by_key(input.keys[:1])
            return self._answer(context, known, entry) if entry else self._again(context, known, "wrong_key", "")
        if not isinstance(input, Spoken):
            return self._again(context, known, "nothing_pressed", "")
        matches = known.matcher.ranked(input.text, context.language)
        said = noted_words(input.text)
        if not matches or matches[0].confidence * 100 < self.maybe:
            return self._nothing(context, known, said)
        best, *others = [match.entry for match in matches if match.confidence * 100 >= self.maybe]
        if matches[0].confidence * 100 >= self.sure:
            return self._answer(context, known, best)
        return self._did_you_mean(context, known, best, others[0] if others else "", said)

    def _nothing(self, context: Context, known: Knowledge, said: str) -> Outcome:
        return self._again(context, known, "not_understood", said, (self._note(NO_ANSWER + said),))

    def _again(
        self, context: Context, known: Knowledge, phrase: str, said: str, notes: tuple[Effect, ...] = ()
    ) -> Outcome:
        tries = context.session.tries + 1
        if tries >= self.tries:
            sorry = context.phrase("no_answer_known" if said else phrase)
            return Left(self.nothing_found, "nothing_found", (*notes, *sorry), label=said[:_LABEL])
        asked = self._ask(context, known, context.phrase(phrase), tries)
        return Waits(asked.wait, notes, tries)

    def _ask(self, context: Context, known: Knowledge, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.say_or(self.question, "ask_question"))
        gather = Gather(prompts, 1, self.wait, speech=True, language=context.language, hints=_hints(context, known))
        return Waits(gather, tries=tries)

    # --- "did you mean ...?" ---------------------------------------------------------------------------------------
    def _did_you_mean(self, context: Context, known: Knowledge, entry: str, other: str, said: str) -> Waits:
        title = context.render(known.entries[entry].title)
        held = {_STAGE: _MEANT, _ENTRY: entry, _NEXT_BEST: other, _SAID: said}
        return self._yes_no(context, context.phrase("did_you_mean", title=title), held)

    def _whether_meant(self, context: Context, known: Knowledge, input: Input) -> Outcome:
        held = context.session.held
        agreed = _agreed(context, input)
        if agreed:
            return self._answer(context, known, held[_ENTRY])
        if agreed is None and isinstance(input, Spoken):
            return self._question(context, known, input)  # said again in other words
        if agreed is False and held[_NEXT_BEST] in known.entries:
            return self._did_you_mean(context, known, held[_NEXT_BEST], "", held[_SAID])
        return self._nothing(context, known, held[_SAID])

    # --- the answer ------------------------------------------------------------------------------------------------
    def _answer(self, context: Context, known: Knowledge, entry: str) -> Waits:
        note = self._note(ANSWERED + entry)
        asked = self._did_it_help(context, context.say(known.entries[entry].answer), entry)
        return Waits(asked.wait, (note,), held=asked.held)

    def _did_it_help(self, context: Context, said: tuple[Prompt, ...], entry: str, tries: int = 0) -> Waits:
        return self._yes_no(context, (*said, *context.phrase("did_that_help")), {_STAGE: _HELPED, _ENTRY: entry}, tries)

    def _whether_helped(self, context: Context, known: Knowledge, input: Input) -> Outcome:
        entry = context.session.held[_ENTRY]
        if isinstance(input, Digits) and input.keys[:1] == _AGAIN:
            return self._did_it_help(context, context.say(known.entries[entry].answer), entry)
        helped = _agreed(context, input)
        tries = context.session.tries + 1
        if helped is None and tries < self.tries:
            said = context.phrase("nothing_pressed" if isinstance(input, NoInput) else "not_understood")
            return self._did_it_help(context, said, entry, tries)
        label = self._label(context, known, entry)
        if helped:
            return Left(self.helped, "helped", (self._note(HELPED + entry),), label=label)
        return Left(self.not_helped, "not_helped", (self._note(DID_NOT_HELP + entry),), label=label)

    def _yes_no(
        self, context: Context, prompts: tuple[Prompt, ...], held: Mapping[str, str], tries: int | None = None
    ) -> Waits:
        gather = Gather(prompts, 1, self.wait, speech=True, language=context.language)
        return Waits(gather, tries=context.session.tries if tries is None else tries, held=held)

    def _note(self, value: str) -> Note:
        return Note(PREFIX + self.knowledge, value)

    def _label(self, context: Context, known: Knowledge, entry: str) -> str:
        return _title(context, known.entries[entry]) if entry else ""


def _agreed(context: Context, input: Input) -> bool | None:
    if isinstance(input, Digits):
        return {_YES: True, _NO: False}.get(input.keys[:1])
    return yes_or_no(input.text, context.language) if isinstance(input, Spoken) else None


def _title(context: Context, entry: Known) -> str:
    """The question's name for whoever works here: in the flow's own language."""
    language = context.flow.language
    return entry.title.choose(language, language)[1].render(context.value, language)[:_LABEL]


def _hints(context: Context, known: Knowledge) -> tuple[str, ...]:
    """What a recogniser may expect to hear."""
    entries = list(known.entries.values())[:_HINTS]
    found = (entry.phrases.spoken_in(context.language, known.language)[:1] for entry in entries)
    return tuple(phrase.replace(",", " ") for phrases in found for phrase in phrases)
