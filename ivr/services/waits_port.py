"""How long callers waited in past weeks."""

from datetime import datetime
from typing import Protocol

from ivr.core.routing.estimate import Past


class PastWaits(Protocol):
    """The history, asked for waits."""

    def before(self, queue: str, at: datetime) -> Past:
        """Waits of a line's answered calls in the four weeks before `at`. Raises ports.HistoryDown."""


class NoPastWaits:
    """A house without a history."""

    def before(self, queue: str, at: datetime) -> Past:
        """Nothing is known."""
        del queue, at
        return Past()
