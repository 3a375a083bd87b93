"""Which of several things did a caller mean? What is asked of a matcher, and what it answers.

A matcher is made when a flow is loaded (`ivr/flowfile/matching`) and handed to the engine with it: the core knows only
its shape. It is deterministic and quick: a turn waits for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Phrases:
    """Ways to say one thing, by language or locale; the key "" holds those given without one."""

    by_language: Mapping[str, tuple[str, ...]]

    def spoken_in(self, language: str, *fallbacks: str) -> tuple[str, ...]:
        """The phrases of a caller's language: the locale's, its language's, then those of the fallbacks, then any.

        The last fallback is the language of phrases given without one.
        """
        for locale in (language, *fallbacks):
            for key in (locale, locale.partition("-")[0]):
                if key and key in self.by_language:
                    return self.by_language[key]
        return self.by_language.get("") or next(iter(self.by_language.values()), ())

    @property
    def languages(self) -> frozenset[str]:
        """The languages given, without country; empty where none is named."""
        return frozenset(key.partition("-")[0] for key in self.by_language if key)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a caller may mean. `name` is what a `Match` answers."""

    name: str
    phrases: Phrases


@dataclass(frozen=True, slots=True)
class Match:
    """A guess. `confidence` (0 to 1) is how often such a guess is right, as measured on labelled calls.

    `why` tells which words of the caller's met which of the entry's, for logs and tests: it holds no other words.
    """

    entry: str
    confidence: float
    why: str = ""


class Matcher(Protocol):
    """Guesses what was meant. Never raises; the same words give the same answer."""

    def ranked(self, said: str, language: str) -> Sequence[Match]:
        """The likeliest entries, best first, at most five; empty where no word fits any."""


def best_of(matches: Sequence[Match], least: float) -> Match | None:
    """The first guess where it is at least so sure."""
    return matches[0] if matches and matches[0].confidence >= least else None
