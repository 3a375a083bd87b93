"""The types a step's fields may have, beside `Text`, `Condition`, plain str, int and bool.

They carry no behaviour: `ivr/flowfile/decode.py` reads the operator's text by them, `check.py` finds targets, queues,
numbers and prompt files by them. So a new step only lists its fields, and is read and checked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NewType

from ivr.core.flow.text import Text
from ivr.core.hours import Span

Target = NewType("Target", str)
"""The name of a step of the same flow."""

QueueName = NewType("QueueName", str)
"""The name of a queue in `queues.yaml`."""

FlowName = NewType("FlowName", str)
"""The name of another flow, in `flows/` or `flows/library/`."""

PhoneNumber = NewType("PhoneNumber", str)
"""A number in E.164, dialable by its country's plan."""

PromptFile = NewType("PromptFile", str)
"""A path below `flows/prompts/`."""

Key = NewType("Key", str)
"""One key of the phone: a digit, `*` or `#` (written `star` and `hash`)."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call is handed over to: a line of this house by name, or another office's number in E.164."""

    line: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """Least and greatest value of a whole number."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A time in whole seconds between two bounds, written `20 s`, `5 min` or `1 h`."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text must look like, and how to say it."""

    pattern: re.Pattern[str]
    said: str


@dataclass(frozen=True, slots=True)
class KeyOrNone:
    """A key that ends an entry: `star`, `hash`, or `none`, which is kept as an empty text."""


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number with at most two decimals between two bounds."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class LevelOrSpan:
    """The least level of a skill, `3`, or the least and the greatest, `2-5`."""


NAME = Shape(
    re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*"), "small letters, digits and single dashes, beginning with a letter"
)
ANSWER = Shape(re.compile(r"[a-z][a-z0-9_]{0,31}"), "small letters, digits and underscores, beginning with a letter")
LANGUAGE = Shape(re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?"), "a language such as fr-FR")
BOUND = Shape(
    re.compile(r"-?\d{1,12}(?:[.,]\d{1,2})?|\d{4}-\d\d-\d\d|today(?:[+-]\d{1,5}d)?"),
    "a number, or a date such as 1900-01-01, today or today+30d",
)
CURRENCY = Shape(re.compile(r"[A-Z]{3}"), "a currency such as EUR or CHF")
LABEL = Shape(re.compile(r"[^\x00-\x1f]{1,60}"), "at most 60 characters on one line")

Name = Annotated[str, NAME]
AnswerName = Annotated[str, ANSWER]
Label = Annotated[str, LABEL]
Language = Annotated[str, LANGUAGE]
Percent = Annotated[int, Range(1, 100)]
Level = Annotated[int, Range(1, 10)]
Tries = Annotated[int, Range(1, 9)]
DigitCount = Annotated[int, Range(1, 40)]
Seconds = Annotated[int, Duration(1, 60)]
FetchSeconds = Annotated[int, Duration(1, 8)]
RingSeconds = Annotated[int, Duration(5, 120)]
SilenceSeconds = Annotated[int, Duration(1, 30)]
MessageSeconds = Annotated[int, Duration(5, 1_200)]
LongSeconds = Annotated[int, Duration(0, 14_400)]
PreferSeconds = Annotated[int, Duration(0, 600)]
FinishKey = Annotated[str, KeyOrNone()]

Week = NewType("Week", Mapping[int, tuple[Span, ...]])
"""A week's hours, written `monday-friday: 08:30-12:00, 13:30-17:30`."""

Zone = NewType("Zone", str)
"""A time zone's IANA name, such as Europe/Paris."""


@dataclass(frozen=True, slots=True)
class Times:
    """A week's hours, or the names of calendars of `calendars.yaml` that all have to be open."""

    week: Mapping[int, tuple[Span, ...]] | None = None
    calendars: tuple[str, ...] = ()


Holidays = NewType("Holidays", Mapping[date, Text])
"""National holidays, written as a country or region: `FR`, `FR-57`."""

Days = NewType("Days", Mapping[date, tuple[Span, ...]])
"""Dates with times of their own: `2026-12-24: 08:30-12:00`."""

Levels = Annotated[int | tuple[int, int], LevelOrSpan()]
SkillLevels = Mapping[Name, Levels]
"""What is asked for of each skill: the least level, or the least and the greatest."""

CLOCK = Shape(re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"), "a time of day such as 08:30")
Clock = Annotated[str, CLOCK]
DialTries = Annotated[int, Range(1, 10)]
