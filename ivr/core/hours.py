"""Opening hours: a week's times in a zone, and days that are closed for a reason. Pure; `now` is an argument.

Times are wall-clock times of the zone, so 08:30 stays 08:30 over a change to summer time. A span that ends before it
begins runs past midnight: `18:00-02:00` on friday is open until saturday 02:00.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LOOK_AHEAD_DAYS = 400
"""How far ahead the next opening is looked for: over a year, so that a place open one day a year is found."""

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute of the day until another, both 0 to 1440; `until` at or before `start` lies in the next day."""

    start: int
    until: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`week` maps a weekday (0 is monday) to its spans; `closures` maps a date to why it is closed that whole day."""

    zone: str
    week: Mapping[int, tuple[Span, ...]]
    closures: Mapping[date, str] = field(default_factory=dict)

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

    def closure(self, now: datetime) -> str:
        """Why today is closed, in the operator's words; empty on any other day."""
        return self.closures.get(now.astimezone(ZoneInfo(self.zone)).date(), "")

    def _spans(self, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Every open span from a date on, in order, as moments in UTC."""
        zone = ZoneInfo(self.zone)
        for offset in range(days):
            day = first + timedelta(days=offset)
            if day in self.closures:
                continue
            for span in sorted(self.week.get(day.weekday(), ()), key=lambda span: span.start):
                last = day if span.until > span.start else day + timedelta(days=1)
                yield _moment(day, span.start, zone), _moment(last, span.until, zone)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """A wall-clock minute of a day as a moment in UTC; 1440 is the next midnight."""
    day += timedelta(days=minutes // MINUTES_A_DAY)
    minutes %= MINUTES_A_DAY
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone).astimezone(UTC)
