"""The whisper: what only the agent hears before taking a call: who calls, why, how long they waited, the last call."""

from dataclasses import dataclass, field
from datetime import datetime

from ivr.core.flow.session import CallerFacts
from ivr.core.whisper_words import WORDS, Words

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY
_FRENCH_VOWELS = "aàâeéèêëiîïoôuùûyhœæ"


@dataclass(frozen=True, slots=True)
class WhisperFacts:
    """What a whisper is made of. `path` is the caller's way in words; `waited_seconds` since they joined the line.

    `callback`: the caller isn't on the line but will be called.
    """

    caller: CallerFacts = field(default_factory=CallerFacts)
    path: tuple[str, ...] = ()
    waited_seconds: int = 0
    callback: bool = False


def whisper(facts: WhisperFacts, language: str, now: datetime) -> str:
    """The words, in the agent's `language` (`fr`, `nl-BE`, ...; English where there is no table for it).

    `now` is aware; a last call in the future (clocks differ) is said as just now.
    """
    words = WORDS.get(language[:2].lower(), WORDS["en"])
    caller = facts.caller
    opening = [_who(caller, words)]
    if facts.path:
        opening.append(words.then.join(_inner(step, words) for step in facts.path))
    told = [words.callback] if facts.callback else []
    sentences = [*told, ", ".join(opening), words.waited.format(time=_span(facts.waited_seconds, words))]
    if caller.last_call_at:
        seconds = max(0, int((now - datetime.fromisoformat(caller.last_call_at)).total_seconds()))
        ago = words.ago.format(time=_span(seconds, words))
        about = words.about.format(topic=_topic(caller.last_reason, words)) if caller.last_reason else ""
        sentences.append(words.called.format(ago=ago, about=about))
    return " ".join(f"{_capital(sentence)}." for sentence in [*sentences, words.press])


def _who(caller: CallerFacts, words: Words) -> str:
    if caller.name:
        return caller.name
    return {"hidden": words.hidden, "malformed": words.unreadable, "known": words.known}.get(caller.kind, words.new)


def _span(seconds: int, words: Words) -> str:
    if seconds < _MINUTE:
        return words.under_a_minute
    for unit, singular_plural in (
        (_YEAR, words.year), (_MONTH, words.month), (_DAY, words.day), (_HOUR, words.hour), (_MINUTE, words.minute),
    ):  # fmt: skip
        count = seconds // unit
        if count:
            return f"{count} {singular_plural[count > 1]}"
    return words.under_a_minute


def _topic(reason: str, words: Words) -> str:
    topic = _inner(reason, words)
    return _french_de(topic) if words.elides else topic


def _french_de(topic: str) -> str:
    """`de` before a topic: du stationnement, des passeports, de la voirie, de l'eau, d'urbanisme."""
    if topic.startswith("le "):
        return f"du {topic[3:]}"
    if topic.startswith("les "):
        return f"des {topic[4:]}"
    return f"d'{topic}" if topic[:1].lower() in _FRENCH_VOWELS else f"de {topic}"


def _inner(text: str, words: Words) -> str:
    """A title inside a sentence: its capital goes, those of abbreviations stay."""
    return text if not words.lowers or text[1:2].isupper() else text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
