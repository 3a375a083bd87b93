"""Voicemails: the port `Messages` in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.services.keeping import Message
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import mailbox_owners, messages, recordings


class SqlMessages:
    """Voicemails, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, message: Message) -> bool:
        """Keep a message, once; False where it was kept before."""
        values = {
            "recording_sid": message.recording_sid,
            "call_sid": message.call_sid,
            "mailbox": message.mailbox,
            "from_number": message.from_number or None,
            "from_raw": message.from_raw,
            "reason": message.reason,
            "seconds": message.seconds,
            "left_at": message.left_at,
            "heard_at": message.heard_at,
            "heard_by": message.heard_by,
            "urgent": message.urgent,
            "due_at": message.due_at,
            "done_at": message.done_at,
            "done_by": message.done_by,
        }
        with self._database.writing() as connection:
            return insert_once(connection, messages, values) > 0

    def get(self, recording_sid: str) -> Message | None:
        """One message."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(messages).where(messages.c.recording_sid == recording_sid)).first()
        return _message(row) if row else None

    def newest(self, mailbox: str = "", *, unheard: bool = False, limit: int = 100) -> list[Message]:
        """Messages, newest first; of every mailbox where `mailbox` is empty."""
        asked = [messages.c.mailbox == mailbox] if mailbox else []
        if unheard:
            asked.append(messages.c.heard_at.is_(None))
        wanted = sa.select(messages).where(*asked).order_by(messages.c.left_at.desc(), messages.c.recording_sid)
        with self._database.reading() as connection:
            return [_message(row) for row in connection.execute(wanted.limit(limit))]

    def without_audio(self, left_before: datetime, limit: int = 50) -> list[Message]:
        """Messages whose audio was never fetched, oldest first: the sweep finds here what a lost job left."""
        kept = sa.select(recordings.c.recording_sid).where(recordings.c.recording_sid == messages.c.recording_sid)
        wanted = sa.select(messages).where(messages.c.left_at < left_before, sa.not_(kept.exists()))
        with self._database.reading() as connection:
            return [_message(row) for row in connection.execute(wanted.order_by(messages.c.left_at).limit(limit))]

    def heard(self, recording_sid: str, by: str, at: datetime) -> bool:
        """Mark a message heard, the first time only; False where it was, or doesn't exist."""
        unheard = sa.and_(messages.c.recording_sid == recording_sid, messages.c.heard_at.is_(None))
        with self._database.writing() as connection:
            change = sa.update(messages).where(unheard).values(heard_at=at, heard_by=by)
            return connection.execute(change).rowcount > 0

    def open(self, mailbox: str = "", limit: int = 200) -> list[Message]:
        """Those nobody has dealt with, most overdue first."""
        asked = [messages.c.done_at.is_(None), *([messages.c.mailbox == mailbox] if mailbox else [])]
        due = sa.func.coalesce(messages.c.due_at, messages.c.left_at)
        wanted = sa.select(messages).where(*asked).order_by(due, messages.c.recording_sid).limit(limit)
        with self._database.reading() as connection:
            return [_message(row) for row in connection.execute(wanted)]

    def done(self, recording_sid: str, by: str, at: datetime) -> bool:
        """Somebody has dealt with it."""
        undone = sa.and_(messages.c.recording_sid == recording_sid, messages.c.done_at.is_(None))
        with self._database.writing() as connection:
            change = sa.update(messages).where(undone).values(done_at=at, done_by=by)
            return connection.execute(change).rowcount > 0

    def owners(self, mailbox: str) -> list[str]:
        """Ids of the agents who are told of messages there."""
        mine = sa.select(mailbox_owners.c.agent_id).where(mailbox_owners.c.mailbox == mailbox)
        with self._database.reading() as connection:
            return [row.agent_id for row in connection.execute(mine.order_by(mailbox_owners.c.agent_id))]

    def own(self, mailbox: str, agent_ids: Sequence[str]) -> None:
        """From now on these are told, and nobody else."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(mailbox_owners).where(mailbox_owners.c.mailbox == mailbox))
            rows = [{"mailbox": mailbox, "agent_id": agent_id} for agent_id in agent_ids]
            insert_once(connection, mailbox_owners, rows)


def _message(row: sa.Row[Any]) -> Message:
    return Message(
        recording_sid=row.recording_sid,
        call_sid=row.call_sid,
        mailbox=row.mailbox,
        from_number=row.from_number or "",
        from_raw=row.from_raw,
        reason=row.reason,
        seconds=row.seconds,
        left_at=row.left_at,
        heard_at=row.heard_at,
        heard_by=row.heard_by,
        urgent=row.urgent,
        due_at=row.due_at,
        done_at=row.done_at,
        done_by=row.done_by,
    )
