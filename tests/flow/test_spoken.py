"""Numbers, amounts, dates and waits as each language says them; answers as callers say them."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core import spoken
from ivr.core.caller_language import greeting_language
from ivr.core.flow.answer_kinds import KINDS
from ivr.core.flow.spoken_answers import amount_said, date_said, digits_said, number_said
from ivr.core.flow.yes_no import yes_or_no

NOW = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
LOCALES = ["fr-FR", "fr-BE", "nl-BE", "de-DE", "en-GB", "en-US", "es-ES", "xx", ""]


@pytest.mark.parametrize(
    ("said", "value", "argument", "locale", "words"),
    [
        (spoken.number, "1234.5", "", "fr-FR", "1234,5"),
        (spoken.number, "1234,5", "", "en-GB", "1234.5"),
        (spoken.number, "beaucoup", "", "fr-FR", "beaucoup"),
        (spoken.amount, "12.5", "", "fr-FR", "12,50 €"),
        (spoken.amount, "12.5", "", "nl-BE", "€ 12,50"),
        (spoken.amount, "12.5", "chf", "de-CH", "CHF 12.50"),
        (spoken.amount, "12.5", "ZZZZ", "de-DE", "12.5"),
        (spoken.date, "2026-04-02", "", "fr-FR", "jeudi 2 avril 2026"),
        (spoken.date, "2026-04-01", "short", "fr-FR", "mercredi 1er avril"),
        (spoken.date, "2026-04-02", "", "nl-BE", "donderdag 2 april 2026"),
        (spoken.date, "2026-04-02", "short", "de-DE", "Donnerstag, 2. April"),
        (spoken.date, "2026-04-02", "short", "es-ES", "jueves, 2 de abril"),
        (spoken.date, "2026-04-31", "", "fr-FR", "2026-04-31"),
        (spoken.time, "08:30", "", "fr-FR", "8 heures 30"),
        (spoken.time, "8h30", "", "nl-BE", "8 uur 30"),
        (spoken.time, "25", "", "nl-BE", "25"),
        (spoken.wait, "40", "", "fr-FR", "40 secondes"),
        (spoken.wait, "90", "", "fr-FR", "2 minutes"),
        (spoken.wait, "3600", "", "nl-BE", "1 uur"),
        (spoken.wait, "5400", "", "de-DE", "1 Stunde 30 Minuten"),
        (spoken.wait, "60", "", "en-GB", "1 minute"),
    ],
)
def test_a_value_is_said_as_the_language_says_it(
    said: spoken.Said, value: str, argument: str, locale: str, words: str
) -> None:
    assert said(value, argument, locale) == words


@given(
    value=st.text(max_size=20) | st.decimals(allow_nan=False, allow_infinity=False).map(str),
    argument=st.text(max_size=4),
    locale=st.sampled_from(LOCALES),
)
def test_whatever_the_value_something_is_said(value: str, argument: str, locale: str) -> None:
    for said in (spoken.number, spoken.amount, spoken.date, spoken.time, spoken.wait):
        assert isinstance(said(value, argument, locale), str)


@pytest.mark.parametrize(
    ("words", "locale", "date"),
    [
        ("le 2 avril 1985", "fr-FR", "1985-04-02"),
        ("le premier, non, 1er avril 2027", "fr-FR", "2027-04-01"),
        ("2/4/1985", "fr-FR", "1985-04-02"),
        ("02.04.1985", "de-DE", "1985-04-02"),
        ("2. April 1985", "de-DE", "1985-04-02"),
        ("April 2, 1985", "en-GB", "1985-04-02"),
        ("2 décembre", "fr-FR", "2026-12-02"),
        ("2 mars", "fr-FR", "2027-03-02"),
        ("demain", "fr-FR", "2026-11-24"),
        ("aujourd'hui", "fr-FR", "2026-11-23"),
        ("overmorgen", "nl-BE", "2026-11-25"),
        ("30 février 2026", "fr-FR", ""),
        ("je ne sais pas", "fr-FR", ""),
        ("31/02/2026", "fr-FR", ""),
    ],
)
def test_a_date_is_found_in_words(words: str, locale: str, date: str) -> None:
    assert date_said(words, locale, NOW) == date


@pytest.mark.parametrize(
    ("words", "locale", "amount"),
    [
        ("12,50 euros", "fr-FR", "12.50"),
        ("12 euros 50", "fr-FR", "12.50"),
        ("douze", "fr-FR", ""),
        ("1 234,50 €", "fr-FR", "1234.50"),
        ("1.234,50 euro", "nl-BE", "1234.50"),
        ("£1,234.50", "en-GB", "1234.50"),
        ("rien", "fr-FR", ""),
    ],
)
def test_an_amount_is_found_in_words(words: str, locale: str, amount: str) -> None:
    assert amount_said(words, locale, NOW) == amount


def test_digits_and_numbers_are_found_in_words() -> None:
    assert digits_said("zéro un, 42 et trois", "fr-FR", NOW) == "01423"
    assert digits_said("null eins zwo", "de-DE", NOW) == "012"
    assert digits_said("mon numéro", "fr-FR", NOW) == ""
    assert number_said("il y en a 42", "fr-FR", NOW) == "42"
    assert number_said("deux", "fr-FR", NOW) == "2"
    assert number_said("2,5", "fr-FR", NOW) == ""


@pytest.mark.parametrize(
    ("words", "locale", "answer"),
    [
        ("Oui.", "fr-FR", True),
        ("pas d'accord", "fr-FR", False),
        ("d'accord", "fr-FR", True),
        ("ja hoor", "nl-BE", True),
        ("Nein, danke", "de-DE", False),
        ("maybe", "en-GB", None),
        ("", "fr-FR", None),
    ],
)
def test_yes_and_no_are_understood(words: str, locale: str, answer: bool | None) -> None:
    assert yes_or_no(words, locale) is answer


@given(st.text(max_size=30), st.sampled_from(sorted(KINDS)), st.sampled_from(LOCALES))
def test_whatever_is_pressed_or_said_is_an_answer_or_none(words: str, kind: str, locale: str) -> None:
    known = KINDS[kind]
    for value in (known.from_keys(words), known.from_words(words, locale, NOW)):
        assert not value or known.said(value, locale, "EUR")


@pytest.mark.parametrize(
    ("offered", "remembered", "number", "locale"),
    [
        ((), "nl-BE", "+3222345678", ""),
        (("fr-BE", "nl-BE"), "", "", "fr-BE"),
        (("fr-BE", "nl-BE"), "nl-NL", "", "nl-BE"),
        (("fr-BE", "nl-BE"), "es-ES", "", "fr-BE"),
        (("fr-BE", "nl-BE"), "", "+31201234567", "nl-BE"),
        (("fr-BE", "nl-BE"), "", "+3222345678", "fr-BE"),
        (("nl-BE", "fr-BE"), "", "+3222345678", "nl-BE"),
        (("fr-BE", "nl-BE", "de-DE"), "", "+4930123456", "de-DE"),
        (("fr-BE", "nl-BE"), "", "no number", "fr-BE"),
        (("fr-BE", "nl-BE"), "", "+800123", "fr-BE"),
    ],
)
def test_a_caller_is_greeted_in_their_language(
    offered: tuple[str, ...], remembered: str, number: str, locale: str
) -> None:
    assert greeting_language(offered, remembered, number) == locale
