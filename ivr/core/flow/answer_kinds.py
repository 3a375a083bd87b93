"""What a caller may be asked for, and how each kind is read from keys and from words, kept, bounded and said. Pure.

Each kind keeps its answers in one written form, whatever way they were given: an amount as `12.50`, a date as
`2026-04-02`, yes and no as such. `now` is the moment where the flow is, for "tomorrow" and for bounds.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from ivr.core import spoken
from ivr.core.flow.spoken_answers import amount_said, date_said, digits_said, number_said
from ivr.core.flow.text import MAX_VALUE, speakable
from ivr.core.flow.yes_no import yes_or_no

YES_KEY, NO_KEY = "1", "2"
DATE_KEYS = 8
"""Keys of a date: two of the day, two of the month, four of the year."""

TODAY = "today"
_CENT = Decimal("0.01")
_MOST_DIGITS = 12
"""Digits of a number or an amount, before its decimals."""

_AMOUNT = re.compile(rf"[0-9]{{1,{_MOST_DIGITS}}}(?:\*[0-9]{{0,2}})?")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of answer. Readers give the answer as it is kept, or an empty text where there is none in it.

    `from_keys` gets the keys, `from_words` what was said, its locale and the moment; `said` puts an answer into words
    with its locale and currency. `refusal` is the phrase for what can't be read.
    """

    from_keys: Callable[[str], str]
    from_words: Callable[[str, str, datetime], str]
    said: Callable[[str, str, str], str]
    refusal: str


def _digits(keys: str) -> str:
    return keys if keys.isdecimal() else ""


def _number(keys: str) -> str:
    return str(int(keys)) if keys.isdecimal() and len(keys) <= _MOST_DIGITS else ""


def _amount(keys: str) -> str:
    """An amount by key, a star for the decimal sign: `12*5` is 12.50."""
    if _AMOUNT.fullmatch(keys) is None:
        return ""
    whole, _, cents = keys.partition("*")
    return str(Decimal(f"{whole}.{cents or 0}").quantize(_CENT))


def _date(keys: str) -> str:
    if len(keys) != DATE_KEYS or not keys.isdecimal():
        return ""
    try:
        return date(int(keys[4:]), int(keys[2:4]), int(keys[:2])).isoformat()
    except ValueError:
        return ""


def _yes_no(keys: str) -> str:
    return {YES_KEY: "yes", NO_KEY: "no"}.get(keys, "")


def _yes_no_said(text: str, locale: str, now: datetime) -> str:  # noqa: ARG001 - a reader's shape
    return {True: "yes", False: "no", None: ""}[yes_or_no(text, locale)]


def _free(text: str, locale: str, now: datetime) -> str:  # noqa: ARG001 - a reader's shape
    return speakable(text)[:MAX_VALUE]


KINDS: Mapping[str, Kind] = {
    "digits": Kind(_digits, digits_said, lambda value, _l, _c: " ".join(value), "digits_only"),
    "number": Kind(_number, number_said, lambda value, locale, _: spoken.number(value, "", locale), "not_a_number"),
    "amount": Kind(
        _amount, amount_said, lambda value, locale, currency: spoken.amount(value, currency, locale), "not_an_amount"
    ),
    "date": Kind(_date, date_said, lambda value, locale, _: spoken.date(value, "", locale), "not_a_date"),
    "yes_no": Kind(_yes_no, _yes_no_said, lambda value, locale, _: spoken.yes_no(value, locale), "wrong_key"),
    "speech": Kind(lambda _: "", _free, lambda value, _l, _c: value, "not_understood"),
}
"""By the word an operator writes: `kind: amount`."""


def bound(written: str, kind: str, now: datetime) -> Decimal | date | None:
    """A bound as an operator writes it: a number, a date, or days from today, `today+30d`. None where it is neither."""
    if kind == "date":
        return _date_bound(written, now)
    return spoken.decimal_of(written)


def _date_bound(written: str, now: datetime) -> date | None:
    try:
        if written.startswith(TODAY):
            shift = written[len(TODAY) :].removesuffix("d")
            return now.date() + timedelta(days=int(shift or 0))
        return date.fromisoformat(written)
    except (ValueError, OverflowError):
        return None


def within(value: str, kind: str, least: str, most: str, now: datetime) -> str:
    """Which bound an answer breaks: `least`, `most`, or neither: an empty text."""
    measure: Decimal | date | None = date.fromisoformat(value) if kind == "date" else spoken.decimal_of(value)
    low = bound(least, kind, now) if least else None
    high = bound(most, kind, now) if most else None
    if low is not None and _below(measure, low):
        return "least"
    if high is not None and _below(high, measure):
        return "most"
    return ""


def _below(one: Decimal | date | None, other: Decimal | date | None) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one < other
    return isinstance(one, date) and isinstance(other, date) and one < other


def bound_said(written: str, kind: str, locale: str, currency: str, now: datetime) -> str:
    """A bound in words, for "at least ..."."""
    found = bound(written, kind, now)
    return KINDS[kind].said(str(found), locale, currency) if found is not None else written
