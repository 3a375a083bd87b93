"""Yes and no as they are said, by language. Pure."""

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_]+")

YES: Mapping[str, frozenset[str]] = {
    "fr": frozenset("oui ouais ok okay accord exact exactement absolument volontiers correct parfait accepte".split()),
    "nl": frozenset("ja jawel jazeker oke okay akkoord graag klopt juist zeker correct".split()),
    "de": frozenset("ja jawohl jo ok okay gerne richtig stimmt genau einverstanden korrekt".split()),
    "en": frozenset("yes yeah yep yup ok okay sure right correct agreed agree".split()),
}
"""Without accents, in small letters."""

NO: Mapping[str, frozenset[str]] = {
    "fr": frozenset("non pas jamais refuse nan".split()),
    "nl": frozenset("nee neen niet nooit geen".split()),
    "de": frozenset("nein nicht nie ne kein keine".split()),
    "en": frozenset("no not nope never don wrong incorrect".split()),
}
"""A word that denies wins over one that agrees: "pas d'accord" is a no."""


def plain_words(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


def yes_or_no(text: str, locale: str) -> bool | None:
    """What was said: True for yes, False for no, None where it was neither."""
    language = locale.partition("-")[0]
    words = set(plain_words(text))
    if words & NO.get(language, NO["en"]):
        return False
    if words & YES.get(language, YES["en"]):
        return True
    return None
