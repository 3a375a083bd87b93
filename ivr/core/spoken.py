"""Numbers, amounts, dates, times and waits as they are said in a language, from the tables of CLDR (Babel).

A voice reads "1234,50 €" or "jeudi 2 avril 2026" rightly where it is written as its language writes it; so that is what
these give. Babel is data with functions over it: it reads no clock as long as the moment is handed over, which every
function here does (docs/adr/0005-babel-in-the-core.md). A value that can't be read is said as it stands: a caller hears
something odd rather than nothing.
"""

import re
from collections.abc import Callable
from datetime import date as Date  # noqa: N812 - `date` is the filter's word
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, is_currency
from babel.units import format_unit

from ivr.core.phrases import speech_of

Said = Callable[[str, str, str], str]
"""(value, what stands in the brackets, locale) -> how it is said. A value that can't be read is said as it stands."""

_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,6})?\Z")
_CLOCK = re.compile(r"(\d{1,2})[:h](\d{2})\Z")
_YEAR = re.compile(r"[\s,]*(?:'[^']*'\s*)?y+")
_MINUTE, _NOON, _WEEK = 60, 12, 7
_DEFAULT_CURRENCY = "EUR"
_YES_NO = {"fr": ("oui", "non"), "nl": ("ja", "nee"), "de": ("ja", "nein"), "en": ("yes", "no")}


@lru_cache(maxsize=64)
def locale_of(written: str) -> Locale:
    """A locale by its name (`fr-BE`), its language where the place is unknown, British English where both are."""
    for name in (written, written.partition("-")[0], "en-GB"):
        try:
            return Locale.parse(name, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    raise LookupError(written)  # never: English is always there


def decimal_of(value: str) -> Decimal | None:
    """A number as it is kept (`12.5`; a comma will do), or None."""
    if _NUMBER.match(value) is None:
        return None
    try:
        return Decimal(value.replace(",", "."))
    except InvalidOperation:
        return None


def number(value: str, argument: str, locale: str) -> str:  # noqa: ARG001 - a filter's shape
    """A number: `1234.5` as "1234,5" or "1234.5"."""
    found = decimal_of(value)
    return value if found is None else _plain(format_decimal(found, locale=locale_of(locale), group_separator=False))


def amount(value: str, argument: str, locale: str) -> str:
    """An amount of money, in euros or the currency in the brackets: `12.5` as "12,50 €"."""
    found = decimal_of(value)
    currency = (argument or _DEFAULT_CURRENCY).upper()
    if found is None or not is_currency(currency):
        return value
    return _plain(format_currency(found, currency, locale=locale_of(locale), group_separator=False))


def date(value: str, argument: str, locale: str) -> str:
    """A date: `2026-04-02` as "jeudi 2 avril 2026"; with "short" in the brackets without weekday and year."""
    try:
        found = Date.fromisoformat(value[:10])
    except ValueError:
        return value
    return spoken_date(found, locale, short=argument == "short")


def time(value: str, argument: str, locale: str) -> str:  # noqa: ARG001 - a filter's shape
    """A time of day: `08:30` as "8 heures 30"."""
    match = _CLOCK.match(value)
    if match is None:
        return value
    return spoken_time(int(match[1]), int(match[2]), locale)


def yes_no(value: str, locale: str) -> str:
    """`yes` or `no` as it is said."""
    yes, no = _YES_NO[speech_of(locale)]
    return yes if value == "yes" else no


def wait(value: str, argument: str, locale: str) -> str:  # noqa: ARG001 - a filter's shape
    """Seconds as a time somebody waits: `90` as "2 minutes"."""
    found = decimal_of(value)
    return value if found is None else spoken_wait(int(found), locale)


def spoken_date(day: Date, locale: str, *, short: bool = False) -> str:
    """A date with its weekday: "jeudi 2 avril 2026"; `short` leaves out the year."""
    known = locale_of(locale)
    pattern = known.date_formats["full"].pattern
    said = str(format_date(day, _YEAR.sub("", pattern) if short else pattern, locale=known))
    # The first of a month is an ordinal in French; CLDR's pattern has no letter for that.
    return re.sub(r"(?<= )1(?= )", "1er", said, count=1) if known.language == "fr" and day.day == 1 else said


def spoken_wait(seconds: int, locale: str) -> str:
    """A length of time, to the minute from one minute on: "40 secondes", "2 minutes", "1 heure 30 minutes"."""
    if seconds < _MINUTE:
        return _unit(max(seconds, 0), "duration-second", locale)
    minutes = -(-seconds // _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    parts = [_unit(hours, "duration-hour", locale)] if hours else []
    parts += [_unit(minutes, "duration-minute", locale)] if minutes else []
    return " ".join(parts)


def _unit(count: int, unit: str, locale: str) -> str:
    known = locale_of(locale)
    said = str(format_unit(count, unit, "long", locale=known))
    if unit in said:  # where the long form is the short one, as of hours in Dutch, CLDR has but that
        said = str(format_unit(count, unit, "short", locale=known))
    return _plain(said)


def _plain(said: str) -> str:
    """Without the spaces that don't break, which some voices read as nothing and some as a word."""
    return said.replace("\u202f", " ").replace("\xa0", " ")


_TODAY = {"fr": "aujourd'hui", "nl": "vandaag", "de": "heute", "en": "today"}
_TOMORROW = {"fr": "demain", "nl": "morgen", "de": "morgen", "en": "tomorrow"}
_WEEKDAY = {"fr": "{day}", "nl": "{day}", "de": "am {day}", "en": "on {day}"}
_ON_DATE = {"fr": "le {date}", "nl": "op {date}", "de": "am {date}", "en": "on {date}"}
_AT = {"fr": "à {time}", "nl": "om {time}", "de": "um {time}", "en": "at {time}"}


def spoken_time(hour: int, minute: int, language: str) -> str:
    """A time of day in words: "8 heures 30", "8 uur 30", "8 Uhr 30", "8:30"."""
    match speech_of(language):
        case "fr":
            unit = {0: "minuit", 1: "1 heure", 12: "midi"}.get(hour, f"{hour} heures")
            return f"{unit} {minute}" if minute else unit
        case "nl":
            return f"{hour} uur {minute}" if minute else f"{hour} uur"
        case "de":
            return f"{hour} Uhr {minute}" if minute else f"{hour} Uhr"
        case _:
            half = "a.m." if hour < _NOON else "p.m."
            return f"{hour % _NOON or _NOON}:{minute:02} {half}" if minute else f"{hour % _NOON or _NOON} {half}"


def spoken_moment(moment: datetime, now: datetime, language: str) -> str:
    """A coming moment in words, as near as it is: "demain à 8 heures", "lundi à 8 heures", "le jeudi 2 avril à midi".

    Both are aware and in the zone they are spoken for.
    """
    speech = speech_of(language)
    day, ahead = moment.date(), (moment.date() - now.date()).days
    # The words around it are of a language the system ships, and so must be those of the date.
    locale = language if language.startswith(speech) else "en-GB"
    if ahead == 0:
        said = _TODAY[speech]
    elif ahead == 1:
        said = _TOMORROW[speech]
    elif 1 < ahead < _WEEK:
        said = _WEEKDAY[speech].format(day=format_date(day, "EEEE", locale=locale_of(locale)))
    else:
        said = _ON_DATE[speech].format(date=_dated(day, locale, speech))
    return f"{said} {_AT[speech].format(time=spoken_time(moment.hour, moment.minute, language))}"


def _dated(day: Date, locale: str, speech: str) -> str:
    said = spoken_date(day, locale, short=True)
    # "am Donnerstag, den 2. April": with a preposition, German takes an article.
    return said.replace(", ", ", den ", 1) if speech == "de" else said.replace(",", "")
