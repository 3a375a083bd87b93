"""The port of the figures on a flow's picture."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from ivr.core.flow.walks import Tally


class Walks(Protocol):
    """The ways calls took through flows. Raises HistoryDown."""

    def tally(self, flow: str, since: datetime, until: datetime, without: Collection[str] = ()) -> Tally:
        """What calls that began in [since, until) did in a flow; those from the numbers `without` don't count."""
