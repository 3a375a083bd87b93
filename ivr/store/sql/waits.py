"""Waits of past weeks, for forecasts."""

from datetime import UTC, datetime, timedelta, tzinfo

import sqlalchemy as sa

from ivr.core.routing.estimate import Past
from ivr.core.routing.usual import same_half_hours
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import calls

WEEKS = 4
LONGEST_BEFORE_JOINING = timedelta(hours=6)
"""How long before it joined its line a call may have begun: calls are found by when they began."""


class SqlWaits:
    """The port `PastWaits`, in SQL. Raises ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def before(self, queue: str, at: datetime, zone: tzinfo = UTC) -> Past:
        """Waits of a line's answered calls in the four weeks before `at`; half-hours are those of the wall clock in
        `zone`."""
        slots = same_half_hours(at, zone, WEEKS)
        since = min(at - timedelta(weeks=WEEKS), *(begin for begin, _ in slots))
        joined = calls.c.joined_at
        then = sa.or_(sa.false(), *(sa.and_(joined >= begin, joined < end) for begin, end in slots))
        waited = calls.c.wait_seconds
        wanted = sa.select(
            sa.func.count(),
            sa.func.avg(waited),
            sa.func.count().filter(then),
            sa.func.avg(waited).filter(then),
        ).where(
            calls.c.queue == queue,
            calls.c.started_at >= since - LONGEST_BEFORE_JOINING,
            calls.c.started_at < at,
            calls.c.joined_at >= since,
            calls.c.outcome == "answered",
            waited > 0,
        )
        with self._database.reading() as connection:
            usual_waits, usual_s, waits, half_hour_s = connection.execute(wanted).one()
        return Past(float(half_hour_s or 0), int(waits), float(usual_s or 0), int(usual_waits))
