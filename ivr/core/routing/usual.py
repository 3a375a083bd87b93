"""The same half-hour of past weeks, by the clock on the wall: what callers and agents live by. Pure.

Over a change of the clocks 10:00 stays 10:00. A half-hour the clocks skipped that day wasn't there; one they went
through twice counts with both.
"""

from datetime import UTC, datetime, timedelta, tzinfo

HALF_HOUR = timedelta(minutes=30)


def same_half_hours(at: datetime, zone: tzinfo, weeks: int) -> list[tuple[datetime, datetime]]:
    """The half-hour of the wall clock in `zone` that `at` (aware) lies in, on the same weekday of so many weeks before,
    newest first: each from and until, in UTC."""
    wall = at.astimezone(zone)
    wall = wall.replace(minute=wall.minute // 30 * 30, second=0, microsecond=0, tzinfo=None)
    found: list[tuple[datetime, datetime]] = []
    for back in range(1, weeks + 1):
        then = wall - timedelta(weeks=back)
        begins = {then.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
        there = (begin for begin in begins if begin.astimezone(zone).replace(tzinfo=None, fold=0) == then)
        found += [(begin, begin + HALF_HOUR) for begin in sorted(there, reverse=True)]
    return found
