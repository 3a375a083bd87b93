"""Arrivals one by one, as CSV: `at, queue, patience_seconds, service_seconds` and, if wanted, `skills, priority`.

`at` is a date with time, a time of day or seconds since midnight; `skills` as in `fr:3 tax:2`, `priority` the seconds
of waiting it is worth, or `urgent`.
"""

import csv
import gzip
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from ivr.core.routing.skills import Level, SkillProblem, requirement
from ivr.simulation.moments import moment_ms
from ivr.simulation.scenario import BadScenario, Caller

REQUIRED = ("at", "queue", "patience_seconds", "service_seconds")
LONGEST_SECONDS = 1_000_000


def read_call_list(path: Path) -> list[Caller]:
    """The callers, by arrival. Raises BadScenario with the row, OSError."""
    try:
        with open_text(path) as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or ()
            missing = [name for name in REQUIRED if name not in names]
            if missing:
                raise BadScenario(f"{path}: no column {', '.join(missing)}")
            callers = [_caller(row, f"{path}, row {number}") for number, row in enumerate(reader, 2)]
    except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadScenario(f"{path}: {error}") from error
    return sorted(callers, key=lambda caller: caller.at_ms)


def columns_of(path: Path) -> list[str]:
    """The first line's. Raises BadScenario, OSError."""
    try:
        with open_text(path) as file:
            return next(csv.reader(file), [])
    except (csv.Error, UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadScenario(f"{path}: {error}") from error


def open_text(path: Path) -> IO[str]:
    """A text file, gzipped or not."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _caller(row: Mapping[str, str | None], where: str) -> Caller:
    try:
        priority = (row.get("priority") or "0").strip()
        return Caller(
            at_ms=moment_ms(row["at"] or ""),
            queue=(row["queue"] or "").strip(),
            patience_ms=_milliseconds(row, "patience_seconds"),
            talk_ms=_milliseconds(row, "service_seconds"),
            skills=_skills(row.get("skills") or ""),
            priority_seconds=0 if priority == "urgent" else int(priority),
            urgent=priority == "urgent",
        )
    except ValueError as error:
        raise BadScenario(f"{where}: {error}") from error


def _milliseconds(row: Mapping[str, str | None], column: str) -> int:
    try:
        seconds = float(row[column] or "")
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"{column} '{(row[column] or '')[:20]}' isn't a number of seconds")
    return max(1, round(seconds * 1000))


def _skills(text: str) -> tuple[tuple[str, Level], ...]:
    found = []
    for term in text.split():
        skill, _, level = term.partition(":")
        if not level.isdecimal():
            raise SkillProblem(f"skills '{text[:40]}' aren't written as in `fr:3 tax:2`")
        found.append((skill, int(level)))
    requirement(found)
    return tuple(found)
