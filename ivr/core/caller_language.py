"""Which language a caller is greeted in: what is remembered of them, else their country, else the line's own. Pure."""

from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from babel.languages import get_official_languages


def greeting_language(offered: Sequence[str], remembered: str = "", number: str = "") -> str:
    """One of the locales `offered` by a line, whose own comes first; empty where it offers none.

    `remembered` is the locale this caller chose before or is known by; `number` theirs in E.164. A country decides only
    where exactly one of the languages offered is official there: nobody in Brussels is guessed to speak French.
    """
    if not offered:
        return ""
    if remembered and (match := nearest_of(offered, remembered)):
        return match
    official = official_languages(number)
    fitting = [locale for locale in offered if _base(locale) in official]
    if len({_base(locale) for locale in fitting}) == 1:
        return fitting[0]
    return offered[0]


def nearest_of(offered: Sequence[str], locale: str) -> str:
    """The one of `offered` that is the very locale, or else of the same language; empty where there is none."""
    if locale in offered:
        return locale
    return next((one for one in offered if _base(one) == _base(locale)), "")


@lru_cache(maxsize=1024)
def official_languages(number: str) -> frozenset[str]:
    """The languages official all over a number's country (CLDR); none for a number that can't be read."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number)) if number else None
    except phonenumbers.NumberParseException:
        region = None
    return frozenset(get_official_languages(region, de_facto=True)) if region else frozenset()


def _base(locale: str) -> str:
    return locale.partition("-")[0]
