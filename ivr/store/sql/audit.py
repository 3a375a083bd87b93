"""Who did what: one line an act, added and read, never changed."""

import sqlalchemy as sa

from ivr.services.ports import Act
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import audit

__all__ = ["Act", "SqlAudit"]


class SqlAudit:
    """The audit, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, act: Act) -> None:
        """Add an act."""
        values = {"at": act.at, "actor": act.actor, "action": act.action, "subject": act.subject, "detail": act.detail}
        with self._database.writing() as connection:
            connection.execute(sa.insert(audit).values(values))

    def newest(self, limit: int = 100, subject: str = "") -> list[Act]:
        """Acts, newest first; on one subject where one is given."""
        wanted = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if subject:
            wanted = wanted.where(audit.c.subject == subject)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [Act(row.at, row.actor, row.action, row.subject, row.detail) for row in rows]
