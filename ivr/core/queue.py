"""A call in a line, and the states of its way through it.

    waiting -> offered -> accepted -> bridged -> left
       ^---------'  <--------'

`offered` and `accepted` fall back to `waiting` in the same place when the agent doesn't come; every state can go to
`left`, once, with its reason. Nothing leads out of `left` but joining a line again. A callback may also be `later`:
its time hasn't come (`core/callback.py`).
"""

from dataclasses import dataclass
from typing import Literal

CallState = Literal["later", "waiting", "offered", "accepted", "bridged", "left"]
Mode = Literal["call", "callback"]
LeftReason = Literal[
    "talked", "abandoned", "timeout", "nobody", "full", "key", "failed", "moved", "callback", "unreached",
    "expired", "cancelled", "refused", "unanswered", "closed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call in a queue. Times in ms, 0 where it hasn't happened; `score` orders it (`routing/order.py`).

    `epoch` counts its offers, `reservation` is the current one and `agent` whom it is for; where several phones ring
    for it, these are the first of `reservations` and `agents`. `reason` is the caller's path in words. `turn` is the
    turn that joined it. `ring` of `rings` (group and ms of the wait) is open. `asks` and `prefer` are what its step
    asked for (services/asking.py), `rang_ms` how long phones have rung for it in vain.

    `mode` callback: nobody is on the line; `number` (E.164, never log it) is dialled once an agent has accepted, at
    most `tries` times. `not_before_ms` is when it takes its place, `facts` a JSON of core.callback.Known.
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
    mode: Mode = "call"
    number: str = ""
    tries: int = 0
    attempts: int = 0
    not_before_ms: int = 0
    facts: str = ""
    reservations: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    ring: int = 1
    rings: tuple[tuple[str, int], ...] = ()
    asks: str = ""
    prefer: str = ""
    rang_ms: int = 0

    @property
    def offset_ms(self) -> int:
        """What its place is worth against its virtual start; below 0 it goes before those who came with it."""
        return self.score - self.virtual_start_ms

    @property
    def next_ring_ms(self) -> int:
        """When its next ring opens; 0 where there is none."""
        return self.virtual_start_ms + self.rings[self.ring][1] if self.ring < len(self.rings) else 0

    def waited_ms(self, now_ms: int) -> int:
        """How long it has stood in this line."""
        return max(0, (self.left_ms or now_ms) - self.joined_ms)
