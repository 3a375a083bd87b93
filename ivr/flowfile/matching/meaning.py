"""Sentence embeddings, an optional help where words don't meet: "je suis fauché" for social aid.

No model comes with this software. `HOTLINE_EMBEDDINGS` names a function of whatever package the house has installed, as
`package.module:function`: it takes a list of sentences and gives a list of vectors. It is loaded in the background when
knowledge is read; until then, and for good where it can't be loaded, words alone decide, which is logged once.

Its guesses are never as sure as an answer at once asks for: no labelled calls have measured them here, so the caller is
asked "did you mean ...?".
"""

import importlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from operator import mul

from ivr.core.match import Entry, Match, Matcher

Encode = Callable[[Sequence[str]], Iterable[Sequence[float]]]
"""Sentences to vectors of one length."""

log = logging.getLogger(__name__)

WORDS_SUFFICE = 0.7
"""Confidence of a guess by words from which on the meaning isn't asked."""

MOST_SURE = 0.6
_LEAST_LIKENESS = 0.35
_MOST = 5


class NoEmbeddings(Exception):  # noqa: N818 - reads as what it says
    """The function can't be used; the message says why and what to do."""


def load(name: str) -> Encode:
    """The function `package.module:function`. Raises NoEmbeddings."""
    module, colon, function = name.partition(":")
    if not colon or not function.isidentifier():
        raise NoEmbeddings(f"HOTLINE_EMBEDDINGS must be written package.module:function, not {name!r}")
    try:
        found = getattr(importlib.import_module(module), function)
    except ImportError as error:
        raise NoEmbeddings(f"HOTLINE_EMBEDDINGS: {error}; install the package, or leave the setting empty") from None
    except AttributeError:
        raise NoEmbeddings(f"HOTLINE_EMBEDDINGS: {module} has no {function}") from None
    if not callable(found):
        raise NoEmbeddings(f"HOTLINE_EMBEDDINGS: {name} is not a function")
    encode: Encode = found
    return encode


class MeaningMatcher:
    """A matcher that asks `words` first and, where they are not sure, the meaning. `name` is the function's."""

    def __init__(self, words: Matcher, entries: Sequence[Entry], name: str) -> None:
        self._words = words
        self._encode: Encode | None = None
        self._vectors: tuple[tuple[str, tuple[float, ...]], ...] = ()
        self._thread = threading.Thread(target=self._prepare, args=(tuple(entries), name), daemon=True, name="meaning")
        self._thread.start()

    def ready(self, seconds: float) -> bool:
        """Waits so long for the function to be loaded; whether it can be used."""
        self._thread.join(seconds)
        return bool(self._vectors)

    def ranked(self, said: str, language: str) -> Sequence[Match]:
        """The likeliest entries, best first: by words where they are sure or the meaning can't be asked."""
        matches = self._words.ranked(said, language)
        if not self._vectors or not said.strip() or (matches and matches[0].confidence >= WORDS_SUFFICE):
            return matches
        by_entry = {match.entry: match for match in matches}
        for guess in self._by_meaning(said):
            known = by_entry.get(guess.entry)
            if known is None or known.confidence < guess.confidence:
                by_entry[guess.entry] = guess
        return tuple(sorted(by_entry.values(), key=lambda match: (-match.confidence, match.entry))[:_MOST])

    def _by_meaning(self, said: str) -> list[Match]:
        if self._encode is None:
            return []
        try:
            (vector,) = (_unit(one) for one in self._encode([said]))
        except Exception:
            log.exception("embeddings failed: words alone decide from now on")
            self._vectors = ()
            return []
        best: dict[str, float] = {}
        for entry, other in self._vectors:
            best[entry] = max(best.get(entry, 0.0), sum(map(mul, vector, other)))
        return [
            Match(entry, round(min(likeness, 1.0) * MOST_SURE, 3), "meaning")
            for entry, likeness in best.items()
            if likeness >= _LEAST_LIKENESS
        ]

    def _prepare(self, entries: Sequence[Entry], name: str) -> None:
        """Loads the function and encodes every phrase of every language, since a meaning has none."""
        spoken = [
            (entry.name, phrase)
            for entry in entries
            for phrases in entry.phrases.by_language.values()
            for phrase in phrases
        ]
        try:
            encode = load(name)
            vectors = [_unit(one) for one in encode([phrase for _, phrase in spoken])]
        except NoEmbeddings as reason:
            log.error("no embeddings: %s; words alone decide", reason)  # noqa: TRY400 - a setting, not a fault
            return
        except Exception:
            log.exception("embeddings can't be made: words alone decide")
            return
        if len(vectors) != len(spoken):
            log.error("embeddings: %s gave %d vectors for %d sentences", name, len(vectors), len(spoken))
            return
        self._encode = encode
        self._vectors = tuple((entry, vector) for (entry, _), vector in zip(spoken, vectors, strict=True))


def _unit(vector: Iterable[float]) -> tuple[float, ...]:
    values = tuple(float(value) for value in vector)
    length = sqrt(sum(value * value for value in values)) or 1.0
    return tuple(value / length for value in values)
