"""Date filters: a day where a date is given, a second where a time is; `<` and `>` include what they name."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from exchange.errors import ExchangeError
from exchange.rest.form import span

NOON = datetime(2026, 3, 1, 12, 0, 0, 250_000, UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("query", "held", "left"),
    [
        ({}, [NOON, None], []),
        ({"T": "2026-03-01"}, [NOON], [NOON - DAY, NOON + DAY, None]),
        ({"T>": "2026-03-01"}, [NOON, NOON + DAY], [NOON - DAY, None]),
        ({"T<": "2026-03-01"}, [NOON, NOON - DAY], [NOON + DAY, None]),
        ({"T>": "2026-03-01", "T<": "2026-03-02"}, [NOON, NOON + DAY], [NOON - DAY, NOON + 2 * DAY]),
        ({"T": "2026-03-01T12:00:00Z"}, [NOON], [NOON - SECOND, NOON + SECOND]),
        ({"T>": "2026-03-01T12:00:00Z"}, [NOON, NOON + SECOND], [NOON - SECOND]),
        ({"T<": "2026-03-01T13:00:00+01:00"}, [NOON, NOON - SECOND], [NOON + SECOND]),
        ({"T>": "2026-03-01T12:00:01"}, [NOON + SECOND], [NOON]),
    ],
)
def test_spans(query: dict[str, str], held: list[datetime | None], left: list[datetime | None]) -> None:
    found = span(query, "T")

    assert all(found.holds(moment) for moment in held)
    assert not any(found.holds(moment) for moment in left)


def test_moments_elsewhere_are_compared_as_moments() -> None:
    paris = timezone(timedelta(hours=1))

    assert span({"T": "2026-03-01"}, "T").holds(datetime(2026, 3, 2, 0, 30, tzinfo=paris))


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", "2026-03-01T25:00:00Z", "20260301x0"])
def test_nonsense_is_refused(value: str) -> None:
    with pytest.raises(ExchangeError) as refused:
        span({"T>": value}, "T")

    assert refused.value.code == 20001
