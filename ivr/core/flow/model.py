"""A flow, as the engine walks it. Built by `ivr/flowfile`, never changed: a new version is a new Flow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Flow:
    """A version of a flow. `digest` names it for good; `start` is the first step's name; `steps` by name."""

    name: str
    digest: str
    language: str
    start: str
    steps: Mapping[str, Any]
    title: str = ""
