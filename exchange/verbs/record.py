"""Record: the caller's voice, until a key, silence or the limit (contract 3.5)."""

from functools import partial

from exchange.handset import Listening, Sound
from exchange.leg import Goto, HungUp, Redirected
from exchange.orders import RecordingOrder
from exchange.player import Player, Scene
from exchange.records import Hook, Recording, StatusHook
from exchange.twiml.model import Verb
from exchange.twiml.record import Record
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page

_BEEP = 0.5


class _Microphone:
    """Listens for the end of what is being recorded."""

    def __init__(self, keys: str, now: float) -> None:
        self.keys = keys
        self.key_pressed = ""
        self.quiet_since = now
        self.texts: list[str] = []
        self.events = 0
        self.now = now

    def beyond(self, seen: int) -> bool:
        """Whether a key ended it or more than `seen` events came."""
        return bool(self.key_pressed) or self.events != seen

    def key(self, key: str) -> None:
        """A key was pressed."""
        if key in self.keys and not self.key_pressed:
            self.key_pressed = key

    def words(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Something was said: silence starts anew after it."""
        _ = audio
        self.events += 1
        self.texts.append(text)
        self.quiet_since = self.clock() + seconds

    def clock(self) -> float:
        """Set by the performer."""
        return self.now


async def perform(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Record, then the action; verbs after it never run."""
    _ = scene
    if not isinstance(verb, Record):
        raise TypeError(verb)
    leg, switch = player.leg, player.switch
    leg.up()
    if verb.action is None and page.hook is None:
        raise FetchError(11100, "<Record> in inline TwiML needs an action", "")
    hook = page.resolve(verb.action or "", verb.method)
    if verb.play_beep:
        leg.tell(Sound("beep", seconds=_BEEP))
        await leg.wait(_BEEP)
    microphone = _Microphone(verb.finish_on_key, switch.clock.seconds())
    microphone.clock = switch.clock.seconds  # type: ignore[method-assign]  # the exchange's own time
    recording = _begin(player, verb, page)
    listening = Listening(
        "record", keys=bool(verb.finish_on_key), finish_on_key=verb.finish_on_key, timeout=verb.timeout
    )
    leg.ask(listening, microphone)
    try:
        await _listen(player, verb, microphone)
    except HungUp:
        switch.recordings.finish(recording)
        _transcribe(player, verb, page, recording, microphone)
        player.owe(_result(player, hook, recording, "hangup"))
        raise
    except Redirected:
        switch.recordings.finish(recording)
        raise
    finally:
        leg.ask(None, None)
    switch.recordings.finish(recording)
    _transcribe(player, verb, page, recording, microphone)
    return _result(player, hook, recording, microphone.key_pressed)


def _begin(player: Player, verb: Record, page: Page) -> Recording:
    callback = None
    if verb.callback:
        target = page.resolve(verb.callback, verb.callback_method)
        callback = StatusHook(target.url, target.method, verb.callback_events)
    order = RecordingOrder(1, "inbound", verb.trim, callback)
    return player.switch.recordings.begin(player.leg.call.sid, "RecordVerb", order, [(player.leg, 0, False)])


async def _listen(player: Player, verb: Record, microphone: _Microphone) -> None:
    clock, leg = player.switch.clock, player.leg
    end = clock.seconds() + verb.max_length
    while not microphone.key_pressed:
        seen = microphone.events
        until = end if verb.timeout == 0 else min(end, microphone.quiet_since + verb.timeout)
        left = max(0.0, until - clock.seconds())
        if not await leg.until(partial(microphone.beyond, seen), left):
            return


def _result(player: Player, hook: Hook, recording: Recording, digits: str) -> Goto:
    fields = [
        ("RecordingUrl", player.switch.recordings.url(recording.sid)),
        ("RecordingSid", recording.sid),
        ("RecordingDuration", str(recording.duration)),
    ]
    if digits:
        fields.append(("Digits", digits))
    return Goto(hook, extra=tuple(fields), kind="record")


def _transcribe(player: Player, verb: Record, page: Page, recording: Recording, microphone: _Microphone) -> None:
    """The words said, sent as the transcription the carrier would make."""
    if not verb.transcribe or not verb.transcribe_callback:
        return
    switch = player.switch
    text = " ".join(microphone.texts)
    sid = "TR" + recording.sid[2:]
    form = switch.desk.fields(player.leg) | {
        "TranscriptionSid": sid,
        "TranscriptionText": text,
        "TranscriptionStatus": "completed" if text else "failed",
        "TranscriptionUrl": f"{switch.recordings.url(recording.sid)}/Transcriptions/{sid}",
        "RecordingSid": recording.sid,
        "RecordingUrl": switch.recordings.url(recording.sid),
    }
    switch.desk.notify(page.resolve(verb.transcribe_callback, "POST"), form, "transcription", player.leg)
