"""Choices out of one number, so that a history is a list of numbers: quickly drawn, and easily made smaller."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Spends a number on choices, smallest first: 0 always takes the first."""

    def __init__(self, number: int) -> None:
        self._rest = number
        self.shown: list[object] = []

    def below(self, count: int) -> int:
        """A number below `count`."""
        self._rest, found = divmod(self._rest, count)
        self.shown.append(found)
        return found

    def of(self, choices: Sequence[T]) -> T:
        """One of several."""
        self._rest, found = divmod(self._rest, len(choices))
        self.shown.append(choices[found])
        return choices[found]
