"""Many cases for little: draws from a seed, for properties that are to hold over thousands of inputs.

A case costs a hundredth of what Hypothesis spends on one. Hypothesis looks at the same property over fewer of its own,
for what chance doesn't find and to make small what fails; a case drawn here is found again by its number.
"""

import random
from collections.abc import Iterator, Sequence

_SPECIAL = "<>&\"'%+=;:/?#[]{}()\\|~^` \t\n\r\0\x01\x0b\x1f\x7f\x80\x85\xa0\xad\u0661\u2028\ufeff\ufffd\ufffe\uffff"
_PIECES = ("]]>", "<!--", "&amp;", "&#0;", "%2B", "%00", "</Say>", "<?xml", "e\u0301", "\U0001f600", "\U0010ffff")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SURROGATES = range(0xD800, 0xE000)


class Draws(random.Random):
    """A source of cases."""

    def text(self, most: int, alphabet: str = "", least: int = 0) -> str:
        """Characters of `alphabet`; without one anything but lone surrogates, what has a meaning somewhere often."""
        length = self.randint(least, most)
        if alphabet:
            return "".join(self.choices(alphabet, k=length))
        return "".join([self._anything() for _ in range(length)])[:most]

    def name(self, most: int = 20) -> str:
        """An identifier."""
        return self.choice(_LETTERS).upper() + self.text(most - 1, _LETTERS + "_0189AZ")

    def form(self, most: int, value: int, least: int = 0) -> dict[str, str]:
        """Fields by name, with values of up to `value` characters."""
        return {self.name(): self.text(value) for _ in range(self.randint(least, most))}

    def some(self, choices: Sequence[str]) -> list[str]:
        """A few of them, none twice, in any order."""
        return self.sample(choices, self.randint(0, len(choices)))

    def _anything(self) -> str:
        kind = self.random()
        if kind < 0.4:
            return chr(self.randint(32, 126))
        if kind < 0.7:
            return self.choice(_SPECIAL)
        if kind < 0.75:
            return self.choice(_PIECES)
        point = self.randrange(0x110000 if kind < 0.85 else 0x3000)
        return "\ufffd" if point in _SURROGATES else chr(point)


def cases(count: int) -> Iterator[Draws]:
    """So many sources, each a case of its own, the same every time."""
    for number in range(count):
        yield Draws(number)
