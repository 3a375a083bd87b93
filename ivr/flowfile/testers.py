"""`testers.yaml`: whose calls hear drafts, by name and number."""

from dataclasses import dataclass

from ivr.core.flow.fields import PhoneNumber
from ivr.core.flow.problem import Problem
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.values import read_table


@dataclass(frozen=True, slots=True)
class _Entry:
    number: PhoneNumber


def decode_testers(source: bytes, file: str) -> tuple[frozenset[str] | None, list[Problem]]:
    """The numbers in E.164, or None where there was an error."""
    reading, entries = read_entries(source, file, "testers")
    numbers: set[str] = set()
    for name, node in entries.items():
        values = read_table(reading, _Entry, node, f"testers.{name}")
        if values is not None:
            numbers.add(_Entry(**values).number)
    return (None if reading.problems else frozenset(numbers)), reading.problems
