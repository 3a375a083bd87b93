"""What can be wrong with a flow or one of its neighbour files: stable codes, each told with its place.

A code is never reused or renamed; `docs/flow-language/problems.md` has a paragraph for each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

CODES: Mapping[str, tuple[Severity, str]] = {
    "F001": ("error", "the file can't be read"),
    "F002": ("error", "not readable as YAML"),
    "F003": ("error", "the same key twice"),
    "F004": ("error", "tags, anchors, aliases and merge keys are not allowed"),
    "F005": ("error", "the file is too large, too deep or has too many parts"),
    "F006": ("error", "not the shape expected here"),
    "F007": ("error", "something required is missing"),
    "F008": ("error", "an unknown field"),
    "F009": ("error", "an unknown kind of step"),
    "F010": ("error", "a step must be of exactly one kind"),
    "F011": ("error", "a value out of its range"),
    "F012": ("error", "not a name"),
    "F013": ("error", "a text's {{ }} can't be filled in"),
    "F014": ("error", "a condition can't be read"),
    "F015": ("error", "not a language"),
    "F016": ("error", "a text says nothing"),
    "F017": ("error", "not a time, a day or a time zone"),
    "F018": ("error", "not a key of the phone"),
    "F020": ("error", "a step that doesn't exist"),
    "F021": ("warning", "a step no call can come to"),
    "F022": ("error", "a step from which no call can come to an end"),
    "F023": ("error", "steps that go round without asking the caller anything"),
    "F024": ("error", "a queue that doesn't exist"),
    "F025": ("error", "a queue callers may never get out of without a human"),
    "F026": ("error", "a number that can't be dialled"),
    "F027": ("error", "a sound file that doesn't exist"),
    "F028": ("error", "an answer no step asks for"),
    "F029": ("error", "hours that never open"),
    "F030": ("error", "a flow that doesn't exist"),
    "F031": ("error", "a number that two lines claim"),
    "F032": ("error", "a sensitive answer that would be heard"),
    "F033": ("warning", "no way out when something fails"),
    "F034": ("error", "a text lacks the flow's language"),
    "F035": ("warning", "a recording that doesn't exist"),
    "F036": ("error", "what a flow is given doesn't fit"),
    "F037": ("error", "a result that a flow never returns"),
    "F038": ("error", "a calendar that doesn't exist"),
    "F050": ("warning", "a person too many keys away"),
    "F051": ("warning", "a text too long to follow"),
    "F052": ("warning", "a menu with too many choices"),
    "F053": ("warning", "too many menus one after another"),
    "F054": ("error", "a value that is never known there"),
    "F055": ("warning", "a value that is not known on every way there"),
    "F056": ("error", "a sensitive answer that would be kept or sent"),
    "F057": ("warning", "a text lacks a language that others have"),
    "F058": ("warning", "a text lacks a recording in some language"),
    "F059": ("error", "a condition that can't be told"),
    "F070": ("error", "a look-up that is not allowed"),
    "F071": ("error", "a look-up that can't be made or read"),
    "F072": ("error", "a knowledge file that doesn't exist or can't be used"),
    "F073": ("error", "a line that doesn't exist"),
    "F074": ("warning", "words that mean two things"),
    "F075": ("warning", "skills that nobody has"),
    "F076": ("error", "a ring that nobody can ever answer"),
    "F077": ("error", "rings that don't follow one another"),
    "F078": ("warning", "a ring that adds nobody"),
    "F079": ("error", "lines that hand on in a circle"),
    "F080": ("warning", "a preference without effect"),
    "F081": ("warning", "a mailbox that no flow knows"),
    "F082": ("error", "a file that can't be music"),
    "F083": ("warning", "something put aside that isn't there"),
}
"""By code: how grave, and what it means in general."""

FAULTS: Mapping[str, str] = {
    "R001": "more steps in one turn than MAX_STEPS_PER_TURN",
    "R002": "more turns in one call than MAX_TURNS_PER_CALL",
    "R003": "a step entered more often than MAX_VISITS_PER_STEP",
    "R004": "a step failed",
    "R005": "a step that this version of the flow lacks",
    "R006": "a flow to run that is not there",
    "R007": "more flows within one another than MAX_FRAMES",
    "R008": "a calendar that is not there",
}
"""Codes of `effects.Fault`: what failed while a call was under way. The caller hears a sentence and reaches an exit."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong, at a place. Line and column count from 1; they are 0 where the file as a whole is meant."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""

    @property
    def severity(self) -> Severity:
        """Errors keep a flow from answering; warnings don't."""
        return CODES[self.code][0]

    def __str__(self) -> str:
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.severity}: {self.message}{hint}"


_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")

LONGEST_MESSAGE = 400
"""Characters of a message or hint; what a hostile file puts into them is cut off there."""


def shortened(message: str) -> str:
    """A message short enough to be told, on one line, without what a terminal would act on."""
    if not message.isprintable():
        message = _UNPRINTABLE.sub(" ", message[: 2 * LONGEST_MESSAGE])
    return message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 4]} ..."


def errors_in(problems: tuple[Problem, ...] | list[Problem]) -> list[Problem]:
    """Those that keep a flow from answering."""
    return [problem for problem in problems if problem.severity == "error"]
