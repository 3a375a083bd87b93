"""The say-why step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, Note, Prompt
from ivr.core.flow.fields import Key, Label, Name, Percent, Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput, Spoken
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.flow.yes_no import yes_or_no
from ivr.core.match import Entry, Phrases

_STAGE, _MATTER = "stage", "matter"
_READ_BACK, _BY_KEY = "read_back", "by_key"
_YES, _NO = "1", "2"
_MENU_TRIES = 2
_KEYS = "123456789"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a call may be about. `phrases` are ways to say it; `label` goes into the caller's way in words."""

    next: Target
    label: Label
    phrases: Phrases
    key: Key | None = None


@step("say-why", main="text")
@dataclass(frozen=True, slots=True)
class SayWhyStep(Step):
    """Asks in the caller's own words why they call, and goes where that matter leads, once they have confirmed it.

    Keys work at any time; after `tries` without being understood the matters are offered by key, numbered in their
    order where they have no `key`. With `read_back: no` a matter it is sure of is not confirmed. `sure` and `maybe` are
    in percent.

    ```yaml
    why:
      say-why: Dites-nous en quelques mots pourquoi vous appelez.
      matters:
        passports:
          label: Passeport
          phrases: [un passeport, renouveler mon passeport, j'ai perdu mon passeport]
          next: civil-registry
        waste:
          label: Déchets
          phrases: [les poubelles n'ont pas été ramassées, horaires de la déchetterie, encombrants]
          next: reception
      otherwise: reception
    ```
    """

    text: Text
    matters: Mapping[Name, Matter]
    otherwise: Target
    sure: Percent = 80
    maybe: Percent = 25
    read_back: bool = True
    tries: Tries = 2
    wait: Seconds = 6
    if_nothing: Text | None = None

    accepts = (Digits, Spoken, NoInput)

    @property
    def meanings(self) -> tuple[Entry, ...]:
        """The matters, each by its phrases and its label."""
        return tuple(Entry(name, _with_label(matter)) for name, matter in self.matters.items())

    def enter(self, context: Context) -> Outcome:
        """Asks why."""
        return self._ask(context, (), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes words, a key, or the answer to the read-back."""
        if not isinstance(input, Digits | Spoken | NoInput):
            raise NotAccepted("words or a key are asked for")
        held = context.session.held
        stage = held.get(_STAGE, "")
        if stage == _READ_BACK and held[_MATTER] in self.matters:
            return self._confirmed(context, held[_MATTER], input)
        if isinstance(input, Digits):
            name = self._by_key.get(input.keys[:1])
            if name:
                return self._left(context, name)
            return self._again(context, context.phrase("wrong_key"), by_key=stage == _BY_KEY)
        if isinstance(input, Spoken):
            return self._spoken(context, input.text, by_key=stage == _BY_KEY)
        return self._again(context, context.say_or(self.if_nothing, "nothing_pressed"), by_key=stage == _BY_KEY)

    def problems(self, world: World) -> Iterator[Found]:
        """The same key or phrase twice; more matters than keys; sure and maybe the wrong way round."""
        if self.maybe > self.sure:
            yield Found("F011", "maybe", f"`maybe` ({self.maybe}) is more than `sure` ({self.sure})")
        keys: dict[str, str] = {}
        said: dict[str, str] = {}
        for name, matter in self.matters.items():
            if matter.key is not None and keys.setdefault(matter.key, name) != name:
                yield Found("F074", f"matters.{name}.key", f"key {matter.key} stands for '{keys[matter.key]}' as well")
            for phrase in (phrase for phrases in matter.phrases.by_language.values() for phrase in phrases):
                if said.setdefault(phrase.casefold(), name) != name:
                    message = f"'{phrase}' stands for '{said[phrase.casefold()]}' as well"
                    yield Found("F074", f"matters.{name}.phrases", message)
        own = {matter.key for matter in self.matters.values() if matter.key is not None}
        without = sum(matter.key is None for matter in self.matters.values())
        if without > sum(key not in own for key in _KEYS):
            yield Found("F011", "matters", f"at most {len(_KEYS)} matters can be offered by key", "group some of them")

    @property
    def _by_key(self) -> dict[str, str]:
        """Every matter by its key: its own, else the next that is free."""
        taken: dict[str, str] = {matter.key: name for name, matter in self.matters.items() if matter.key is not None}
        free = (key for key in _KEYS if key not in taken)
        others = (name for name, matter in self.matters.items() if matter.key is None)
        named = taken | dict(zip(free, others, strict=False))
        order = list(self.matters)
        return dict(sorted(named.items(), key=lambda one: order.index(one[1])))

    def _spoken(self, context: Context, said: str, *, by_key: bool) -> Outcome:
        matches = context.meant(said)
        confidence = matches[0].confidence * 100 if matches else 0.0
        if confidence < self.maybe:
            return self._again(context, context.phrase("not_understood"), by_key=by_key)
        if confidence >= self.sure and not self.read_back:
            return self._left(context, matches[0].entry)
        return self._read(context, matches[0].entry, (), context.session.tries)

    def _read(self, context: Context, name: str, said: tuple[Prompt, ...], tries: int) -> Waits:
        asked = context.phrase("why_read_back", label=self.matters[name].label)
        gather = Gather((*said, *asked), 1, self.wait, speech=True, language=context.language)
        return Waits(gather, tries=tries, held={_STAGE: _READ_BACK, _MATTER: name})

    def _confirmed(self, context: Context, name: str, input: Input) -> Outcome:
        if isinstance(input, Digits):
            agreed = {_YES: True, _NO: False}.get(input.keys[:1])
        else:
            agreed = yes_or_no(input.text, context.language) if isinstance(input, Spoken) else None
        if agreed:
            return self._left(context, name)
        if agreed is False:
            return self._again(context, (), by_key=False)
        if isinstance(input, Spoken) and context.session.tries + 1 < self.tries:
            matches = context.meant(input.text)
            if matches and matches[0].confidence * 100 >= self.maybe:  # said again in other words
                return self._read(context, matches[0].entry, (), context.session.tries + 1)
        tries = context.session.tries + 1
        if tries >= self.tries:
            return self._again(context, (), by_key=False)
        return self._read(context, name, context.phrase("nothing_pressed"), tries)

    def _again(self, context: Context, said: tuple[Prompt, ...], *, by_key: bool) -> Outcome:
        tries = context.session.tries + 1
        if by_key and tries >= self.tries + _MENU_TRIES:
            return Left(self.otherwise, "otherwise", said)
        return self._offer(context, said, tries) if by_key or tries >= self.tries else self._ask(context, said, tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.say(self.text))
        hints = tuple(
            phrase.replace(",", " ")
            for matter in self.matters.values()
            for phrase in matter.phrases.spoken_in(context.language, context.flow.language)
        )
        gather = Gather(prompts, 1, self.wait, speech=True, language=context.language, hints=hints[:60])
        return Waits(gather, tries=tries)

    def _offer(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        """The matters by key."""
        offered = (
            prompt
            for key, name in self._by_key.items()
            for prompt in context.phrase("for_matter", label=self.matters[name].label, key=key)
        )
        gather = Gather((*said, *offered), 1, self.wait, speech=True, language=context.language)
        return Waits(gather, tries=max(tries, self.tries), held={_STAGE: _BY_KEY})

    def _left(self, context: Context, name: str) -> Left:
        matter = self.matters[name]
        return Left(matter.next, name, (Note(context.step, matter.label),), label=matter.label)


def _with_label(matter: Matter) -> Phrases:
    own = matter.phrases.by_language
    return Phrases({**own, "": (*own[""], matter.label)}) if "" in own else matter.phrases
