"""Effects as TwiML: a pure function of what is to be heard and done (contract section 3).

Addresses are absolute, below the public base, with the carrier asked to try again where the server was cut off
(contract 1.6 D): every turn is stored, so a second request gets the first one's answer.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import quote

from ivr.carrier.xml import attribute, legal, text
from ivr.core.flow.effects import (
    Book,
    Dial,
    Fetch,
    Gather,
    HandOver,
    Hangup,
    Join,
    Music,
    Pause,
    Play,
    PlayRecording,
    Prompt,
    Record,
    Reject,
    Say,
    Stay,
    Wait,
)

MAX_SAY = 2800
"""Characters in one Say: the carrier's limit varies with the voice, 3,000 is safe (contract 3.1 D)."""

MAX_DOCUMENT_BYTES = 64_000
"""The carrier refuses longer documents (11750, contract 1.5 D)."""

DIAL_TARGETS = 10
AGAIN_SECONDS = 3
_RETRY = "#rc=2&amp;rp=ct,5xx"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'
_TAIL = "</Response>"
_END = "<Hangup/>"


class TooLong(ValueError):  # noqa: N818 - reads as what it says
    """A document longer than the carrier takes."""


class TwimlDocuments:
    """The `Documents` port. `base_url` is the public address, with or without a path prefix.

    `playback` gives the path at which a call's own recording can be heard, for its call's and its own SID.
    """

    def __init__(self, base_url: str, playback: Callable[[str, str], str] | None = None) -> None:
        self._base = attribute(base_url.rstrip("/"))
        self._playback = playback or (lambda call, recording: f"/playback/{call}/{recording}")

    def turn(self, call_sid: str, next_turn: int, prompts: Sequence[Prompt], wait: Wait, *, caller_id: str = "") -> str:
        """A turn's prompts and its wait, whose answer goes to turn `next_turn`."""
        return self._document(self._prompts(prompts) + self._wait(wait, call_sid, next_turn, caller_id))

    def hold(self, prompts: Sequence[Prompt], *, key_turn: int | None = None) -> str:
        """One round of a wait in line. Prompts without length are followed by a pause: an empty round would be asked
        for again at once, for ever (contract 3.7 D). With `key_turn`, a key pressed meanwhile goes to that turn; none
        makes no request, and the round ends as any other (contract 3.4 D)."""
        heard = self._prompts(prompts)
        if not any(isinstance(p, Play | Music | Pause) for p in prompts):
            heard += _pause(5)
        if key_turn is not None:
            url = self._url(f"/voice/turn/{key_turn}")
            heard = f'<Gather action="{url}" input="dtmf" timeout="1" numDigits="1" finishOnKey="">{heard}</Gather>'
        return self._document(heard)

    def leave(self) -> str:
        """Out of the carrier's queue, on to its action."""
        return _HEAD + "<Leave/>" + _TAIL

    def again(self, path: str) -> str:
        """Some seconds of silence, then the same is asked at `path` (with its query)."""
        return self._document(f"{_pause(AGAIN_SECONDS)}<Redirect>{self._url(path)}</Redirect>")

    def room(self, name: str, reservation: str, next_turn: int) -> str:
        """A caller's way into the room of a reservation; when they are out of it, turn `next_turn` follows."""
        return self._document(self._conference(f"turn/{next_turn}?room={reservation}", name, reservation))

    def agent_room(self, name: str, reservation: str, prompts: Sequence[Prompt] = ()) -> str:
        """An agent's way into the room of a reservation, after some words."""
        room = self._conference(f"offer/{reservation}/done", name, reservation)
        return self._document(self._prompts(prompts) + room)

    def called_room(self, name: str, reservation: str) -> str:
        """The way into the room of a caller who was called back."""
        return self._document(self._conference(f"callback/{reservation}/done", name, reservation))

    def ask(self, prompts: Sequence[Prompt], path: str, *, seconds: int = 8, digits: int | None = 1) -> str:
        """Prompts that a key interrupts, then the key goes to `path`; silence goes there as well."""
        gather = Gather(prompts=tuple(prompts), num_digits=digits, timeout_seconds=seconds, finish_on_key="")
        if digits is None:
            gather = Gather(prompts=tuple(prompts), num_digits=None, timeout_seconds=seconds, finish_on_key="#")
        return self._document(self._gather(gather, self._url(path)))

    def close(self, prompts: Sequence[Prompt]) -> str:
        """Last words, then the leg ends."""
        return self._document(self._prompts(prompts) + _END)

    def fallback(self, sentence: str, language: str, number: str, *, caller_id: str = "") -> str:
        """A sentence and on to a number outside; where `number` is empty the leg ends after the sentence."""
        said = _say(sentence, language, "")
        if not number:
            return self._document(said + _END)
        shown = f' callerId="{attribute(caller_id)}"' if caller_id else ""
        return self._document(f'{said}<Dial timeout="30"{shown}><Number>{text(number)}</Number></Dial>')

    def words(self, prompts: Sequence[Prompt]) -> str:
        """Prompts and nothing else: what comes next is what the leg was called for."""
        return self._document(self._prompts(prompts))

    def nothing(self) -> str:
        """A document without verbs."""
        return _HEAD + _TAIL

    # --- waits ---------------------------------------------------------------------------------------------------
    def _wait(self, wait: Wait, call_sid: str, next_turn: int, caller_id: str) -> str:
        match wait:
            case Gather():
                return self._gather(wait, self._url(f"/voice/turn/{next_turn}"))
            case Hangup():
                return _END
            case Join():
                return self._enqueue(wait, next_turn)
            case Dial():
                return self._dial(wait, call_sid, next_turn, caller_id)
            case Record():
                return self._record(wait, call_sid, next_turn)
            case Stay():
                return f"<Redirect>{self._url(f'/voice/wait/{next_turn}')}</Redirect>"
            case Fetch() | HandOver() | Book():
                # Done within a turn, never told the carrier; a turn is left in one only where the caller has gone.
                return _END
            case Reject():
                return f'<Reject reason="{wait.reason}"/>'

    def _gather(self, wait: Gather, url: str) -> str:
        kind = "dtmf speech" if wait.speech else "dtmf"
        speech = f' speechTimeout="auto" language="{attribute(wait.language)}"' if wait.speech else ""
        if wait.speech and wait.hints:
            speech += f' hints="{attribute(",".join(wait.hints))}"'
        digits = f' numDigits="{wait.num_digits}"' if wait.num_digits is not None else ""
        # An empty answer is asked for, and the Redirect stands behind for the case that is documented as making no
        # request at all: the finish key as the very first one (contract 3.4 D). Both say NoInput.
        return (
            f'<Gather action="{url}" input="{kind}" timeout="{wait.timeout_seconds}"{digits}'
            f' finishOnKey="{attribute(wait.finish_on_key)}" actionOnEmptyResult="true"{speech}>'
            f"{self._prompts(wait.prompts)}</Gather><Redirect>{url}</Redirect>"
        )

    def _record(self, wait: Record, call_sid: str, next_turn: int) -> str:
        beep = "true" if wait.beep else "false"
        return (
            f'<Record action="{self._url(f"/voice/turn/{next_turn}")}" maxLength="{wait.max_seconds}"'
            f' timeout="{wait.silence_seconds}" finishOnKey="{attribute(wait.finish_on_key)}" playBeep="{beep}"'
            f' recordingStatusCallback="{self._url(f"/voice/recording/{call_sid}")}"'
            f' recordingStatusCallbackEvent="completed absent"/>'
        )

    def _dial(self, wait: Dial, call_sid: str, next_turn: int, caller_id: str) -> str:
        shown = wait.caller_id or caller_id
        # The callee's own document, before they are put through (contract 3.6 D).
        heard = f' url="{self._url(f"/voice/whisper/{call_sid}/{next_turn - 1}")}"' if wait.whisper else ""
        numbers = "".join(f"<Number{heard}>{text(number)}</Number>" for number in wait.numbers[:DIAL_TARGETS])
        return (
            f'<Dial action="{self._url(f"/voice/turn/{next_turn}")}" timeout="{min(max(wait.ring_seconds, 5), 600)}"'
            f' timeLimit="{wait.max_seconds}"'
            + (f' callerId="{attribute(shown)}"' if shown else "")
            + (' sequential="true"' if wait.sequential else "")
            + f">{numbers}</Dial>"
        )

    def _enqueue(self, wait: Join, next_turn: int) -> str:
        return (
            f'<Enqueue waitUrl="{self._url(f"/voice/wait/{next_turn}")}" waitUrlMethod="POST"'
            f' action="{self._url(f"/voice/queue/{next_turn}")}">{text(wait.queue)}</Enqueue>'
        )

    def _conference(self, action: str, name: str, reservation: str) -> str:
        # Whoever comes first fixes the room's callbacks, so both legs name them (contract 3.6 D). waitUrl "": silence.
        return (
            f'<Dial action="{self._url(f"/voice/{action}")}"><Conference beep="false" startConferenceOnEnter="true"'
            f' endConferenceOnExit="true" waitUrl="" statusCallback="{self._url(f"/voice/room/{reservation}")}"'
            f' statusCallbackEvent="start end join leave">{text(name)}</Conference></Dial>'
        )

    # --- prompts -------------------------------------------------------------------------------------------------
    def _prompts(self, prompts: Sequence[Prompt]) -> str:
        return "".join([self._prompt(prompt) for prompt in prompts])

    def _prompt(self, prompt: Prompt) -> str:
        match prompt:
            case Say():
                return _say(prompt.text, prompt.language, prompt.voice)
            case Play():
                return f"<Play>{self._base}/prompts/{text(quote(legal(prompt.path)))}</Play>"
            case Music(path, at, seconds):
                return f"<Play>{self._base}/prompts/music/{at}-{seconds}/{text(quote(legal(path)))}</Play>"
            case PlayRecording(recording, call):
                return f"<Play>{self._base}{attribute(self._playback(call, recording))}</Play>"
            case Pause():
                return _pause(prompt.seconds)

    def _url(self, path: str) -> str:
        return f"{self._base}{attribute(path)}{_RETRY}"

    def _document(self, body: str) -> str:
        document = _HEAD + body + _TAIL
        if len(document.encode()) > MAX_DOCUMENT_BYTES:
            raise TooLong(f"a document of {len(document)} characters")
        return document


@lru_cache(maxsize=2048)
def _say(spoken: str, language: str, voice: str) -> str:
    chosen = f' voice="{attribute(voice)}"' if voice else ""
    opening = f'<Say language="{attribute(language)}"{chosen}>'
    return "".join(f"{opening}{text(part)}</Say>" for part in _parts(legal(spoken).strip()))


def _parts(spoken: str) -> list[str]:
    """A long text in pieces the carrier speaks, cut between words where there are any."""
    parts = []
    while len(spoken) > MAX_SAY:
        cut = spoken.rfind(" ", 1, MAX_SAY)
        cut = cut if cut > 0 else MAX_SAY
        parts.append(spoken[:cut])
        spoken = spoken[cut:].lstrip()
    return [*parts, spoken] if spoken else parts


def _pause(seconds: int) -> str:
    return f'<Pause length="{max(seconds, 1)}"/>'
