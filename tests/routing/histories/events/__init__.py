"""Everything that can happen in a history, by family."""

from tests.routing.histories.events.kind import KINDS, Family, Kind

__all__ = ["KINDS", "Family", "Kind"]

# Each module adds its events to KINDS. Their order is that of the numbers a history is made of.
import tests.routing.histories.events.agents
import tests.routing.histories.events.callbacks
import tests.routing.histories.events.callers
import tests.routing.histories.events.machinery
import tests.routing.histories.events.supervisors  # noqa: F401
