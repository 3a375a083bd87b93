"""`hosts.yaml`: which systems may be asked by look-ups, and how."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ivr.core.flow.fields import Range, Shape
from ivr.core.flow.problem import Problem
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.values import read_table
from ivr.services.lookups import SECRET_NAME, HostRule

_HOST = Shape(
    re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"),
    "a host's name in small letters, such as files.example.org",
)
_HEADER = Shape(
    re.compile(
        r"(?i)(?!(?:host|connection|content-[a-z]+|transfer-encoding|accept-encoding|expect|upgrade)\Z)[a-z][a-z0-9-]{0,63}"
    ),
    "the name of a header that may be sent, such as Authorization",
)
_SECRET = Shape(SECRET_NAME, "the name of an environment variable that begins with FETCH_")


@dataclass(frozen=True, slots=True)
class _HostEntry:
    plain: bool = False
    ports: tuple[Annotated[int, Range(1, 65_535)], ...] = ()
    at_once: Annotated[int, Range(1, 32)] = 4
    headers: Mapping[Annotated[str, _HEADER], Annotated[str, _SECRET]] = field(default_factory=dict)


def decode_hosts(source: bytes, file: str) -> tuple[Mapping[str, HostRule] | None, list[Problem]]:
    """The hosts by name, or None where there was an error."""
    reading, entries = read_entries(source, file, "hosts", _HOST)
    rules: dict[str, HostRule] = {}
    for name, node in entries.items():
        values = read_table(reading, _HostEntry, node, f"hosts.{name}")
        if values is not None:
            entry = _HostEntry(**values)
            rules[name] = HostRule(name, entry.plain, entry.ports, entry.at_once, entry.headers)
    return (None if reading.problems else rules), reading.problems
