"""Callbacks: the port `CallbackRecords` in SQL."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.services.promises import CallbackRecord
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import callbacks

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

    def done(self, callback: str, by: str, at: datetime) -> bool:
        """Somebody has settled it."""
        unsettled = sa.and_(callbacks.c.id == callback, callbacks.c.done_at.is_(None))
        with self._database.writing() as connection:
            settled = sa.update(callbacks).where(unsettled).values(done_at=at, done_by=by)
            return connection.execute(settled).rowcount > 0

    def _listed(self, wanted: sa.Select[Any]) -> list[CallbackRecord]:
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(wanted)]


def _record(row: sa.Row[Any]) -> CallbackRecord:
    return CallbackRecord(**dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
