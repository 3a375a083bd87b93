"""Who calls, and what the agent hears of it before taking the call."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.caller import Contact, PastCall, facts, may_be_called_back
from ivr.core.flow.session import CallerFacts
from ivr.core.phone import Address, Hidden, Malformed, Number
from ivr.core.whisper import WhisperFacts, whisper
from ivr.core.whisper_words import WORDS

NOW = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
DURAND = CallerFacts(
    kind="known",
    number="+33612345678",
    name="Madame Durand",
    calls_before=2,
    last_call_at=(NOW - timedelta(days=3, hours=2)).isoformat(),
    last_reason="l'urbanisme",
)


def test_a_known_caller_in_french() -> None:
    heard = whisper(WhisperFacts(DURAND, ("Passeports", "Perdu"), 130), "fr-FR", NOW)
    assert heard == (
        "Madame Durand, passeports, puis perdu. A attendu 2 minutes. "
        "A déjà appelé il y a 3 jours au sujet de l'urbanisme. Appuyez sur 1 pour prendre l'appel."
    )


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "Madame Durand, passports, then lost. Has waited 2 minutes. Last called 3 days ago about planning."),
        (
            "nl-BE",
            "Madame Durand, passports, daarna lost. Heeft 2 minuten gewacht. Belde 3 dagen geleden al over planning.",
        ),
        (
            "de",
            "Madame Durand, Passports, dann Lost. Wartet seit 2 Minuten. Letzter Anruf vor 3 Tagen, Thema: Planning.",
        ),
    ],
)
def test_a_known_caller_in_other_languages(language: str, wanted: str) -> None:
    caller = CallerFacts("known", DURAND.number, DURAND.name, 2, DURAND.last_call_at, "Planning")
    heard = whisper(WhisperFacts(caller, ("Passports", "Lost"), 130), language, NOW)
    assert heard == f"{wanted} {WORDS[language[:2]].press}."


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_language_says_everything(language: str) -> None:
    for kind in ("known", "new", "hidden", "malformed"):
        heard = whisper(WhisperFacts(CallerFacts(kind=kind), (), 0), language, NOW)
        assert heard.endswith(".")
        assert "1" in heard
        assert "{" not in heard
    heard_of = {
        kind: whisper(WhisperFacts(CallerFacts(kind=kind)), language, NOW) for kind in ("known", "new", "hidden")
    }
    assert len(set(heard_of.values())) == 3


def test_a_hidden_number_is_said_as_such_and_nothing_else_of_it() -> None:
    heard = whisper(WhisperFacts(facts(Hidden("+266696687")), ("Passeport",), 65), "fr", NOW)
    assert heard == "Numéro masqué, passeport. A attendu 1 minute. Appuyez sur 1 pour prendre l'appel."


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "il y a moins d'une minute"),
        (timedelta(seconds=59), "il y a moins d'une minute"),
        (timedelta(minutes=1), "il y a 1 minute"),
        (timedelta(minutes=59, seconds=59), "il y a 59 minutes"),
        (timedelta(hours=1), "il y a 1 heure"),
        (timedelta(hours=23), "il y a 23 heures"),
        (timedelta(days=1), "il y a 1 jour"),
        (timedelta(days=29), "il y a 29 jours"),
        (timedelta(days=30), "il y a 1 mois"),
        (timedelta(days=364), "il y a 12 mois"),
        (timedelta(days=365), "il y a 1 an"),
        (timedelta(days=800), "il y a 2 ans"),
    ],
)
def test_when_they_last_called(ago: timedelta, words: str) -> None:
    caller = CallerFacts("known", "+33612345678", last_call_at=(NOW - ago).isoformat())
    assert f"A déjà appelé {words}." in whisper(WhisperFacts(caller), "fr", NOW)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Urbanisme", "d'urbanisme"),
        ("État civil", "d'état civil"),
        ("Passeports", "de passeports"),
        ("Le stationnement", "du stationnement"),
        ("Les écoles", "des écoles"),
        ("La voirie", "de la voirie"),
        ("PACS", "de PACS"),
    ],
)
def test_what_it_was_about_in_french(reason: str, words: str) -> None:
    caller = CallerFacts("known", "+33612345678", last_call_at=NOW.isoformat(), last_reason=reason)
    assert f" au sujet {words}." in whisper(WhisperFacts(caller), "fr", NOW)


def test_a_language_without_a_table_is_spoken_in_english() -> None:
    assert whisper(WhisperFacts(), "pt-PT", NOW).endswith("Press 1 to take the call.")


def test_facts_of_a_number() -> None:
    number = Number("+33612345678")
    last = PastCall(NOW, ("Passeport", "Perdu"))
    assert facts(number) == CallerFacts("new", number.e164)
    assert facts(number, [Contact("Ana", "fr-FR")]) == CallerFacts("known", number.e164, "Ana", language="fr-FR")
    assert facts(number, calls_before=1, last=last) == CallerFacts(
        "known", number.e164, "", 1, "2026-03-05T10:00:00+00:00", "Passeport, Perdu"
    )


def test_nobody_is_named_where_several_share_a_number() -> None:
    number = Number("+33612345678")
    assert facts(number, [Contact("Ana", "fr-FR"), Contact("Bob", "fr-FR")]).name == ""
    assert facts(number, [Contact("Ana", "fr-FR"), Contact("Bob", "fr-FR")]).language == "fr-FR"
    assert facts(number, [Contact("Ana", "fr-FR"), Contact("Bob", "nl-BE")]).language == ""


@pytest.mark.parametrize("caller", [Hidden("anonymous"), Malformed("+15551234567"), Address("client", "client:ana")])
def test_nothing_is_known_of_who_has_no_number(caller: Hidden | Malformed | Address) -> None:
    known = facts(caller, [Contact("Ana", "fr-FR")], 7, PastCall(NOW, ("x",)))
    assert known == CallerFacts(kind="hidden" if isinstance(caller, Hidden) else "malformed")
    assert not may_be_called_back(known.kind)


def test_only_who_has_a_number_can_be_called_back() -> None:
    assert may_be_called_back("known")
    assert may_be_called_back("new")
