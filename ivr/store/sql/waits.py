"""Waits of past weeks, for forecasts."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from ivr.core.routing.estimate import Past
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import calls

WEEKS = 4
HALF_HOUR = timedelta(minutes=30)
LONGEST_BEFORE_JOINING = timedelta(hours=6)
"""How long before it joined its line a call may have begun: calls are found by when they began."""


class SqlWaits:
    """The port `PastWaits`, in SQL. Raises ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def before(self, queue: str, at: datetime) -> Past:
        """Waits of a line's answered calls in the four weeks before `at`; half-hours are those of UTC."""
        slot = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
        since = at - timedelta(weeks=WEEKS)
        slots = [slot - timedelta(weeks=back) for back in range(1, WEEKS + 1)]
        then = sa.or_(*(sa.and_(calls.c.joined_at >= one, calls.c.joined_at < one + HALF_HOUR) for one in slots))
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
