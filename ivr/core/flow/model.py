"""A flow, as the engine walks it. Built by `ivr/flowfile`, never changed: a new version is a new Flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.core.flow.text import Text


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Flow:
    """A version of a flow. `digest` names it for good; `start` is the first step's name; `steps` by name.

    `on_fault` is the step entered when something in the flow fails, empty for a sentence and hanging up. `time_zone`
    is an IANA name. `holds` gives each queue's hold texts, as the queues' file has them. `positions` finds a part of
    the file by its path ("steps.menu.keys.1.next"), for messages only.
    """

    name: str
    digest: str
    language: str
    start: str
    steps: Mapping[str, Any]
    title: str = ""
    time_zone: str = "UTC"
    on_fault: str = ""
    holds: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict, repr=False, compare=False)
