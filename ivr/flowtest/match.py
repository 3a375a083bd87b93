"""The rule by which expected words are found in what was heard. Lenient where ears are, strict about the words.

Upper and lower case, accents, kinds of apostrophe, quote and dash, ligatures and runs of white space make no
difference. Everything else does.
"""

import unicodedata
from collections.abc import Iterable

_ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "œ": "oe", "æ": "ae"}
)


def plain(text: str) -> str:
    """A text as it is compared."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return " ".join("".join(letter for letter in folded if not unicodedata.combining(letter)).split())


def heard_in(expected: str, heard: Iterable[str]) -> bool:
    """Whether the words are part of what was heard, which may be spread over several prompts."""
    return plain(expected) in plain(" ".join(heard))


def first_missing(expected: Iterable[str], heard: Iterable[str]) -> str | None:
    """The first of several texts that wasn't heard behind the ones before it; None where all were, in this order."""
    rest = plain(" ".join(heard))
    for text in expected:
        wanted = plain(text)
        found = rest.find(wanted)
        if found < 0:
            return text
        rest = rest[found + len(wanted) :]
    return None
