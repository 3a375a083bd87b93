"""What was asked of the house's knowledge, counted in SQL from the notes of finished calls."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ivr.core.answer_counts import PREFIX, AnswerCounts, add_up
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import call_notes, calls


class SqlAnswers:
    """Counts of answers. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(
        self, knowledge: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> Mapping[str, AnswerCounts]:
        """The counts of each knowledge file, or of one, of calls that began in a span of time."""
        asked = [calls.c.started_at >= since] if since else []
        asked += [calls.c.started_at < until] if until else []
        named = call_notes.c.key == PREFIX + knowledge if knowledge else call_notes.c.key.startswith(PREFIX)
        wanted = (
            sa.select(call_notes.c.key, call_notes.c.value, sa.func.count())
            .join(calls, calls.c.call_sid == call_notes.c.call_sid)
            .where(named, *asked)
            .group_by(call_notes.c.key, call_notes.c.value)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return add_up((str(key), str(value), int(many)) for key, value, many in rows)
