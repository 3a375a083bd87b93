"""A call in a line, and the states of its way through it.

    waiting -> offered -> accepted -> bridged -> left
       ^---------'  <--------'

`offered` and `accepted` fall back to `waiting` in the same place when the agent doesn't come; every state can go to
`left`, once, with its reason. Nothing leads out of `left` but joining a line again.
"""

from dataclasses import dataclass
from typing import Literal

CallState = Literal["waiting", "offered", "accepted", "bridged", "left"]
LeftReason = Literal["talked", "abandoned", "timeout", "nobody", "full", "key", "failed", "moved"]


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call in a queue. Times in ms, 0 where it hasn't happened; `score` orders it (`routing/order.py`).

    `epoch` counts its offers, `reservation` is the current one. `reason` is the caller's path in words. `turn` is the
    turn that joined it.
    """

    call: str
    queue: str
    state: CallState
    virtual_start_ms: int
    joined_ms: int
    score: int
    group: str = ""
    epoch: int = 0
    reservation: str = ""
    agent: str = ""
    reason: str = ""
    to_number: str = ""
    turn: int = 0
    max_wait_ms: int = 0
    left_reason: str = ""
    accepted_ms: int = 0
    bridged_ms: int = 0
    left_ms: int = 0

    def waited_ms(self, now_ms: int) -> int:
        """How long it has stood in this line."""
        return max(0, (self.left_ms or now_ms) - self.joined_ms)
