"""The port by which a flow asks an outside system, and what an operator allows of it. `ivr/lookups` is the real one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ivr.core.flow.effects import Fetch
from ivr.core.flow.inputs import Fetched

SECRET_NAME = re.compile(r"FETCH_[A-Z0-9_]{1,60}")
"""Environment variables that may be sent to a host: by their name no other secret of the house can be."""


@dataclass(frozen=True, slots=True)
class HostRule:
    """A host that may be asked. `ports` are allowed besides the scheme's own; `plain` allows http.

    `headers` are sent with each look-up: a header's name with the environment variable that holds its whole value.
    `at_once` is how many look-ups there may be at a time; a further one fails at once instead of waiting.
    """

    host: str
    plain: bool = False
    ports: tuple[int, ...] = ()
    at_once: int = 4
    headers: Mapping[str, str] = field(default_factory=dict)


class Lookups(Protocol):
    """Asks outside systems, guarded: only hosts that are allowed, never longer than allowed, never too much."""

    def ask(self, fetch: Fetch, budget_ms: int) -> Fetched:
        """What became of it, after at most `budget_ms` of real time. Never raises; 0 or less is a time-out at once."""


class NoLookups:
    """Where no look-ups are set up: each fails, so that a flow takes its way for that."""

    def ask(self, fetch: Fetch, budget_ms: int) -> Fetched:  # noqa: ARG002 - the port's shape
        """Always `failed`."""
        return Fetched("failed", detail="look-ups are not set up")
