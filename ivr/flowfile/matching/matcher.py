"""From a caller's sentence to the entries it may mean, each with a confidence that has been measured.

Two shares decide: how much of one of the entry's phrases was said, and how much of what was said belongs to the entry.
Words count by how rare they are among the entries; a word the entries don't know counts a little against all of them.
How far the best is ahead of the second best makes the confidence. Its curve was fitted to the labelled calls of
`tests/matching`, half of them; the other half measures it (`python -m benchmarks.run matching`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from ivr.core.match import Entry, Match
from ivr.flowfile.matching.index import SAME_SOUND, Index, index_of
from ivr.flowfile.matching.words import Word, words_of

SHIPPED = ("fr", "nl", "de", "en")
MOST = 5
"""Guesses answered."""

_STRANGER = 0.35
"""What a word counts that no entry knows, as a share of a rare word's weight."""

_GAIN = 0.05
"""How much nearer two words taken as one must come than the nearer of them alone."""

_WITH_FILLER = 0.7
"""How near two words taken as one must come where one of them is a filler, which may just be that."""

_LEAST_SCORE = 0.12
_PER_LEAD = 4.0
_BASE, _PER_SCORE, _PER_MARGIN = -2.0, 5.3, 2.0
"""The fitted curve: log odds of being right = base + per score * score + per margin * lead over the second best."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word of the caller's, or two taken as one, with the stems it may be. `covers` are the words' places."""

    text: str
    covers: tuple[int, ...]
    may_be: Mapping[int, float]


class WordMatcher:
    """A `core.match.Matcher` by words. `language` is that of phrases given without one."""

    def __init__(self, entries: Sequence[Entry], language: str) -> None:
        self.entries = tuple(entries)
        self._own = language.partition("-")[0]
        named = {one for entry in entries for one in entry.phrases.languages}
        self._indexes = {one: self._index(one) for one in sorted(named | {self._own})}

    def ranked(self, said: str, language: str) -> tuple[Match, ...]:
        """The likeliest entries, best first, at most five; empty where no word fits any."""
        index = self._indexes.get(language.partition("-")[0]) or self._indexes[self._own]
        scored = _scored(index, words_of(said, index.language))
        best = sorted(scored.items(), key=lambda one: (-one[1][0], one[0]))[: MOST + 1]
        matches = []
        for place, (entry, (score, why)) in enumerate(best[:MOST]):
            rival = best[0][1][0] if place else (best[1][1][0] if len(best) > 1 else 0.0)
            matches.append(Match(self.entries[entry].name, round(confidence(score, score - rival), 3), why))
        return tuple(matches)

    def _index(self, language: str) -> Index:
        phrases = [entry.phrases.spoken_in(language, self._own) for entry in self.entries]
        return index_of(phrases, language if language in SHIPPED else "en")


def confidence(score: float, margin: float) -> float:
    """How often a guess of such a score and such a lead is right. The margin is below 0 for all but the best.

    Of two that fit alike neither can be right more often than every other time, whatever was measured.
    """
    fitted = 1 / (1 + exp(-(_BASE + _PER_SCORE * score + _PER_MARGIN * margin)))
    return min(fitted, max(0.5 + _PER_LEAD * margin, 0.0))


def _scored(index: Index, words: Sequence[Word]) -> dict[int, tuple[float, str]]:
    """Score and reason of every entry that shares a word with what was said."""
    heard = _heard(index, words)
    if not heard:
        return {}
    rare = log(1 + max(len(index.phrases), 1))
    total, met = 0.0, defaultdict[int, dict[int, tuple[float, str]]](dict)
    by_entry: dict[int, float] = defaultdict(float)
    for one in heard:
        weight = max((index.weights[stem] for stem in one.may_be), default=rare * _STRANGER)
        total += weight
        best_in: dict[int, float] = {}
        for stem, near in one.may_be.items():
            for number in index.said_in[stem]:
                known = met[number].get(stem)
                if known is None or known[0] < near:
                    met[number][stem] = (near, one.text)
                entry = index.phrases[number].entry
                best_in[entry] = max(best_in.get(entry, 0.0), near)
        for entry, near in best_in.items():
            by_entry[entry] += weight * near
    found: dict[int, tuple[float, str]] = {}
    for number, stems in met.items():
        phrase = index.phrases[number]
        whole = sum(index.weights[stem] for stem in phrase.stems)
        recall = sum(index.weights[stem] * near for stem, (near, _) in stems.items()) / whole
        precision = by_entry[phrase.entry] / total
        score = (recall * precision) ** 0.5
        if score >= _LEAST_SCORE and score > found.get(phrase.entry, (0.0, ""))[0]:
            found[phrase.entry] = (score, _why(index, stems))
    return found


def _heard(index: Index, words: Sequence[Word]) -> list[_Heard]:
    """Each word that carries meaning, and each pair that makes a known word where its halves don't."""
    alone = [{} if word.filler else index.near(word) for word in words]
    taken: set[int] = set()
    heard = []
    for place, (one, other) in enumerate(pairwise(words)):
        halves = _best(alone[place]), _best(alone[place + 1])
        if place in taken or min(halves) >= 1.0 or (one.filler and (other.filler or max(halves) >= 1.0)):
            continue
        if other.filler and max(halves) >= 1.0:
            continue
        joined = index.joined(one, other)
        needed = SAME_SOUND if max(halves) >= 1.0 else max(halves) + _GAIN
        if one.filler or other.filler:
            needed = max(needed, _WITH_FILLER)
        if _best(joined) >= needed:
            heard.append(_Heard(one.text + other.text, (place, place + 1), joined))
            taken |= {place, place + 1}
    for place, word in enumerate(words):
        if place not in taken and not word.filler:
            heard.append(_Heard(word.text, (place,), alone[place]))
    return heard


def _best(may_be: Mapping[int, float]) -> float:
    return max(may_be.values(), default=0.0)


def _why(index: Index, stems: Mapping[int, tuple[float, str]]) -> str:
    """The words that met: the caller's own where it is the entry's, else both."""
    told = (index.stems[stem] if near >= 1.0 else f"{text}~{index.stems[stem]}" for stem, (near, text) in stems.items())
    return ", ".join(dict.fromkeys(told))
