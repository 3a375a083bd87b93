"""Yes and no as they are said, by language. Pure."""

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d_]+")

_YES_WORDS = {
    "fr": "oui ouais ok okay accord exact exactement absolument volontiers correct parfait accepte",
    "nl": "ja jawel jazeker oke okay akkoord graag klopt juist zeker correct",
    "de": "ja jawohl jo ok okay gerne richtig stimmt genau einverstanden korrekt",
    "en": "yes yeah yep yup ok okay sure right correct agreed agree",
}
YES: Mapping[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _YES_WORDS.items()}
"""Without accents, in small letters."""

_NO_WORDS = {
    "fr": "non pas jamais refuse nan",
    "nl": "nee neen niet nooit geen",
    "de": "nein nicht nie ne kein keine",
    "en": "no not nope never don wrong incorrect",
}
NO: Mapping[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _NO_WORDS.items()}
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
