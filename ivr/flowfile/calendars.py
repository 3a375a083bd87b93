"""Weeks, closures and time zones as an operator writes them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from ivr.core.flow.context import WEEKDAYS
from ivr.core.flow.fields import NAME, Times
from ivr.core.hours import MINUTES_A_DAY, Span
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.reading import BAD, Reading, nearest
from ivr.flowfile.texts import read_text

_TIME = r"([01]?\d|2[0-4])[:h]([0-5]\d)"
_SPAN = re.compile(rf"{_TIME}\s*-\s*{_TIME}")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s+to\s+(\d{4}-\d\d-\d\d))?")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
LONGEST_CLOSURE_DAYS = 366
MOST_DAYS = 4_000
"""Days one table of dates may name: ten years' worth."""

_DAYS_HINT = "write monday, monday-friday or daily"
_TIMES_HINT = "write 08:30-12:00, 13:30-17:30, all day or closed"


def read_week(reading: Reading, node: Node, path: str) -> Any:
    """A week's hours: `monday-friday: 08:30-12:00, 13:30-17:30`. Days not named are closed."""
    if not isinstance(node, Table):
        return reading.shape(node, "a table of days and times")
    week: dict[int, tuple[Span, ...]] = {}
    whole = True
    for written, value in node.values.items():
        reading.positions[f"{path}.{written}"] = node.keys[written]
        days = _days(written)
        spans = _spans(value.text) if isinstance(value, Scalar) else None
        if not days:
            near = nearest(written, WEEKDAYS, _DAYS_HINT)
            reading.bad(node.keys[written], "F017", f"'{written[:40]}' is not a day", near)
        elif spans is None:
            found = f"'{value.text[:40]}'" if isinstance(value, Scalar) else "this"
            reading.bad(value, "F017", f"{found} are not times of a day, in order", _TIMES_HINT)
        elif twice := [WEEKDAYS[day] for day in days if day in week]:
            reading.bad(node.keys[written], "F003", f"{', '.join(twice)} stands here twice")
        else:
            week.update(dict.fromkeys(days, spans))
            continue
        whole = False
    return week if whole else BAD


def read_times(reading: Reading, node: Node, path: str) -> Any:
    """A week's hours, or the name of a calendar, or several."""
    if isinstance(node, Table):
        week = read_week(reading, node, path)
        return BAD if week is BAD else Times(week)
    names: list[str] = []
    items = node.items if isinstance(node, Items) else [node]
    for number, item in enumerate(items, 1):
        if not isinstance(item, Scalar) or NAME.pattern.fullmatch(item.text) is None:
            return reading.shape(item, "a table of days and times, or the name of a calendar")
        reading.positions[f"{path}.{number}"] = item.at
        names.append(item.text)
    return Times(calendars=tuple(names)) if names else reading.bad(node, "F007", "the list is empty")


def read_closures(reading: Reading, node: Node, path: str) -> Any:
    """Days that are closed and why: `2026-12-25: Noël`, `2026-08-01 to 2026-08-15: congés`."""
    return _by_date(reading, node, path, "a table of dates and reasons", read_text)


def read_days(reading: Reading, node: Node, path: str) -> Any:
    """Days with times of their own: `2026-12-24: 08:30-12:00`."""
    return _by_date(reading, node, path, "a table of dates and times", _read_spans)


def _by_date(reading: Reading, node: Node, path: str, expected: str, read: Callable[[Reading, Node, str], Any]) -> Any:
    if not isinstance(node, Table):
        return reading.shape(node, expected)
    found: dict[date, Any] = {}
    whole = True
    for written, value in node.values.items():
        reading.positions[f"{path}.{written}"] = node.keys[written]
        days = _dates(written)
        if not days:
            hint = "write 2026-12-25, or 2026-08-01 to 2026-08-15"
            reading.bad(node.keys[written], "F017", f"'{written[:40]}' is not a date", hint)
            whole = False
            continue
        of_day = read(reading, value, f"{path}.{written}")
        if of_day is BAD:
            whole = False
        found.update(dict.fromkeys(days, of_day))
        if len(found) > MOST_DAYS:
            return reading.bad(node.keys[written], "F005", f"more than {MOST_DAYS:,} days in one table")
    return found if whole else BAD


def _read_spans(reading: Reading, node: Node, path: str) -> Any:  # noqa: ARG001 - a reader's shape
    spans = _spans(node.text) if isinstance(node, Scalar) else None
    if spans is None:
        found = f"'{node.text[:40]}'" if isinstance(node, Scalar) else "this"
        return reading.bad(node, "F017", f"{found} are not times of a day, in order", _TIMES_HINT)
    return spans


def read_zone(reading: Reading, node: Node, path: str) -> Any:
    """A time zone's IANA name."""
    if not isinstance(node, Scalar) or not _is_zone(node.text):
        found = node.text if isinstance(node, Scalar) else ""
        hint = nearest(found, _zones(), "write for example Europe/Paris")
        return reading.bad(node, "F017", f"'{found[:40]}' is not a time zone", hint)
    reading.positions[path] = node.at
    return node.text


@cache
def _is_zone(name: str) -> bool:
    try:
        return bool(_ZONE.fullmatch(name)) and bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # not a zone, or a folder of zones
        return False


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _days(written: str) -> list[int]:
    """Weekday numbers of `monday`, `monday-friday`, `saturday, sunday` or `daily`; none where it can't be read."""
    if written == "daily":
        return list(range(7))
    days: list[int] = []
    for part in written.lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            return []
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        days += [(start + offset) % 7 for offset in range(length + 1)]
    return days if len(set(days)) == len(days) else []


def _spans(written: str) -> tuple[Span, ...] | None:
    """The spans of a day, in order; None where they can't be read or overlap."""
    if written.strip() == "closed":
        return ()
    if written.strip() == "all day":
        return (Span(0, MINUTES_A_DAY),)
    spans: list[Span] = []
    for part in written.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return None
        start, until = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if start == until or max(start, until) > MINUTES_A_DAY:
            return None
        if spans and (start < spans[-1].until or spans[-1].until <= spans[-1].start):
            return None
        spans.append(Span(start, until))
    return tuple(spans)


def _dates(written: str) -> list[date]:
    match = _DATE.fullmatch(written.strip())
    if match is None:
        return []
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        return []
    days = (last - first).days
    return [first + timedelta(days=day) for day in range(days + 1)] if 0 <= days < LONGEST_CLOSURE_DAYS else []
