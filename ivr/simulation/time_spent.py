"""How each agent's time went, kept beside the store: in ms by what they were doing."""

from dataclasses import dataclass, field
from typing import Literal

Doing = Literal["away", "idle", "ringing", "talking", "wrap_up", "paused"]


@dataclass(slots=True)
class TimeSpent:
    """One agent. `paused` are breaks and back-off; `away` isn't logged in."""

    doing: Doing = "away"
    since_ms: int = 0
    calls: int = 0
    spent: dict[Doing, int] = field(default_factory=dict)

    def turn(self, doing: Doing, at_ms: int) -> None:
        """From now on they do something else."""
        self.spent[self.doing] = self.spent.get(self.doing, 0) + max(0, at_ms - self.since_ms)
        self.doing, self.since_ms = doing, at_ms

    @property
    def occupancy(self) -> float:
        """Talk and wrap-up, of that and the time free or being rung; 0 where there was none."""
        busy = self.spent.get("talking", 0) + self.spent.get("wrap_up", 0)
        whole = busy + self.spent.get("idle", 0) + self.spent.get("ringing", 0)
        return busy / whole if whole else 0.0
