"""The words of all entries in one language, and which of them a word of the caller's may be."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from rapidfuzz import fuzz, process

from ivr.flowfile.matching.sounds import sound_of
from ivr.flowfile.matching.words import Word, words_of

SAME_SOUND, COMPOUND = 0.9, 0.8
"""How much a word counts that only sounds alike; that only is a part of the other."""

_SHORTEST_SOUND, _SHORTEST_JOINED, _SHORTEST_SPELLING, _SHORTEST_PART = 4, 5, 5, 5
_NEAR_SPELLING, _NEAR_SOUND = 80.0, 80.0
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

    heads: dict[str, list[str]] = field(default_factory=dict)
    tails: dict[str, list[str]] = field(default_factory=dict)
    """Long stems by their first and by their last letters, to find compounds and their parts."""

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
        for stem in self._compounds(word.stem):
            identity = self.by_stem[stem]
            found[identity] = max(found.get(identity, 0.0), COMPOUND)
        return found

    def joined(self, one: Word, other: Word) -> Mapping[int, float]:
        """The stems two words may be that were one: "passe port"."""
        near: list[tuple[str, float, int]] = []
        for sound in _together(one.text, other.text, self.language):
            exact = self.by_sound.get(sound)
            if exact is not None:
                return dict.fromkeys(exact, SAME_SOUND)
            if len(sound) >= _SHORTEST_JOINED:
                near += process.extract(
                    sound, self.sounds.get(sound[0], ()), scorer=fuzz.ratio, score_cutoff=_NEAR_SOUND, limit=_NEAREST
                )
        return {stem: ratio / 100 * COMPOUND for key, ratio, _ in near for stem in self.by_sound[key]}

    def _compounds(self, word: str) -> list[str]:
        """Known words that begin or end as this one does, where one is the whole of that part."""
        if len(word) < _SHORTEST_PART:
            return []
        begin = [
            stem for stem in self.heads.get(word[:_SHORTEST_PART], ()) if word.startswith(stem) or stem.startswith(word)
        ]
        return begin + [
            stem for stem in self.tails.get(word[-_SHORTEST_PART:], ()) if word.endswith(stem) or stem.endswith(word)
        ]


def _together(one: str, other: str, language: str) -> tuple[str, ...]:
    """How two words sound as one: as if written as one, and said one after the other."""
    apart = _TWICE.sub(r"\1", sound_of(one, language) + sound_of(other, language))
    return tuple(
        sound for sound in dict.fromkeys((apart, sound_of(one + other, language))) if len(sound) >= _SHORTEST_SOUND
    )


def index_of(entries: Sequence[Sequence[str]], language: str) -> Index:
    """The index of entries given as their phrases, in one language."""
    index = Index(language)
    used_by: dict[int, set[int]] = defaultdict(set)
    by_sound: dict[str, set[int]] = defaultdict(set)
    for number, phrases in enumerate(entries):
        for phrase in phrases:
            stems = _take(index, words_of(phrase, language), by_sound)
            if stems:
                index.phrases.append(Phrase(number, tuple(dict.fromkeys(stems))))
            for identity in stems:
                used_by[identity].add(number)
    index.by_sound = {sound: tuple(sorted(found)) for sound, found in sorted(by_sound.items())}
    index.weights = [log(1 + len(entries) / len(used_by[identity])) for identity in range(len(index.stems))]
    index.said_in = [[] for _ in index.stems]
    for number, known in enumerate(index.phrases):
        for identity in known.stems:
            index.said_in[identity].append(number)
    _group(index)
    return index


def _take(index: Index, said: Sequence[Word], by_sound: dict[str, set[int]]) -> list[int]:
    """Puts a phrase's words into the index, with how each sounds, and each pair of neighbours; the ids of its stems."""
    own = [not word.filler for word in said]
    if not any(own):
        own = [True] * len(said)  # a phrase of fillers only is still to be found
    stems = [_stem(index, word.stem) if meant else -1 for word, meant in zip(said, own, strict=True)]
    for word, identity in zip(said, stems, strict=True):
        for sound in (sound_of(word.text, index.language), sound_of(word.stem, index.language)):
            if identity >= 0 and len(sound) >= _SHORTEST_SOUND:
                by_sound[sound].add(identity)
    for (one, first), (other, second) in pairwise(zip(said, stems, strict=True)):
        meaning = {identity for identity in (first, second) if identity >= 0}
        for sound in _together(one.text, other.text, index.language) if meaning else ():
            if len(sound) > _SHORTEST_JOINED:
                by_sound[sound] |= meaning
    return [identity for identity in stems if identity >= 0]


def _stem(index: Index, stem: str) -> int:
    identity = index.by_stem.setdefault(stem, len(index.stems))
    if identity == len(index.stems):
        index.stems.append(stem)
    return identity


def _group(index: Index) -> None:
    for stem in index.stems:
        index.spellings.setdefault(sound_of(stem, index.language)[:1], []).append(stem)
        if len(stem) >= _SHORTEST_PART:
            index.heads.setdefault(stem[:_SHORTEST_PART], []).append(stem)
            index.tails.setdefault(stem[-_SHORTEST_PART:], []).append(stem)
    for sound in index.by_sound:
        index.sounds.setdefault(sound[0], []).append(sound)
