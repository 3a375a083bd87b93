"""What the house can answer by itself: questions callers ask, and what is said to them.

Read from `flows/knowledge/NAME.yaml` (`ivr/flowfile/knowledge.py`); the `answers` step speaks it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.core.flow.text import Text
from ivr.core.match import Matcher, Phrases

_DIGIT = re.compile(r"\d")
_MOST_SAID = 120


@dataclass(frozen=True, slots=True)
class Known:
    """One question and its answer. `title` names the question in a few words; `key` asks it by key, empty for none."""

    title: Text
    answer: Text
    phrases: Phrases
    key: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A file of them, by name, with what finds the one that was meant."""

    name: str
    language: str
    entries: Mapping[str, Known]
    matcher: Matcher = field(repr=False, compare=False)

    def by_key(self, key: str) -> str:
        """The entry a key asks for; empty where none does."""
        return next((name for name, entry in self.entries.items() if entry.key == key), "")


def noted_words(said: str) -> str:
    """A caller's words as they may be kept: no digits, which could be a file's or a card's, and not too many."""
    return _DIGIT.sub("•", " ".join(said.split()))[:_MOST_SAID]
