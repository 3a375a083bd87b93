"""Times as people write them, and as the simulated clock has them: ms since 1970, by a wall clock without zone."""

import re
from datetime import UTC, date, datetime, timedelta

SOME_DAY = date(2026, 1, 5)
"""The day of what is written without one: a Monday."""

DAY_SECONDS = 86_400
_SIXTY = 60
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")


def midnight_ms(day: date) -> int:
    """When a day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def day_of(at_ms: int) -> date:
    """The day a moment lies in."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)).date()


def written(at_ms: int) -> str:
    """A moment for people: 2026-01-05 08:30:00."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)).strftime("%Y-%m-%d %H:%M:%S")


def seconds_of_day(clock: str) -> int:
    """08:30 or 08:30:15, to 24:00. Raises ValueError."""
    found = _CLOCK.fullmatch(clock.strip())
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (99, 0, 0)
    whole = hours * 3600 + minutes * 60 + seconds
    if minutes >= _SIXTY or seconds >= _SIXTY or whole > DAY_SECONDS:
        raise ValueError(f"'{clock.strip()[:20]}' is no time of day such as 08:30")
    return whole


def moment_ms(text: str) -> int:
    """A date with time, a time of SOME_DAY, or seconds since its midnight. Raises ValueError."""
    text = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return midnight_ms(SOME_DAY) + round(float(text) * 1000)
    if _CLOCK.fullmatch(text):
        return midnight_ms(SOME_DAY) + seconds_of_day(text) * 1000
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
