"""A phone in the hands of somebody elsewhere (terminal, browser, HTTP client): a `Handset` that writes a transcript
of one leg, with, if wanted, a script doing what the person would do.
"""

import base64
import binascii
from typing import Any, Literal

from exchange.clock import Clock
from exchange.handset import Line, Listening, Sound
from exchange.phones.book import Phones
from exchange.phones.scripted import Performance
from exchange.phones.transcript import HEARD_ONCE, Transcript, heard
from exchange.records import Call, CallStatus
from exchange.timeline import Timeline

Outcome = Literal["answered", "dialed", "voicemail", "abandoned", "ended-by-flow", "rejected", "failed", ""]


class TracedLine:
    """A `Line` that writes what the person does into the transcript."""

    def __init__(self, line: Line, handset: "TracedCall") -> None:
        self._line = line
        self._handset = handset

    @property
    def call(self) -> Call:
        """The leg, live."""
        return self._line.call

    @property
    def timeline(self) -> Timeline:
        """What has happened on the leg."""
        return self._line.timeline

    def answer(self, *, machine: bool = False) -> None:
        """Pick up."""
        self._line.answer(machine=machine)

    def decline(self, how: Literal["busy", "rejected", "unreachable"] = "busy") -> None:
        """Refuse a ringing call."""
        self._handset.hung_up = True
        self._line.decline(how)

    def press(self, keys: str) -> None:
        """Press keys."""
        if not self.call.ended:
            self._handset.write("pressed", self._handset.me, keys)
            self._line.press(keys)

    def speak(self, text: str, seconds: float | None = None, audio: bytes | None = None) -> None:
        """Say something."""
        if not self.call.ended:
            self._handset.write("spoke", self._handset.me, text or "[voice]")
            self._line.speak(text, seconds, audio)

    def hang_up(self) -> None:
        """Hang up."""
        if not self.call.ended:
            self._handset.hung_up = True
            self._line.hang_up()


class TracedCall:
    """One leg, followed. `line` is None until the switch has rung. The person's acts go through `line`."""

    def __init__(self, clock: Clock, phones: Phones, performance: Performance | None = None) -> None:
        self.transcript = Transcript(clock.now())
        self.line: TracedLine | None = None
        self.me = "caller"
        self.hung_up = False
        self.recorded = False
        self.peer: Call | None = None
        self.status: CallStatus = "queued"
        self.bridged_at: float | None = None
        self.talk_seconds = 0.0
        self._clock = clock
        self._phones = phones
        self._performance = performance
        self._talking_since: float | None = None
        self._last_heard: tuple[str, str] | None = None

    def write(self, kind: str, who: str = "", text: str = "", /, **detail: Any) -> float:
        """Add to the transcript; the entry's seconds."""
        return self.transcript.add(self._clock.now(), kind, who, text, **detail).at

    def name(self, call: Call) -> str:
        """Whose phone a leg is: a name out of the phone book, else the number."""
        number = call.from_number if call.direction == "inbound" else call.to_number
        return self._phones.name(number) or number

    def ringing(self, line: Line) -> None:
        """The leg begins."""
        call = line.call
        self.line = TracedLine(line, self)
        self.me = "caller" if call.direction == "inbound" else "agent"
        self.status = "ringing"
        ends = {"call_sid": call.sid, "from": call.from_number, "to": call.to_number, "direction": call.direction}
        self.write("rings", "exchange", f"{call.from_number} calls {call.to_number}", **ends)
        if self._performance is not None:
            self._performance.ringing(self.line)

    def answered(self, line: Line) -> None:
        """The leg is up."""
        self.status = "in-progress"
        self.write("answered", "exchange", "answered")
        if self._performance is not None:
            self._performance.answered(self._traced(line))

    def hears(self, line: Line, sound: Sound) -> None:
        """A sound begins."""
        who, text = heard(sound)
        if sound.kind == "peer":
            who = self._phones.name(who) or (self.name(self.peer) if self.peer else who)
        if sound.kind not in HEARD_ONCE or self._last_heard != (who, text):
            detail = {
                "kind": sound.kind,
                "seconds": round(sound.seconds, 2),
                "language": sound.language,
                "voice": sound.voice,
            }
            self.write("hears", who, text, **detail, url=sound.url)
        self._last_heard = (who, text)
        if self._performance is not None:
            self._performance.hears(self._traced(line), sound)

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Input is wanted, or no longer."""
        self.recorded = self.recorded or (listening is not None and listening.kind == "record")
        wanted = None if listening is None else _listening_json(listening)
        self.write("asked", "exchange", "", listening=wanted)
        if self._performance is not None:
            self._performance.asked(self._traced(line), listening)

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Talking with somebody, or no longer."""
        if peer is None:
            self._stop_talking(self.write("unbridged", "exchange", "the talk is over"))
        else:
            number = peer.from_number if peer.direction == "inbound" else peer.to_number
            detail = {"number": number, "name": self._phones.name(number), "peer_sid": peer.sid}
            at = self.write("bridged", "exchange", f"connected with {self.name(peer)}", **detail)
            self.bridged_at = at if self.bridged_at is None else self.bridged_at
            self._talking_since = at if self._talking_since is None else self._talking_since
            self.peer = peer
        if self._performance is not None:
            self._performance.bridged(self._traced(line), peer)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """The leg is over."""
        self.status = status
        self._stop_talking(self.write("ended", "exchange", reason or status, status=status))
        if self._performance is not None:
            self._performance.ended(self._traced(line), status, reason)

    @property
    def outcome(self) -> Outcome:
        """What became of the call as its caller sees it; empty while it goes on.

        `answered`: connected with an agent. `dialed`: connected by a Dial to a number. `voicemail`: asked for a
        message. `abandoned`: the caller hung up. `ended-by-flow`: the hotline did. `rejected`: busy or refused.
        `failed`: could not be connected.
        """
        if not self.transcript.over:
            return ""
        if self.peer is not None:
            return "dialed" if self.peer.direction == "outbound-dial" else "answered"
        if self.status in {"busy", "no-answer"} and not self.hung_up:
            return "rejected"
        if self.status == "failed":
            return "failed"
        if self.recorded:
            return "voicemail"
        return "abandoned" if self.hung_up else "ended-by-flow"

    def _traced(self, line: Line) -> TracedLine:
        return self.line if self.line is not None else TracedLine(line, self)

    def _stop_talking(self, at: float) -> None:
        if self._talking_since is not None:
            self.talk_seconds += at - self._talking_since
            self._talking_since = None


def audio_of(text: str) -> bytes:
    """The WAV bytes in base64 text. Raises ValueError where it isn't a WAV file."""
    try:
        audio = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("audio is not base64") from error
    if audio[:4] != b"RIFF" or audio[8:12] != b"WAVE":
        raise ValueError("audio is not a WAV file")
    return audio


def _listening_json(listening: Listening) -> dict[str, Any]:
    return {
        "kind": listening.kind,
        "keys": listening.keys,
        "speech": listening.speech,
        "num_digits": listening.num_digits,
        "finish_on_key": listening.finish_on_key,
        "timeout": listening.timeout,
        "language": listening.language,
        "hints": list(listening.hints),
    }
