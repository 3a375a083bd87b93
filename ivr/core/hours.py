"""Opening hours: a week's times in a zone, days with times of their own, days that are closed. Pure.

Times are wall-clock times of the zone, so 08:30 stays 08:30 over a change to summer time. A span that ends before it
begins runs past midnight: `18:00-02:00` on friday is open until saturday 02:00.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

LOOK_AHEAD_DAYS = 400
"""How far ahead the next opening is looked for: over a year, so that a place open one day a year is found."""

MINUTES_A_DAY = 24 * 60

Reason = TypeVar("Reason")


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute of the day until another, both 0 to 1440; `until` at or before `start` lies in the next day."""

    start: int
    until: int


ALWAYS: Mapping[int, tuple[Span, ...]] = {day: (Span(0, MINUTES_A_DAY),) for day in range(7)}
"""A week that is never closed."""


@dataclass(frozen=True, slots=True)
class OpeningHours(Generic[Reason]):
    """`week` maps a weekday (0 is monday) to its spans; `closures` maps a date to why it is closed that whole day.

    `days` has the spans of single dates, which count instead of the week's and of any closure.
    """

    zone: str
    week: Mapping[int, tuple[Span, ...]]
    closures: Mapping[date, Reason] = field(default_factory=dict)
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at a moment (aware)."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return any(begin <= now < end for begin, end in self._spans(today - timedelta(days=1), 2))

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens next, in its zone; None where it never does within LOOK_AHEAD_DAYS."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        for begin, _ in self._spans(today, LOOK_AHEAD_DAYS):
            if begin > now:
                return begin.astimezone(ZoneInfo(self.zone))
        return None

    def closure(self, now: datetime) -> Reason | None:
        """Why today is closed; None on any other day."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return None if today in self.days else self.closures.get(today)

    def _spans(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Every open span from a date on, in order, as moments in UTC."""
        zone = ZoneInfo(self.zone)
        for offset in range(days):
            day = first + timedelta(days=offset)
            spans = self.days.get(day)
            if spans is None:
                spans = () if day in self.closures else self.week.get(day.weekday(), ())
            for span in sorted(spans, key=lambda span: span.start):
                last = day if span.until > span.start else day + timedelta(days=1)
                yield _moment(day, span.start, zone), _moment(last, span.until, zone)


def all_open_at(calendars: Sequence[OpeningHours[Reason]], now: datetime) -> datetime | None:
    """When all of several are open at once for the next time, after a moment at which they are not; None for never."""
    moment = now
    limit = now + timedelta(days=LOOK_AHEAD_DAYS)
    while moment < limit:
        closed = [calendar for calendar in calendars if not calendar.is_open(moment)]
        if not closed and calendars:
            return moment.astimezone(ZoneInfo(calendars[0].zone))
        openings = [calendar.opens_at(moment) for calendar in closed]
        if not openings or None in openings:
            return None
        moment = max(opens for opens in openings if opens is not None)
    return None


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """A wall-clock minute of a day as a moment in UTC; 1440 is the next midnight."""
    day += timedelta(days=minutes // MINUTES_A_DAY)
    minutes %= MINUTES_A_DAY
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone).astimezone(UTC)
