"""What is said, per language, with `{{ caller.name }}` filled in. Read once when a flow is loaded, then only joined.

No template library: a template names values of a fixed table and filters of another, so that nothing a caller or a
contact list contains, and nothing an operator writes, can reach further than a look-up in a plain dict.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.names import UnknownValueError, check_name

Lookup = Callable[[str], str]
"""Gives a value by its dotted name; empty where nothing is known."""

MAX_TEXT = 3_000
"""Longest text of one prompt, in characters: about four minutes of speech."""

MAX_VALUE = 200
"""Longest value filled in, in characters."""

_SLOT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
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


@dataclass(frozen=True, slots=True)
class Slot:
    """One `{{ name | filter("x") }}`."""

    name: str
    filters: tuple[tuple[str, str], ...] = ()

    def fill(self, lookup: Lookup) -> str:
        """The value as it is said: short, on one line, only characters that can be spoken."""
        value = speakable(lookup(self.name))
        for name, argument in self.filters:
            value = FILTERS[name](value, argument)
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """A text in one language, cut into plain parts and slots."""

    parts: tuple[str | Slot, ...]

    def render(self, lookup: Lookup) -> str:
        """The text with every slot filled in."""
        if len(self.parts) == 1 and isinstance(self.parts[0], str):
            return self.parts[0]
        filled = "".join(part if isinstance(part, str) else part.fill(lookup) for part in self.parts)
        return _LOOSE_SPACE.sub("", filled).strip()

    @property
    def names(self) -> tuple[str, ...]:
        """The values it needs."""
        return tuple(part.name for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True, slots=True)
class Text:
    """What is said, by language; the key "" holds a text given without one."""

    by_language: Mapping[str, Template]
    names: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        names = dict.fromkeys(name for template in self.by_language.values() for name in template.names)
        object.__setattr__(self, "names", tuple(names))

    def choose(self, language: str, fallback: str) -> tuple[str, Template]:
        """The template for a caller's language, with the locale it is to be spoken in.

        In order: the very locale, its language, the fallback's locale and language, the text without a language
        (spoken in `fallback`), then whichever is first.
        """
        texts = self.by_language
        if "" in texts and len(texts) == 1:
            return fallback or language, texts[""]
        for locale in (language, fallback):
            if locale in texts:
                return locale, texts[locale]
            base = locale.partition("-")[0]
            if base in texts:
                return locale, texts[base]
        if "" in texts:
            return fallback, texts[""]
        key = next(iter(texts))
        return _DEFAULT_LOCALE.get(key, key), texts[key]


def speakable(value: str) -> str:
    """A value without characters that can't be spoken or sent, on one line, at most MAX_VALUE long."""
    return " ".join(_UNSPEAKABLE.sub("", value[: MAX_VALUE * 2]).split())[:MAX_VALUE]


def parse_template(source: str) -> Template:
    """Reads a text with slots. Raises TemplateError for an unknown value or filter, or brackets that don't close."""
    if len(source) > MAX_TEXT:
        raise TemplateError(f"the text has {len(source):,} characters; at most {MAX_TEXT:,} can be followed")
    parts: list[str | Slot] = []
    plain_from = 0
    for match in _SLOT.finditer(source):
        parts.append(_plain(source[plain_from : match.start()]))
        parts.append(_slot(match[1]))
        plain_from = match.end()
    parts.append(_plain(source[plain_from:]))
    return Template(tuple(part for part in parts if part != "") or ("",))


def parse_text(source: str | Mapping[str, str]) -> Text:
    """Reads a text given plainly or by language. Raises TemplateError."""
    by_language = {"": source} if isinstance(source, str) else source
    return Text({language: parse_template(text) for language, text in by_language.items()})


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
    match = _FILTER.match(source)
    if match is None or match["name"] not in FILTERS:
        raise TemplateError(
            f"no such filter: {source.strip() or '(nothing)'}", f"filters are {', '.join(sorted(FILTERS))}"
        )
    return match["name"], match["double"] or match["single"] or ""
