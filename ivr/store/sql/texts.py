"""Texts: the port `TextRecords` in SQL."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.services.texting import TextRecord, TextStatus
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import texts

_FINAL = ("delivered", "undelivered", "failed", "refused")


class SqlTexts:
    """Texts, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def want(self, record: TextRecord) -> bool:
        """Keep one that is to be sent, once."""
        with self._database.writing() as connection:
            return insert_once(connection, texts, asdict(record)) > 0

    def get(self, text_id: str) -> TextRecord | None:
        """One text."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(texts).where(texts.c.id == text_id)).first()
        return _record(row) if row else None

    def claim(self, text_id: str, at: datetime) -> bool:
        """From wanted to sending."""
        wanted = sa.and_(texts.c.id == text_id, texts.c.status == "wanted")
        with self._database.writing() as connection:
            claimed = sa.update(texts).where(wanted).values(status="sending", changed_at=at)
            return connection.execute(claimed).rowcount > 0

    def became(
        self, text_id: str, status: TextStatus, at: datetime, *, detail: str = "", message_sid: str = ""
    ) -> bool:
        """What became of it. `sent` says less than what may have come before it."""
        kept = (*_FINAL, "sent") if status in ("sent", "wanted", "unknown") and not message_sid else _FINAL
        values: dict[str, Any] = {"status": status, "detail": detail, "changed_at": at}
        with self._database.writing() as connection:
            if message_sid:
                known = sa.update(texts).where(texts.c.id == text_id).values(message_sid=message_sid)
                connection.execute(known)
            open_ones = sa.and_(texts.c.id == text_id, texts.c.status.not_in(kept))
            return connection.execute(sa.update(texts).where(open_ones).values(values)).rowcount > 0

    def waiting(self, before: datetime, limit: int = 50) -> list[str]:
        """Texts wanted before a moment and not sent."""
        late = sa.and_(texts.c.status == "wanted", texts.c.wanted_at < before)
        with self._database.reading() as connection:
            found = connection.execute(sa.select(texts.c.id).where(late).order_by(texts.c.wanted_at).limit(limit))
            return [row.id for row in found]

    def newest(self, limit: int = 100) -> list[TextRecord]:
        """All, newest first."""
        wanted = sa.select(texts).order_by(texts.c.wanted_at.desc(), texts.c.id).limit(limit)
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(wanted)]


def _record(row: sa.Row[Any]) -> TextRecord:
    return TextRecord(**dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
