"""Opening hours: wall-clock times over changes of the clock, nights, closures, and when it opens next."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.hours import OpeningHours, Span
from ivr.core.phrases import LANGUAGES, PHRASES, phrase
from ivr.core.spoken import spoken_moment, spoken_time

PARIS = ZoneInfo("Europe/Paris")
OFFICE = OpeningHours(
    "Europe/Paris",
    {0: (Span(8 * 60 + 30, 12 * 60), Span(13 * 60 + 30, 17 * 60)), 4: (Span(18 * 60, 2 * 60),)},
    {date(2026, 3, 30): "Pont"},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T08:29", False),
        ("2026-03-02T08:30", True),
        ("2026-03-02T11:59", True),
        ("2026-03-02T12:00", False),
        ("2026-03-02T13:30", True),
        ("2026-03-03T09:00", False),
        ("2026-03-06T18:00", True),
        ("2026-03-07T01:59", True),
        ("2026-03-07T02:00", False),
        ("2026-03-30T09:00", False),
    ],
)
def test_open_or_not(moment: str, expected: bool) -> None:
    assert OFFICE.is_open(at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T07:00", "2026-03-02T08:30"),
        ("2026-03-02T12:30", "2026-03-02T13:30"),
        ("2026-03-02T18:00", "2026-03-06T18:00"),
        ("2026-03-28T12:00", "2026-04-03T18:00"),  # monday the 30th is closed
    ],
)
def test_opens_next(moment: str, expected: str) -> None:
    assert OFFICE.opens_at(at(moment)) == at(expected)


def test_the_reason_of_a_closure() -> None:
    assert OFFICE.closure(at("2026-03-30T23:59")) == "Pont"
    assert OFFICE.closure(at("2026-03-31T00:00")) is None


def test_wall_clock_times_survive_the_change_to_summer_time() -> None:
    sunday = OpeningHours("Europe/Paris", {6: (Span(8 * 60, 9 * 60),)})
    winter, summer = datetime(2026, 3, 22, 7, 30, tzinfo=UTC), datetime(2026, 3, 29, 6, 30, tzinfo=UTC)
    assert sunday.is_open(winter)
    assert sunday.is_open(summer)
    assert not sunday.is_open(summer - timedelta(hours=1))


def test_all_day_is_all_of_the_day() -> None:
    always = OpeningHours("Europe/Paris", {day: (Span(0, 1440),) for day in range(7)})
    for hours in range(0, 24 * 400, 7):
        assert always.is_open(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def test_what_never_opens_has_no_next_opening() -> None:
    assert OpeningHours("UTC", {}).opens_at(datetime(2026, 1, 1, tzinfo=UTC)) is None


@settings(deadline=None)
@given(st.integers(0, 5_000_000))
def test_at_the_moment_it_opens_it_is_open_and_before_it_is_not(minutes: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opens = OFFICE.opens_at(now)
    assert opens is not None
    assert OFFICE.is_open(opens)
    assert not OFFICE.is_open(opens - timedelta(minutes=1))
    assert opens > now


@pytest.mark.parametrize(
    ("language", "moment", "said"),
    [
        ("fr-FR", "2026-03-02T13:30", "aujourd'hui à 13 heures 30"),
        ("fr-FR", "2026-03-03T12:00", "demain à midi"),
        ("fr-BE", "2026-03-05T09:00", "jeudi à 9 heures"),
        ("fr-FR", "2026-04-02T01:05", "le jeudi 2 avril à 1 heure 5"),
        ("nl-BE", "2026-03-03T08:30", "morgen om 8 uur 30"),
        ("de-DE", "2026-03-05T08:00", "am Donnerstag um 8 Uhr"),
        ("de-DE", "2026-04-02T08:00", "am Donnerstag, den 2. April um 8 Uhr"),
        ("en-GB", "2026-03-05T13:30", "on Thursday at 1:30 p.m."),
        ("it-IT", "2026-03-03T00:00", "tomorrow at 12 a.m."),
    ],
)
def test_a_moment_is_spoken(language: str, moment: str, said: str) -> None:
    assert spoken_moment(at(moment), at("2026-03-02T10:00"), language) == said


def test_every_phrase_exists_in_every_language_with_the_same_values() -> None:
    for key, texts in PHRASES.items():
        assert set(texts) == set(LANGUAGES), key
        values = {
            language: sorted(part.split("}")[0] for part in text.split("{")[1:]) for language, text in texts.items()
        }
        assert len({tuple(names) for names in values.values()}) == 1, key


def test_a_phrase_takes_values_and_falls_back_to_english() -> None:
    assert phrase("position", "fr-CA", position=3) == "Vous êtes en position 3."
    assert phrase("position", "pt-PT", position=3) == "You are number 3 in line."
    with pytest.raises(KeyError):
        phrase("no-such-phrase", "fr-FR")
    assert spoken_time(0, 5, "fr") == "minuit 5"
