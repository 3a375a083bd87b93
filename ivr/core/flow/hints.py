"""Words a caller is likely to say, as the recogniser takes them."""

from collections.abc import Iterable

MOST, LONGEST = 100, 100
"""It takes 500 of 100 characters, commas between them (contract 3.4 D); more of them help no one."""


def hints_of(phrases: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Every phrase once, in order, without commas."""
    cleaned = dict.fromkeys(" ".join(one.replace(",", " ").split())[:LONGEST] for several in phrases for one in several)
    return tuple(one for one in cleaned if one)[:MOST]
