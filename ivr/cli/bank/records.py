"""Reads call records: CSV, gzipped or not."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO

COLUMNS = (
    "arrived_at",
    "ivr_seconds",
    "type",
    "priority",
    "customer",
    "queued",
    "wait_seconds",
    "outcome",
    "service_seconds",
    "agent",
)
OUTCOMES = frozenset({"answered", "abandoned"})


class BadRecords(ValueError):  # noqa: N818 - reads as what it is
    """The file isn't such records; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One call. `arrived_at` is a wall clock without zone; seconds throughout; `agent` empty where unknown."""

    arrived_at: datetime
    ivr_seconds: float
    type: str
    priority: int
    customer: str
    queued: bool
    wait_seconds: float
    answered: bool
    service_seconds: float
    agent: str

    @property
    def at(self) -> float:
        """Seconds since midnight at which it entered the line."""
        moment = self.arrived_at
        return moment.hour * 3600 + moment.minute * 60 + moment.second + self.ivr_seconds


def days_of(path: Path, month: str) -> dict[date, list[Record]]:
    """The calls of a month (`1999-03`) by day, in order of arrival. Raises BadRecords, OSError."""
    days: dict[date, list[Record]] = {}
    for record in _read(path, month):
        days.setdefault(record.arrived_at.date(), []).append(record)
    return {day: sorted(records, key=lambda record: record.at) for day, records in sorted(days.items())}


def day_of(path: Path, day: date, begin: time = time.min, end: time = time.max) -> list[Record]:
    """The calls of `day` that arrived from `begin` to before `end`, in order of arrival. Raises BadRecords, OSError."""
    window = [record for record in _read(path, day.isoformat()) if begin <= record.arrived_at.time() < end]
    return sorted(window, key=lambda record: record.at)


def _read(path: Path, period: str) -> list[Record]:
    try:
        with _open(path) as file:
            return list(_records(path, file, period))
    except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadRecords(f"{path}: {error}") from error


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _records(path: Path, file: IO[str], period: str) -> Iterator[Record]:
    reader = csv.DictReader(file)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BadRecords(f"{path}: no column {', '.join(missing)}")
    for number, row in enumerate(reader, 2):
        if row["arrived_at"].startswith(period):
            yield _record(row, f"{path}, row {number}")


def _record(row: dict[str, str], where: str) -> Record:
    try:
        record = Record(
            arrived_at=datetime.fromisoformat(row["arrived_at"]),  # the records tell a wall clock and no zone
            ivr_seconds=float(row["ivr_seconds"]),
            type=row["type"],
            priority=int(row["priority"]),
            customer=row["customer"],
            queued=row["queued"] == "1",
            wait_seconds=float(row["wait_seconds"]),
            answered=row["outcome"] == "answered",
            service_seconds=float(row["service_seconds"]),
            agent=row["agent"],
        )
    except (ValueError, TypeError) as error:
        raise BadRecords(f"{where}: {error}") from error
    if row["outcome"] not in OUTCOMES:
        raise BadRecords(f"{where}: outcome {row['outcome']!r} is neither answered nor abandoned")
    return record
