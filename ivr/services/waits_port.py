"""How long callers waited in past weeks."""

from datetime import UTC, datetime, tzinfo
from typing import Protocol

from ivr.core.routing.estimate import Past


class PastWaits(Protocol):
    """The history, asked for waits."""

    def before(self, queue: str, at: datetime, zone: tzinfo = UTC) -> Past:
        """Waits of a line's answered calls in the four weeks before `at`; half-hours are those of the wall clock in
        `zone`. Raises ports.HistoryDown."""


class NoPastWaits:
    """A house without a history."""

    def before(self, queue: str, at: datetime, zone: tzinfo = UTC) -> Past:
        """Nothing is known."""
        del queue, at, zone
        return Past()
