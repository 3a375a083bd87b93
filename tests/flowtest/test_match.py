"""The lenient rule: what makes no difference, and what does."""

import pytest

from ivr.flowtest.match import first_missing, heard_in


@pytest.mark.parametrize(
    ("expected", "heard"),
    [
        ("demain a 8 heures", ["Nos bureaux ouvrent demain à 8 heures."]),
        ("L'ÉTAT CIVIL", ["Pour l’état civil, tapez 1."]),
        ("oeuvres", ["Les Œuvres sociales"]),
        ("strasse", ["Hauptstraße 1"]),
        ("un  deux\n trois", ["un deux", "trois quatre"]),
        ('dit "oui"', ["Elle dit «oui»."]),
        ("e\u0301te\u0301", ["été"]),
    ],
)
def test_what_ears_would_not_notice_makes_no_difference(expected: str, heard: list[str]) -> None:
    assert heard_in(expected, heard)


@pytest.mark.parametrize(
    ("expected", "heard"),
    [("tapez 2", ["tapez 1"]), ("bonjour", []), ("un, deux", ["un deux"]), ("midi", ["mi di"]), ("8 heures", ["18 h"])],
)
def test_words_do(expected: str, heard: list[str]) -> None:
    assert not heard_in(expected, heard)


def test_several_are_heard_in_their_order() -> None:
    heard = ["Un et deux.", "Puis trois, et encore un."]
    assert first_missing(["un", "deux", "trois", "un"], heard) is None
    assert first_missing(["trois", "deux"], heard) == "deux"
    assert first_missing(["encore un", "encore un"], heard) == "encore un"
