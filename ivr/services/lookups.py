"""The port by which a flow asks an outside system. `ivr/lookups` is the real one."""

from typing import Protocol

from ivr.core.flow.effects import Fetch
from ivr.core.flow.inputs import Fetched


class Lookups(Protocol):
    """Asks outside systems, guarded: only hosts that are allowed, never longer than allowed, never too much."""

    def ask(self, fetch: Fetch, budget_ms: int) -> Fetched:
        """What became of it, after at most `budget_ms` of real time. Never raises; 0 or less is a time-out at once."""


class NoLookups:
    """Where no look-ups are set up: each fails, so that a flow takes its way for that."""

    def ask(self, fetch: Fetch, budget_ms: int) -> Fetched:  # noqa: ARG002 - the port's shape
        """Always `failed`."""
        return Fetched("failed", detail="look-ups are not set up")
