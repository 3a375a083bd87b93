"""The index of recordings kept here: the port `RecordingIndex` in SQL. The audio itself is files (`recordings/`)."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from ivr.services.keeping import Recording, RecordingKind
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import calls, messages, recordings


class SqlRecordings:
    """Which recordings are kept, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, recording: Recording) -> bool:
        """Note a recording, once per `recording_sid`; False where there is one already."""
        values = {
            "id": recording.id,
            "recording_sid": recording.recording_sid,
            "call_sid": recording.call_sid,
            "kind": recording.kind,
            "sha256": recording.sha256,
            "bytes": recording.bytes,
            "seconds": recording.seconds,
            "stored_at": recording.stored_at,
        }
        with self._database.writing() as connection:
            return insert_once(connection, recordings, values) > 0

    def get(self, recording_id: str) -> Recording | None:
        """One recording, deleted or not."""
        return self._one(recordings.c.id == recording_id)

    def of(self, recording_sid: str) -> Recording | None:
        """The recording the carrier knows by this SID."""
        return self._one(recordings.c.recording_sid == recording_sid)

    def strays(self, stored_before: datetime, limit: int = 50) -> list[Recording]:
        """Voicemail recordings of calls in the history that became no message: the caller recorded again."""
        message = sa.select(messages.c.call_sid).where(messages.c.recording_sid == recordings.c.recording_sid)
        over = sa.select(calls.c.call_sid).where(calls.c.call_sid == recordings.c.call_sid)
        stray = sa.select(recordings).where(
            recordings.c.kind == "voicemail",
            recordings.c.deleted_at.is_(None),
            recordings.c.stored_at < stored_before,
            over.exists(),
            sa.not_(message.exists()),
        )
        with self._database.reading() as connection:
            return [_recording(row) for row in connection.execute(stray.order_by(recordings.c.stored_at).limit(limit))]

    def deleted_at_carrier(self, recording_id: str, at: datetime) -> None:
        """Note that the carrier's copy is gone."""
        self._change(recording_id, deleted_at_carrier=at)

    def deleted(self, recording_id: str, at: datetime) -> None:
        """Note that our copy is gone."""
        self._change(recording_id, deleted_at=at)

    def _one(self, which: sa.ColumnElement[bool]) -> Recording | None:
        with self._database.reading() as connection:
            row = connection.execute(sa.select(recordings).where(which)).first()
        return _recording(row) if row else None

    def _change(self, recording_id: str, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(sa.update(recordings).where(recordings.c.id == recording_id).values(values))


def _recording(row: sa.Row[Any]) -> Recording:
    return Recording(
        id=row.id,
        recording_sid=row.recording_sid,
        call_sid=row.call_sid,
        sha256=row.sha256,
        bytes=row.bytes,
        seconds=row.seconds,
        stored_at=row.stored_at,
        deleted_at_carrier=row.deleted_at_carrier,
        deleted_at=row.deleted_at,
        kind=cast("RecordingKind", row.kind),
    )
