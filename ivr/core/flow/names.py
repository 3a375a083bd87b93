"""The values a flow may name, in texts and in conditions: one table, and what each means.

`answers.NAME` is whatever the caller answered to `ask`, `given.NAME` what a flow was run with, `handed.NAME` what the
line that handed the call over knew; all others are fixed.
"""

from collections.abc import Mapping

from ivr.core.flow.near import did_you_mean

NAMES: Mapping[str, str] = {
    "caller.kind": "known, new, hidden or malformed",
    "caller.name": "the caller's name, empty where unknown",
    "caller.number": "the number calling, in E.164; empty where hidden",
    "caller.calls_before": "how many times this number has called before",
    "caller.last_reason": "why it called last, in words",
    "caller.last_agent": "who spoke with this caller last, by id; empty where nobody did",
    "caller.adviser": "the caller's own adviser, by id; empty where they have none",
    "caller.callback": "the queue in which a callback to this number waits, empty for none",
    "caller.language": "the caller's language, empty where unknown",
    "line.name": "the line's name in lines.yaml",
    "line.title": "the line's title",
    "line.number": "the number dialled",
    "line.incidents": "how many disturbances callers of this line are told of now",
    "call.language": "the language spoken now, such as fr-FR",
    "call.path": "the caller's way in words",
    "now.date": "today in the flow's time zone, as 2026-03-02",
    "now.time": "the time there, as 08:30",
    "now.hour": "the hour there, 0 to 23",
    "now.minute": "the minute, 0 to 59",
    "now.day": "the day of the month, 1 to 31",
    "now.month": "the month, 1 to 12",
    "now.weekday": "monday to sunday",
    "hours.opens_at": "when the last `hours` step opens next, in words",
    "hours.reason": "why it is closed today, where a closure says so",
}
"""By name: its meaning, as the documentation shows it."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "caller.kind": ("known", "new", "hidden", "malformed"),
    "now.weekday": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
"""Values that are one of a few words."""

RANGES: Mapping[str, range] = {
    "caller.calls_before": range(1_000_001),
    "now.hour": range(24),
    "now.minute": range(60),
    "now.day": range(1, 32),
    "now.month": range(1, 13),
}
"""Values that are whole numbers, and which."""

ANSWERS = "answers."
"""Prefix of what the caller answered, or a `set` step put there."""

GIVEN = "given."
"""Prefix of what a flow run by another was given."""

HANDED = "handed."
"""Prefix of what came along from the line that handed the call over: its answers, and `handed.line`, its title."""


class UnknownValueError(ValueError):
    """No such value. `hint` names a near one."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def check_name(name: str) -> None:
    """Raises UnknownValueError where a flow can't know a value of that name."""
    prefix, dot, rest = name.partition(".")
    if name in NAMES or (prefix + dot in {ANSWERS, GIVEN, HANDED} and rest.isidentifier()):
        return
    hint = did_you_mean(name, NAMES, "values are caller.*, answers.*, line.*, call.*, now.* and hours.*")
    raise UnknownValueError(f"no such value: {name}", hint)
