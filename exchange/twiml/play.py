"""<Play>: an audio file, or tones with `digits`."""

import re
from dataclasses import dataclass

from exchange.twiml.model import Broken, Verb
from exchange.twiml.reader import Reader

DTMF = re.compile(r"[0-9A-Da-d#*wW]*")
AUDIO = frozenset(
    f"audio/{kind}"
    for kind in ("mpeg", "wav", "wave", "x-wav", "aiff", "x-aifc", "x-aiff", "x-gsm", "gsm", "ulaw", "basic", "mp3")
)


@dataclass(frozen=True, slots=True)
class Play(Verb):
    """Either `url` or `digits` is set."""

    url: str
    digits: str
    loop: int


def read(reader: Reader) -> Verb:
    """The instruction; bad tones 13430, no address 11100."""
    loop = reader.integer("loop", 1, 0, 10**6, 13410)
    digits = reader.text("digits")
    reader.finish()
    reader.no_children()
    if digits:
        if not DTMF.fullmatch(digits):
            return Broken("Play", reader.report(13430, f"digits={digits!r} holds more than 0-9 A-D # * w W"))
        return Play("", digits, loop)
    url = reader.content()
    if not url:
        return Broken("Play", reader.report(11100, "neither an address nor digits", "error"), fatal=True)
    return Play(url, "", loop)


def tone_seconds(digits: str) -> float:
    """`w` is half a second, `W` one, a tone a fifth."""
    return sum(0.5 if tone == "w" else 1.0 if tone == "W" else 0.2 for tone in digits)
