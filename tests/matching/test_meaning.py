"""Embeddings: asked only where words are not sure, never sure themselves, and nothing fails without them."""

import logging
from collections.abc import Sequence

import pytest

from ivr.core.match import Entry, Phrases
from ivr.flowfile.matching.matcher import WordMatcher
from ivr.flowfile.matching.meaning import MOST_SURE, MeaningMatcher, NoEmbeddings, load

ENTRIES = (
    Entry("aid", Phrases({"fr": ("aide sociale", "payer mes factures")})),
    Entry("pool", Phrases({"fr": ("horaires de la piscine",), "en": ("swimming pool",)})),
)
HERE = "tests.matching.test_meaning"
calls: list[list[str]] = []


def topics(sentences: Sequence[str]) -> list[list[float]]:
    """A tiny model: money, water."""
    calls.append(list(sentences))
    money, water = ("fauché", "aide", "factures", "argent"), ("piscine", "nager", "pool", "bassin")
    return [
        [float(any(word in sentence for word in money)), float(any(word in sentence for word in water)), 0.1]
        for sentence in sentences
    ]


def broken(sentences: Sequence[str]) -> list[list[float]]:
    """Gives up on anything but the phrases."""
    if len(sentences) == 1:
        raise RuntimeError("out of memory")
    return topics(sentences)


def too_few(sentences: Sequence[str]) -> list[list[float]]:
    """One vector for everything."""
    return [[1.0]]


def matcher(function: str) -> MeaningMatcher:
    return MeaningMatcher(WordMatcher(ENTRIES, "fr"), ENTRIES, f"{HERE}:{function}")


def test_what_no_word_tells_is_asked_about_but_never_answered_at_once() -> None:
    meaning = matcher("topics")
    assert meaning.ready(5)
    best = meaning.ranked("je suis complètement fauché", "fr")[0]
    assert (best.entry, best.why) == ("aid", "meaning")
    assert 0.25 < best.confidence <= MOST_SURE


def test_where_words_are_sure_the_meaning_is_not_asked() -> None:
    meaning = matcher("topics")
    assert meaning.ready(5)
    calls.clear()
    assert meaning.ranked("les horaires de la piscine", "fr")[0].confidence > 0.7
    assert calls == []
    assert meaning.ranked("  ", "fr") == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_package.at_all:encode", "install the package"),
        (f"{HERE}:no_such_function", "has no no_such_function"),
        (f"{HERE}:HERE", "is not a function"),
        ("nonsense", "package.module:function"),
    ],
)
def test_what_can_not_be_loaded_is_told_and_words_decide(
    name: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NoEmbeddings, match=said):
        load(name)
    with caplog.at_level(logging.ERROR):
        meaning = MeaningMatcher(WordMatcher(ENTRIES, "fr"), ENTRIES, name)
        assert not meaning.ready(5)
    assert said in caplog.text
    assert meaning.ranked("piscine", "fr")[0].entry == "pool"
    assert meaning.ranked("je suis fauché", "fr") == ()


def test_a_function_that_fails_later_is_asked_once_and_never_again(caplog: pytest.LogCaptureFixture) -> None:
    meaning = matcher("broken")
    assert meaning.ready(5)
    assert meaning.ranked("je suis fauché", "fr") == ()
    assert "words alone decide" in caplog.text
    caplog.clear()
    assert meaning.ranked("je suis fauché", "fr") == ()
    assert caplog.text == ""


def test_a_function_that_gives_too_few_vectors_is_not_used(caplog: pytest.LogCaptureFixture) -> None:
    assert not matcher("too_few").ready(5)
    assert "1 vectors for 4 sentences" in caplog.text
