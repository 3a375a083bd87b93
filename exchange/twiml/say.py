"""<Say>: text read aloud. SSML is kept as written and its plain text derived."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from exchange.twiml.model import Broken, Verb
from exchange.twiml.reader import Reader

_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_VOICE = re.compile(r"man|woman|alice|Polly\.[A-Z][A-Za-z-]+|Google\.[A-Za-z0-9-]+")
_LONGEST = 4096
_CHARACTERS_A_SECOND = 15.0
_PAUSE = re.compile(r"([\d.]+)\s*(ms|s)")


@dataclass(frozen=True, slots=True)
class Say(Verb):
    """`seconds` is how long one round takes at an ordinary speaking rate."""

    text: str
    ssml: str
    voice: str
    language: str
    loop: int
    seconds: float


def read(reader: Reader) -> Verb:
    """The instruction; a wrong voice or text makes it fail alone (13511, 13520, 13521)."""
    voice = reader.text("voice", "man")
    language = reader.text("language", "en-US")
    loop = reader.integer("loop", 1, 0, 10**6, 13510)
    reader.finish()
    for child in reader.element.iter():
        if child is not reader.element and child.tag not in _SSML:
            reader.report(12200, f"<{child.tag}> is no SSML element known here; its text is read")
    text = plain(reader.element)
    if not _VOICE.fullmatch(voice):
        return Broken("Say", reader.report(13511, f"voice {voice!r} is unknown"))
    if not text and not len(reader.element):
        return Broken("Say", reader.report(13520, "there is no text"))
    if len(text) > _LONGEST:
        return Broken("Say", reader.report(13521, f"text of {len(text)} characters; at most {_LONGEST}"))
    return Say(text, _inner(reader.element), voice, language, loop, spoken_seconds(text) + _breaks(reader.element))


def spoken_seconds(text: str) -> float:
    """About how long a voice takes to say `text`."""
    return max(0.3, len(text) / _CHARACTERS_A_SECOND)


def plain(element: Element) -> str:
    """What is heard: text with markup gone, `sub` by its alias, white space folded."""
    return " ".join(_pieces(element).split())


def _pieces(element: Element) -> str:
    alias = element.get("alias") if element.tag == "sub" else None
    parts = [alias if alias is not None else element.text or ""]
    for child in element:
        if alias is None:
            parts.append(_pieces(child))
        parts.append(child.tail or "")
    separator = " " if element.tag in {"p", "s", "break"} else ""
    return "".join(parts) + separator


def _inner(element: Element) -> str:
    if not len(element):
        return ""
    return ((element.text or "") + "".join(tostring(child, encoding="unicode") for child in element)).strip()


def _breaks(element: Element) -> float:
    total = 0.0
    for child in element.iter("break"):
        match = _PAUSE.fullmatch(child.get("time", ""))
        if match:
            total += float(match[1]) * (0.001 if match[2] == "ms" else 1.0)
        elif child.get("strength") != "none":
            total += 0.5
    return total
