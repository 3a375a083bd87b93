"""Callbacks: the port `CallbackRecords` in SQL."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.core.callback_record import CallbackWay
from ivr.services.promises import CallbackRecord
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import callbacks

MOST_PROMISED = 20_000
"""So many callbacks are looked at for figures at most."""

_KEPT_BY_PEOPLE = frozenset({"id", "done_at", "done_by"})


class SqlCallbacks:
    """Callbacks, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, record: CallbackRecord) -> None:
        """Write it, unless what is there is newer."""
        values = asdict(record)
        with self._database.writing() as connection:
            if insert_once(connection, callbacks, values):
                return
            older = sa.and_(callbacks.c.id == record.id, callbacks.c.revision < record.revision)
            changed = {name: value for name, value in values.items() if name not in _KEPT_BY_PEOPLE}
            connection.execute(sa.update(callbacks).where(older).values(changed))

    def get(self, callback: str) -> CallbackRecord | None:
        """One callback."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(callbacks).where(callbacks.c.id == callback)).first()
        return _record(row) if row else None

    def open(self, limit: int = 200) -> list[CallbackRecord]:
        """Those that wait, and those that failed and nobody has settled, most overdue first."""
        unsettled = sa.and_(callbacks.c.status.in_(("waiting", "talking", "failed")), callbacks.c.done_at.is_(None))
        return self._listed(sa.select(callbacks).where(unsettled).order_by(callbacks.c.due_at).limit(limit))

    def newest(self, limit: int = 100) -> list[CallbackRecord]:
        """All, newest first."""
        return self._listed(sa.select(callbacks).order_by(callbacks.c.booked_at.desc(), callbacks.c.id).limit(limit))

    def promised(self, since: datetime, until: datetime) -> dict[str, list[CallbackWay]]:
        """By line, the callbacks whose promise ended within this time; those called off in good time don't count."""
        ended = sa.and_(callbacks.c.promised_until >= since, callbacks.c.promised_until < until)
        late = callbacks.c.ended_at > callbacks.c.promised_until
        counts = sa.or_(callbacks.c.status != "cancelled", callbacks.c.tried_at.is_not(None), late)
        wanted = sa.select(callbacks).where(ended, counts).order_by(callbacks.c.promised_until).limit(MOST_PROMISED)
        found: dict[str, list[CallbackWay]] = {}
        for record in self._listed(wanted):
            found.setdefault(record.queue, []).append(_way(record))
        return found

    def done(self, callback: str, by: str, at: datetime) -> bool:
        """Somebody has settled it."""
        unsettled = sa.and_(callbacks.c.id == callback, callbacks.c.done_at.is_(None))
        with self._database.writing() as connection:
            settled = sa.update(callbacks).where(unsettled).values(done_at=at, done_by=by)
            return connection.execute(settled).rowcount > 0

    def _listed(self, wanted: sa.Select[Any]) -> list[CallbackRecord]:
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(wanted)]


def _way(record: CallbackRecord) -> CallbackWay:
    asked_at = record.chosen_at or record.booked_at
    return CallbackWay(
        asked_at=asked_at,
        promised_from=record.promised_from or asked_at,
        promised_until=record.promised_until or asked_at,
        tried_at=record.tried_at,
        reached_at=record.reached_at,
        tries=record.attempts + (record.reached_at is not None),
        ended_at=record.ended_at,
    )


def _record(row: sa.Row[Any]) -> CallbackRecord:
    return CallbackRecord(**dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
