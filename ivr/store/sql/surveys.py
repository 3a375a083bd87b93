"""Survey answers in SQL: kept once a call and question, added up by `core/survey.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from ivr.core.survey import Score, score
from ivr.services.surveys import Answer
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import survey_answers


class SqlSurveys:
    """Survey answers, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answers: Sequence[Answer]) -> int:
        """Keep a call's answers, once; how many are new."""
        with self._database.writing() as connection:
            return insert_once(connection, survey_answers, [asdict(answer) for answer in answers])

    def scores(
        self, survey: str = "", *, since: datetime | None = None, until: datetime | None = None
    ) -> Mapping[tuple[str, str], Score]:
        """The score of each question, by (survey, question)."""
        asked = [survey_answers.c.survey == survey] if survey else []
        asked += [survey_answers.c.answered_at >= since] if since else []
        asked += [survey_answers.c.answered_at < until] if until else []
        wanted = sa.select(survey_answers).where(*asked)
        order = (survey_answers.c.survey, survey_answers.c.question, survey_answers.c.kind)
        found: dict[tuple[str, str], Score] = {}
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(*order)).all()
        for (name, question, kind), several in groupby(rows, key=lambda row: (row.survey, row.question, row.kind)):
            found[name, question] = score(kind, [row.value for row in several])
        return found

    def of(self, call_sid: str) -> list[Answer]:
        """What was answered in one call."""
        wanted = sa.select(survey_answers).where(survey_answers.c.call_sid == call_sid)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(survey_answers.c.survey, survey_answers.c.question)).all()
        return [Answer(**dict(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it
