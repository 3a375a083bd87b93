"""The seam between the exchange and a phone.

The switch drives a `Handset` (what it hears and sees); the phone drives its `Line` (what a person does with it).
Browser, terminal and scripted phones are all handsets. Everything runs on one event loop; no method blocks.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from exchange.records import Call, CallStatus
from exchange.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Sound:
    """Something that begins to be heard, for `seconds` on the exchange's clock (0: it goes on until stopped).

    `say`: text in `language` by `voice` (SSML stripped in `text`, kept in `ssml`). `play`: `url`. `digits`: tones
    played to the phone. `peer`: words the other party said (`text`). `ring`: ringback.
    `beep`, `hold` (hold music), `silence`.
    """

    kind: Literal["say", "play", "digits", "peer", "ring", "beep", "hold", "silence"]
    text: str = ""
    seconds: float = 0.0
    language: str = ""
    voice: str = ""
    url: str = ""
    ssml: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """The exchange waits for input: keys, words or a recording."""

    kind: Literal["gather", "record"]
    keys: bool = True
    speech: bool = False
    num_digits: int | None = None
    finish_on_key: str = ""
    timeout: float = 5.0
    language: str = ""
    hints: tuple[str, ...] = ()


class Line(Protocol):
    """What the person at the phone can do. Calls on an ended leg do nothing."""

    @property
    def call(self) -> Call:
        """The leg, live."""

    @property
    def timeline(self) -> Timeline:
        """What has happened on the leg, in order."""

    def answer(self, *, machine: bool = False) -> None:
        """Pick up; `machine` if it is voicemail that does."""

    def decline(self, how: Literal["busy", "rejected", "unreachable"] = "busy") -> None:
        """Refuse a ringing call."""

    def press(self, keys: str) -> None:
        """Press keys, one after the other (`w` waits half a second)."""

    def speak(self, text: str, seconds: float | None = None, audio: bytes | None = None) -> None:
        """Say something: heard by a Gather for speech, a recording, or the other party. `audio` is WAV or None."""

    def hang_up(self) -> None:
        """Hang up."""


class Handset(Protocol):
    """A phone, as the switch sees it."""

    def ringing(self, line: Line) -> None:
        """Called: it rings. Calling: it hears ringback."""

    def answered(self, line: Line) -> None:
        """The leg is up."""

    def hears(self, line: Line, sound: Sound) -> None:
        """A sound begins; it ends after `sound.seconds` or when the next begins."""

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Input is wanted from now on (or, None, no longer)."""

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Talking with `peer` now; None when that is over and the leg goes on."""

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """The leg is over. `reason` in words, e.g. `caller hung up`."""


class PhoneBook(Protocol):
    """Finds the phone a number rings."""

    def handset(self, number: str) -> Handset | None:
        """The phone behind a number, `client:` identity or None where it doesn't exist (the leg then fails)."""
