"""Gather: keys or words (contract 3.4)."""

from functools import partial

from exchange.handset import Listening
from exchange.leg import Goto
from exchange.player import Player, Scene
from exchange.records import Hook
from exchange.twiml.gather import Gather
from exchange.twiml.model import Verb
from exchange.verbs.sounds import heard, hush
from exchange.webhooks.pages import Page

_AUTO_END = 1.0
_PROFANE = frozenset({"fuck", "fucking", "shit", "merde", "putain", "bitch", "asshole", "connard"})


class _BargedInError(Exception):
    """Input came while a prompt played."""


class Collector:
    """Keys and words for one Gather. The first kind of input wins (contract 3.4, D)."""

    def __init__(self, verb: Gather, player: Player) -> None:
        self.verb = verb
        self.player = player
        self.digits = ""
        self.finished_on = ""
        self.texts: list[str] = []
        self.events = 0
        self.done = False
        self.partials = 0
        self.speech_end = 0.0
        self.partial_hook: Hook | None = None

    @property
    def started(self) -> bool:
        """Whether anything came."""
        return self.events > 0

    def beyond(self, seen: int) -> bool:
        """Whether it is done or more than `seen` events came."""
        return self.done or self.events != seen

    def key(self, key: str) -> None:
        """A key was pressed."""
        if self.done or "dtmf" not in self.verb.inputs or self.texts:
            return
        self.events += 1
        if key == self.verb.finish_on_key:
            self.finished_on = key
            self.done = True
            return
        self.digits += key
        if self.verb.num_digits is not None and len(self.digits) >= self.verb.num_digits:
            self.done = True

    def words(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Something was said."""
        _ = audio
        if self.done or "speech" not in self.verb.inputs or self.digits or not text.strip():
            return
        self.events += 1
        self.texts.append(text.strip())
        self.speech_end = max(self.speech_end, self.player.switch.clock.seconds()) + seconds
        if self.verb.partial_callback:
            self._partial()

    def _partial(self) -> None:
        hook = self.partial_hook
        if hook is None:
            return
        form = self.player.switch.desk.fields(self.player.leg) | {
            "UnstableSpeechResult": " ".join(self.texts),
            "StableSpeechResult": "",
            "Stability": "0.9",
            "SequenceNumber": str(self.partials),
        }
        self.partials += 1
        self.player.switch.desk.notify(hook, form, "partial", self.player.leg)

    @property
    def speech(self) -> str:
        """What was understood."""
        text = " ".join(self.texts)
        if not self.verb.profanity_filter:
            return text
        return " ".join(
            word[0] + "*" * (len(word) - 1) if word.lower().strip(".,!?") in _PROFANE else word for word in text.split()
        )


async def perform(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Prompt, listen, and go to the action with what came; None without input."""
    if not isinstance(verb, Gather):
        raise TypeError(verb)
    leg = player.leg
    leg.up()
    # The action's address is resolved first: a relative one in inline TwiML fails before anything is heard.
    hook = page.resolve(verb.action or "", verb.method)
    ear = Collector(verb, player)
    if verb.partial_callback:
        ear.partial_hook = page.resolve(verb.partial_callback, verb.partial_method)
    leg.ask(
        Listening(
            "gather",
            keys="dtmf" in verb.inputs,
            speech="speech" in verb.inputs,
            num_digits=verb.num_digits,
            finish_on_key=verb.finish_on_key,
            timeout=verb.timeout,
            language=verb.language,
            hints=verb.hints,
        ),
        ear,
    )
    try:
        typed, leg.typed = leg.typed, []
        for key in typed:
            ear.key(key)
        await _prompts(player, verb, page, ear)
        await _listen(player, verb, ear)
    finally:
        leg.ask(None, None)
    return _result(player, verb, ear, hook, "wait" if scene.name == "wait" else "gather")


async def _prompts(player: Player, verb: Gather, page: Page, ear: Collector) -> None:
    def look() -> None:
        if verb.barge_in and ear.started:
            raise _BargedInError

    try:
        with player.leg.watch(look):
            for prompt in verb.prompts:
                await heard(player, prompt, page)
    except _BargedInError:
        hush(player.leg)


async def _listen(player: Player, verb: Gather, ear: Collector) -> None:
    leg, clock = player.leg, player.switch.clock
    began = clock.seconds()
    while not ear.done:
        seen = ear.events
        if ear.texts:
            gap = _AUTO_END if verb.speech_timeout is None else verb.speech_timeout
            left = min(ear.speech_end + gap, began + verb.max_speech_time) - clock.seconds()
        else:
            left = verb.timeout
        came = await leg.until(partial(ear.beyond, seen), max(0.0, left))
        if not came:
            return


def _result(player: Player, verb: Gather, ear: Collector, hook: Hook, kind: str) -> Goto | None:
    if ear.texts:
        fields = [("SpeechResult", ear.speech), ("Confidence", "0.92"), ("Language", verb.language)]
        return Goto(hook, extra=tuple(fields), kind=kind)
    if ear.digits:
        extra = [("Digits", ear.digits)]
        if ear.finished_on:
            extra.append(("FinishedOnKey", ear.finished_on))
        return Goto(hook, extra=tuple(extra), kind=kind)
    if verb.action_on_empty_result:
        empty = player.switch.behaviour.empty_result_digits == "empty"
        return Goto(hook, extra=(("Digits", ""),) if empty else (), kind=kind)
    return None
