"""The forecast's calibrations, and the waits they are fitted on."""

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ivr.core.routing.calibration import Calibration
from ivr.core.routing.calibration_fit import Sample
from ivr.core.routing.calibration_trial import Trial
from ivr.core.routing.estimate import Parts
from ivr.services.calibrating import Kept
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import calibrations, measured_waits


class SqlMeasuredWaits:
    """The port `MeasuredWaits`, in SQL. Raises ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, most: int) -> list[Sample]:
        """The newest so many, in the order of time."""
        key = (measured_waits.c.event_ms.desc(), measured_waits.c.event_number.desc())
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(measured_waits).order_by(*key).limit(most)).all()
        found = ((row, Parts.read(row.made_of)) for row in reversed(rows))
        return [
            Sample(parts, row.waited_ms / 1000, (row.at_ms - row.waited_ms) / 1000, row.queue, row.ahead)
            for row, parts in found
            if parts is not None
        ]


class SqlCalibrations:
    """The port `Calibrations`, in SQL. Raises ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Kept]:
        """Every one, newest first."""
        wanted = sa.select(calibrations).order_by(calibrations.c.made_at.desc(), calibrations.c.id)
        with self._database.reading() as connection:
            return [_kept(row) for row in connection.execute(wanted)]

    def add(self, kept: Kept) -> None:
        """Publish one."""
        trial: dict[str, Any] = msgspec.to_builtins(kept.trial)
        values = {
            "id": kept.id,
            "made_at": kept.made_at,
            "made_by": kept.made_by,
            "calibration": trial.pop("calibration"),
            "trial": trial,
            "withdrawn_by": "",
        }
        with self._database.writing() as connection:
            connection.execute(sa.insert(calibrations).values(values))

    def withdraw(self, calibration: str, by: str, at: datetime) -> bool:
        """Take one back; False where it was, or doesn't exist."""
        there = sa.and_(calibrations.c.id == calibration, calibrations.c.withdrawn_at.is_(None))
        values = {"withdrawn_at": at, "withdrawn_by": by}
        with self._database.writing() as connection:
            return connection.execute(sa.update(calibrations).where(there).values(values)).rowcount == 1

    def present(self) -> Calibration | None:
        """The newest not withdrawn."""
        wanted = sa.select(calibrations.c.calibration).where(calibrations.c.withdrawn_at.is_(None))
        newest = wanted.order_by(calibrations.c.made_at.desc(), calibrations.c.id).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(newest).first()
        return msgspec.convert(row.calibration, Calibration) if row else None


def _kept(row: sa.Row[Any]) -> Kept:
    trial = msgspec.convert({**row.trial, "calibration": row.calibration}, Trial)
    return Kept(row.id, row.made_at, row.made_by, trial, row.withdrawn_at, row.withdrawn_by)
