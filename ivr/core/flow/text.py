"""What is said, per language, with `{{ caller.name }}` filled in. Read once when a flow is loaded, then only joined.

No template library: a template names values of a fixed table and filters of another, so that nothing a caller or a
contact list contains, and nothing an operator writes, can reach further than a look-up in a plain dict.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ivr.core import spoken
from ivr.core.flow.names import UnknownValueError, check_name

Lookup = Callable[[str], str]
"""Gives a value by its dotted name; empty where nothing is known."""

MAX_TEXT = 3_000
"""Longest text of one prompt, in characters: about four minutes of speech."""

MAX_VALUE = 200
"""Longest value filled in, in characters."""

_INSIDE = re.compile(r"\s*(?P<name>[A-Za-z_][\w.]*)\s*(?P<filters>(?:\|[^|]*)*)\Z")
_FILTER = re.compile(r"\s*(?P<name>[a-z_]+)\s*(?:\(\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')\s*\))?\s*\Z")
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f]")
_LOOSE_SPACE = re.compile(r" +(?=[ ,.])")
"""Space left over where a value was empty."""

_DEFAULT_LOCALE = {"fr": "fr-FR", "nl": "nl-NL", "de": "de-DE", "en": "en-GB"}


class TemplateError(ValueError):
    """A template can't be read. `hint` may say what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def _digits(value: str, _: str) -> str:
    return " ".join(value)


def _default(value: str, argument: str) -> str:
    return value or argument


FILTERS: Mapping[str, Callable[[str, str], str]] = {
    "default": _default,
    "digits": _digits,
    "lower": lambda value, _: value.lower(),
    "upper": lambda value, _: value.upper(),
}
"""By name: what may stand behind `|`. Each takes the value and the text in its brackets, empty for none."""

SPOKEN_FILTERS: Mapping[str, Callable[[str, str, str], str]] = {
    "amount": spoken.amount,
    "date": spoken.date,
    "number": spoken.number,
    "time": spoken.time,
    "wait": spoken.wait,
}
"""Those that depend on the language spoken: each takes the value, the text in its brackets and the locale."""

ALL_FILTERS = frozenset({*FILTERS, *SPOKEN_FILTERS})


@dataclass(frozen=True, slots=True)
class Slot:
    """One `{{ name | filter("x") }}`."""

    name: str
    filters: tuple[tuple[str, str], ...] = ()

    def fill(self, lookup: Lookup, locale: str = "") -> str:
        """The value as it is said: short, on one line, only characters that can be spoken."""
        value = speakable(lookup(self.name))
        for name, argument in self.filters:
            plain = FILTERS.get(name)
            value = plain(value, argument) if plain else SPOKEN_FILTERS[name](value, argument, locale)
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """A text in one language, cut into plain parts and slots."""

    parts: tuple[str | Slot, ...]

    def render(self, lookup: Lookup, locale: str = "") -> str:
        """The text with every slot filled in, numbers and dates as they are said in `locale`."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        filled = "".join(part if isinstance(part, str) else part.fill(lookup, locale) for part in self.parts)
        return _LOOSE_SPACE.sub("", filled).strip()

    @property
    def names(self) -> tuple[str, ...]:
        """The values it needs."""
        return tuple(part.name for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True, slots=True)
class Text:
    """What is said, by language; the key "" holds a text given without one. `audio` has recordings by the same keys."""

    by_language: Mapping[str, Template]
    audio: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        names = dict.fromkeys(name for template in self.by_language.values() for name in template.names)
        object.__setattr__(self, "names", tuple(names))

    def choose(self, language: str, *fallbacks: str) -> tuple[str, Template]:
        """The template for a caller's language, with the locale it is to be spoken in; `key_for` tells the order."""
        locale, key = self.key_for(language, *fallbacks)
        return locale, self.by_language[key]

    def key_for(self, language: str, *fallbacks: str) -> tuple[str, str]:
        """The locale to speak in, and the key of `by_language` that has the words.

        In order: the very locale, its language, the same language as spoken elsewhere; then the same for each of the
        fallbacks, of which the last is the language of a text given without one; then whichever is first.
        """
        texts = self.by_language
        last = fallbacks[-1] if fallbacks else language
        if "" in texts and len(texts) == 1:
            return last or language, ""
        for locale in (language, *fallbacks):
            if locale in texts:
                return locale, locale
            base = locale.partition("-")[0]
            if base in texts:
                return locale, base
            for key in texts:
                if key.startswith(f"{base}-"):
                    return key, key
        if "" in texts:
            return last, ""
        key = next(iter(texts))
        return _DEFAULT_LOCALE.get(key, key), key


def speakable(value: str) -> str:
    """A value without characters that can't be spoken or sent, on one line, at most MAX_VALUE long."""
    return " ".join(_UNSPEAKABLE.sub("", value[: MAX_VALUE * 2]).split())[:MAX_VALUE]


def parse_template(source: str) -> Template:
    """Reads a text with slots. Raises TemplateError for an unknown value or filter, or brackets that don't close."""
    if len(source) > MAX_TEXT:
        raise TemplateError(f"the text has {len(source):,} characters; at most {MAX_TEXT:,} can be followed")
    parts: list[str | Slot] = []
    plain_from = 0
    while (begin := source.find("{{", plain_from)) >= 0 and (end := source.find("}}", begin)) >= 0:
        parts.append(_plain(source[plain_from:begin]))
        parts.append(_slot(source[begin + 2 : end]))
        plain_from = end + 2
    parts.append(_plain(source[plain_from:]))
    return Template(tuple(part for part in parts if part != "") or ("",))


def parse_text(source: str | Mapping[str, str], audio: Mapping[str, str] | None = None) -> Text:
    """Reads a text given plainly or by language, `audio` by the same keys. Raises TemplateError."""
    by_language = {"": source} if isinstance(source, str) else source
    return Text({language: parse_template(text) for language, text in by_language.items()}, audio or {})


def _plain(text: str) -> str:
    if "{{" in text or "}}" in text:
        raise TemplateError("`{{` and `}}` must enclose a value, as in {{ caller.name }}")
    return _UNSPEAKABLE.sub("", text)


def _slot(inside: str) -> Slot:
    match = _INSIDE.match(inside)
    if match is None:
        raise TemplateError(f"{{{{{inside}}}}} can't be read", "write {{ caller.name }} or {{ answers.file | digits }}")
    name = match["name"]
    try:
        check_name(name)
    except UnknownValueError as problem:
        raise TemplateError(str(problem), problem.hint) from None
    return Slot(name, tuple(_filter(part) for part in match["filters"].split("|")[1:]))


def _filter(source: str) -> tuple[str, str]:
    match = _FILTER.match(source.strip())
    if match is None or match["name"] not in ALL_FILTERS:
        raise TemplateError(
            f"no such filter: {source.strip() or '(nothing)'}", f"filters are {', '.join(sorted(ALL_FILTERS))}"
        )
    return match["name"], match["double"] or match["single"] or ""
