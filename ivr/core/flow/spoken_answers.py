"""Answers as they are said: digits, numbers, amounts and dates found in a caller's words as written down. Pure.

Carriers write numbers said as figures ("le 2 avril 1985", "12,50 euros"); single digits sometimes come as words.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.dates import get_month_names
from babel.numbers import NumberFormatError, parse_decimal

from ivr.core.flow.yes_no import plain_words
from ivr.core.spoken import locale_of

_DIGIT_WORDS: dict[str, str] = {
    "fr": "zero un deux trois quatre cinq six sept huit neuf",
    "nl": "nul een twee drie vier vijf zes zeven acht negen",
    "de": "null eins zwei drei vier funf sechs sieben acht neun",
    "en": "zero one two three four five six seven eight nine",
}
_ALSO = {"fr": {"une": "1"}, "nl": {"twe": "2"}, "de": {"zwo": "2", "ein": "1"}, "en": {"oh": "0", "o": "0"}}
_DAYS_AWAY = {
    "fr": {"hier": -1, "aujourd": 0, "demain": 1},
    "nl": {"gisteren": -1, "vandaag": 0, "morgen": 1, "overmorgen": 2},
    "de": {"gestern": -1, "heute": 0, "morgen": 1, "ubermorgen": 2},
    "en": {"yesterday": -1, "today": 0, "tomorrow": 1},
}
_PART = re.compile(r"\d+|[^\W\d_]+")
_FIGURES = re.compile(r"\d[\d\s.,'’]*")
_CENTS = re.compile(r"\D{1,20}(\d{1,2})\b")
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4})\b")
_MOST_DIGITS = 12
_CENT = Decimal("0.01")
_DAYS_OF_MONTH = 31
_SHORTEST_MONTH = 3
"""Letters of a month's name that tell it from others, at least where it is cut short."""


def digits_said(text: str, locale: str, now: datetime) -> str:  # noqa: ARG001 - a reader's shape
    """All digits of what was said, in order; what stands between them is left out."""
    words = _digit_words(locale.partition("-")[0])
    found = [part if part.isdecimal() else words.get(part, "") for part in _parts(text)]
    return "".join(found)


def number_said(text: str, locale: str, now: datetime) -> str:
    """A whole number."""
    figures = _decimal(text, locale)
    if figures is None:
        digits = digits_said(text, locale, now)
        return str(int(digits)) if digits and len(digits) <= _MOST_DIGITS else ""
    return str(int(figures)) if figures == int(figures) else ""


def amount_said(text: str, locale: str, now: datetime) -> str:
    """An amount: "12,50 euros", "12 euros 50", "douze" only where it was written as a figure."""
    match = _FIGURES.search(text)
    found = _decimal(text, locale)
    if match is None or found is None:
        digits = digits_said(text, locale, now)
        found = Decimal(digits) if digits and len(digits) <= _MOST_DIGITS else None
    elif found == int(found) and (cents := _CENTS.match(text, match.end())) is not None:
        found += Decimal(cents[1]) / 100
    return "" if found is None else str(found.quantize(_CENT))


def date_said(text: str, locale: str, now: datetime) -> str:
    """A date: "le 2 avril 1985", "2/4/1985", "April 2", "demain". Without a year the next one that comes."""
    words = _parts(text)
    away = _DAYS_AWAY.get(locale.partition("-")[0], _DAYS_AWAY["en"])
    for word in words:
        if word in away and not any(part.isdecimal() for part in words):
            return (now.date() + timedelta(days=away[word])).isoformat()
    if (numeric := _NUMERIC_DATE.search(text)) is not None:
        return _dated(int(numeric[3]), int(numeric[2]), int(numeric[1]))
    month = next((number for word in words if (number := _month(word, locale))), 0)
    figures = [int(part) for part in words if part.isdecimal() and len(part) <= 4]  # noqa: PLR2004 - a year's digits
    day = next((figure for figure in figures if 1 <= figure <= _DAYS_OF_MONTH), 0)
    year = next((figure for figure in figures if figure > _DAYS_OF_MONTH), 0)
    if not month or not day:
        return ""
    if year:
        return _dated(year, month, day)
    this_year = _dated(now.year, month, day)
    return this_year if this_year >= now.date().isoformat() else _dated(now.year + 1, month, day)


def _dated(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _decimal(text: str, locale: str) -> Decimal | None:
    match = _FIGURES.search(text)
    if match is None:
        return None
    written = match[0].strip(" .,'’").replace("'", "").replace("’", "")
    try:
        found = parse_decimal(written, locale=locale_of(locale))
    except NumberFormatError:
        return None
    return found if abs(found) < 10**_MOST_DIGITS else None


def _parts(text: str) -> list[str]:
    """Words without accents, and figures, in order."""
    return [word for part in _PART.findall(text) for word in ([part] if part.isdecimal() else plain_words(part))]


@lru_cache(maxsize=16)
def _digit_words(language: str) -> dict[str, str]:
    words = _DIGIT_WORDS.get(language, _DIGIT_WORDS["en"]).split()
    return {word: str(digit) for digit, word in enumerate(words)} | _ALSO.get(language, {})


@lru_cache(maxsize=512)
def _month(word: str, locale: str) -> int:
    """The number of a month by its name or a beginning of it; 0 for any other word."""
    if len(word) < _SHORTEST_MONTH:
        return 0
    names = get_month_names("wide", locale=locale_of(locale))
    for number, name in names.items():
        plain = "".join(plain_words(name))
        if plain == word or (len(word) > _SHORTEST_MONTH and plain.startswith(word)):
            return int(number)
    return 0
