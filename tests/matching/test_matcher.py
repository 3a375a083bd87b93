"""The matcher: right often enough, sure only where it may be, quick, and the same each time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import NONE, knowledge, many_entries, measure, milliseconds, utterances
from ivr.core.match import Entry, Phrases, best_of
from ivr.flowfile.matching.matcher import WordMatcher
from ivr.flowfile.matching.sounds import sound_of
from ivr.flowfile.matching.words import words_of

KNOWN = knowledge()
SPOKEN = utterances()


def test_the_labelled_calls_name_entries_there_are() -> None:
    assert len(SPOKEN) >= 250
    assert {one.meant for one in SPOKEN} - {NONE} == set(KNOWN.entries)
    assert {one.language for one in SPOKEN} == {"fr", "nl", "de", "en"}


def test_it_is_right_and_its_confidence_can_be_believed() -> None:
    figures = measure(KNOWN, SPOKEN[1::2])
    assert figures.right >= 0.95
    assert figures.sure_right >= 0.92
    assert figures.sure >= 0.7 * figures.count
    assert figures.error <= 0.06


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_it_is_right_in_each_language(language: str) -> None:
    assert measure(KNOWN, [one for one in SPOKEN if one.language == language]).right >= 0.93


def test_a_question_among_500_entries_takes_less_than_2_ms() -> None:
    matcher = many_entries(KNOWN)
    spoken = [one for one in SPOKEN if one.language == "fr"]
    median, _ = min(milliseconds(matcher, spoken) for _ in range(3))
    assert median < 2


@pytest.mark.parametrize(
    ("said", "language", "entry", "why"),
    [
        ("mon passeport", "fr-BE", "passport", "passeport"),
        ("MON PASSEPORT !!!", "fr", "passport", "passeport"),
        ("passe port", "fr", "passport", "passeport~passeport"),
        ("acte de nez sans", "fr", "birth-certificate", "acte"),
        ("Geburts Urkunde", "de", "birth-certificate", "geburtsurkunde~geburtsurkund"),
        ("Bücherei", "de", "library", "bücherei~stadtbucherei"),
        ("pass port", "en", "passport", "passport~passport"),
    ],
)
def test_it_tells_why(said: str, language: str, entry: str, why: str) -> None:
    best = KNOWN.matcher.ranked(said, language)[0]
    assert (best.entry, best.why) == (entry, why)


def test_what_fits_two_is_less_sure_than_what_fits_one() -> None:
    entries = [
        Entry("lost", Phrases({"": ("carte perdue",)})),
        Entry("new", Phrases({"": ("carte nouvelle",)})),
        Entry("pool", Phrases({"": ("la piscine",)})),
    ]
    matcher = WordMatcher(entries, "fr")
    unsure, clear = matcher.ranked("ma carte", "fr"), matcher.ranked("carte perdue", "fr")
    assert {match.entry for match in unsure} == {"lost", "new"}
    assert unsure[0].confidence < 0.7 < clear[0].confidence
    assert best_of(unsure, 0.7) is None
    assert best_of(clear, 0.7) == clear[0]


def test_nothing_known_is_nothing() -> None:
    for said in ("", "   ", "…", "euh oui allô", "zzzz qqqq", "12345 678"):
        assert KNOWN.matcher.ranked(said, "fr") == ()


def test_a_language_nobody_wrote_phrases_in_is_heard_in_the_flows_own() -> None:
    matcher = WordMatcher([Entry("pool", Phrases({"": ("la piscine",)}))], "fr-FR")
    assert matcher.ranked("la piscine", "it-IT")[0].entry == "pool"
    assert (
        WordMatcher([Entry("pool", Phrases({"es": ("la piscina",)}))], "es").ranked("piscina", "es")[0].entry == "pool"
    )


def test_phrases_are_found_by_locale_language_and_fallback() -> None:
    phrases = Phrases({"fr": ("a",), "nl-BE": ("b",), "": ("c",)})
    assert phrases.spoken_in("fr-CH", "nl") == ("a",)
    assert phrases.spoken_in("nl-BE") == ("b",)
    assert phrases.spoken_in("de", "de") == ("c",)
    assert phrases.languages == {"fr", "nl"}


def test_only_fillers_can_still_be_a_phrase() -> None:
    assert WordMatcher([Entry("other", Phrases({"": ("autre chose",)}))], "fr").ranked("pour autre chose", "fr") == ()
    assert words_of("autre chose", "fr")[0].filler


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "déchetterie", "déchèterie"),
        ("fr", "amende", "amande"),
        ("fr", "cantine", "quantine"),
        ("fr", "pacs", "paks"),
        ("nl", "begrafenis", "begravenis"),
        ("de", "Müllabfuhr", "Müllabfur"),
        ("en", "polling", "poling"),
    ],
)
def test_words_that_sound_alike_have_one_sound(language: str, one: str, other: str) -> None:
    assert sound_of(one, language) == sound_of(other, language)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["fr", "nl-BE", "de", "en", "", "xx", "zh-CN"]))
def test_whatever_is_said_gets_the_same_answer_twice_and_no_fault(said: str, language: str) -> None:
    first = KNOWN.matcher.ranked(said, language)
    assert first == KNOWN.matcher.ranked(said, language)
    assert len(first) <= 5
    assert all(0 <= match.confidence <= 1 for match in first)
    assert [match.confidence for match in first[:2]] == sorted((m.confidence for m in first[:2]), reverse=True)


def test_a_speech_of_two_thousand_characters_is_cut_short() -> None:
    assert len(words_of("passeport " * 200, "fr")) == 40
