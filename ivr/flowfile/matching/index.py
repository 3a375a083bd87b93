"""The words of all entries in one language, and which of them a word of the caller's may be."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from rapidfuzz import fuzz, process

from ivr.flowfile.matching.sounds import sound_of
from ivr.flowfile.matching.words import Word, words_of

SAME_SOUND, COMPOUND = 0.9, 0.8
"""How much a word counts that only sounds alike; that only is a part of the other."""

_SHORTEST_SOUND, _SHORTEST_JOINED, _SHORTEST_SPELLING, _SHORTEST_PART = 3, 4, 5, 5
_NEAR_SPELLING, _NEAR_SOUND = 76.0, 80.0
_NEAREST = 3
_TWICE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say one entry: the entry's number and the ids of its stems."""

    entry: int
    stems: tuple[int, ...]


@dataclass(slots=True)
class Index:
    """All stems of one language's phrases. Made once; only read afterwards."""

    language: str
    stems: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    said_in: list[list[int]] = field(default_factory=list)
    """For each stem the phrases that have it."""

    by_stem: dict[str, int] = field(default_factory=dict)
    by_sound: dict[str, tuple[int, ...]] = field(default_factory=dict)
    spellings: dict[str, list[str]] = field(default_factory=dict)
    """Stems by the first of their sound."""

    sounds: dict[str, list[str]] = field(default_factory=dict)
    """Sounds by their first."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    """Long stems by their first letters, to find them within compounds."""

    def near(self, word: Word) -> Mapping[int, float]:
        """The stems a word may be, each with how much it counts (0 to 1)."""
        known = self.by_stem.get(word.stem)
        if known is not None:
            return {known: 1.0}
        sound = sound_of(word.text, self.language)
        found: dict[int, float] = {}
        if len(sound) >= _SHORTEST_SOUND:
            found = dict.fromkeys(self.by_sound.get(sound, ()), SAME_SOUND)
        if found:
            return found
        if len(word.stem) >= _SHORTEST_SPELLING:
            for stem, ratio, _ in process.extract(
                word.stem,
                self.spellings.get(sound[:1], ()),
                scorer=fuzz.ratio,
                score_cutoff=_NEAR_SPELLING,
                limit=_NEAREST,
            ):
                found[self.by_stem[stem]] = ratio / 100 * SAME_SOUND
        for stem in self._within(word.stem):
            identity = self.by_stem[stem]
            found[identity] = max(found.get(identity, 0.0), COMPOUND)
        return found

    def joined(self, one: Word, other: Word) -> Mapping[int, float]:
        """The stems two words may be that were one: "passe port"."""
        sound = _TWICE.sub(r"\1", sound_of(one.text, self.language) + sound_of(other.text, self.language))
        if len(sound) < _SHORTEST_JOINED:
            return {}
        exact = self.by_sound.get(sound)
        if exact is not None:
            return dict.fromkeys(exact, SAME_SOUND)
        near = process.extract(
            sound, self.sounds.get(sound[0], ()), scorer=fuzz.ratio, score_cutoff=_NEAR_SOUND, limit=_NEAREST
        )
        return {stem: ratio / 100 * COMPOUND for key, ratio, _ in near for stem in self.by_sound[key]}

    def _within(self, word: str) -> list[str]:
        """Long stems that begin or end a compound, or that a long word begins."""
        if len(word) < _SHORTEST_PART:
            return []
        found = []
        for start in range(len(word) - _SHORTEST_PART + 1):
            for stem in self.parts.get(word[start : start + _SHORTEST_PART], ()):
                begins, ends = start == 0 and word.startswith(stem), word.endswith(stem) and word[start:] == stem
                if begins or ends or (start == 0 and stem.startswith(word)):
                    found.append(stem)
        return found


def index_of(entries: Sequence[Sequence[str]], language: str) -> Index:
    """The index of entries given as their phrases, in one language."""
    index = Index(language)
    used_by: dict[int, set[int]] = defaultdict(set)
    by_sound: dict[str, set[int]] = defaultdict(set)
    for number, phrases in enumerate(entries):
        for phrase in phrases:
            words = [word for word in words_of(phrase, language) if not word.filler] or list(words_of(phrase, language))
            stems = []
            for word in words:
                identity = _stem(index, word.stem)
                stems.append(identity)
                used_by[identity].add(number)
                for sound in (sound_of(word.text, language), sound_of(word.stem, language)):
                    if len(sound) >= _SHORTEST_SOUND:
                        by_sound[sound].add(identity)
            if stems:
                index.phrases.append(Phrase(number, tuple(dict.fromkeys(stems))))
    index.by_sound = {sound: tuple(sorted(found)) for sound, found in sorted(by_sound.items())}
    index.weights = [log(1 + len(entries) / len(used_by[identity])) for identity in range(len(index.stems))]
    index.said_in = [[] for _ in index.stems]
    for number, said in enumerate(index.phrases):
        for identity in said.stems:
            index.said_in[identity].append(number)
    _group(index)
    return index


def _stem(index: Index, stem: str) -> int:
    identity = index.by_stem.setdefault(stem, len(index.stems))
    if identity == len(index.stems):
        index.stems.append(stem)
    return identity


def _group(index: Index) -> None:
    for stem in index.stems:
        index.spellings.setdefault(sound_of(stem, index.language)[:1], []).append(stem)
        if len(stem) >= _SHORTEST_PART:
            index.parts.setdefault(stem[:_SHORTEST_PART], []).append(stem)
    for sound in index.by_sound:
        index.sounds.setdefault(sound[0], []).append(sound)
