"""The known word nearest to a mistyped one, in bounded time whatever is asked."""

from collections.abc import Iterable
from difflib import SequenceMatcher

LONGEST = 40
"""Characters of a word that are looked at; a longer one is no slip of the pen."""

MOST = 700
"""Known words that are looked at."""

LEAST_LIKENESS = 0.6


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`; empty where none is like it."""
    if len(word) > LONGEST:
        return ""
    matcher = SequenceMatcher(None, "", word)
    best, likeness = "", LEAST_LIKENESS
    for number, other in enumerate(known):
        if number >= MOST:
            break
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= likeness and matcher.quick_ratio() >= likeness:
            found = matcher.ratio()
            if found > likeness or (found == likeness and not best):
                best, likeness = other, found
    return best


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A hint that names the nearest known word, else `otherwise`."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
