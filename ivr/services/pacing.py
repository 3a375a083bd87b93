"""When the carrier may be asked to start the next call.

A carrier starts so many calls a second for an account (1 for a new one) and queues the rest silently: a leg made too
soon stands `queued` while its offer's ringing time runs out, and an agent is put on pause for a phone that never rang.
So the queue is kept here, where what is no longer wanted leaves it and what is urgent goes first.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from ivr.services.lines_port import LineStore

Purpose = Literal["urgent", "agent", "callback"]
"""What a call is started for: an agent's phone, for an urgent caller or any other; a caller who is called back."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`taken`: the carrier may be asked now and will start the call in `wait_ms` (at most a second or so, which the
    offer's ringing time doesn't contain). Otherwise: ask again in `wait_ms`, the place is kept till then.
    """

    taken: bool
    wait_ms: int = 0


AT_ONCE = Slot(taken=True)
NOT_WANTED = Slot(taken=False)
"""There is nothing to start any more."""


class Pace(Protocol):
    """The order in which calls are started. Shared by all processes; raises ports.StoreDown."""

    def slot(self, ticket: str, purpose: Purpose, now_ms: int) -> Slot:
        """A slot for `ticket`, which stands in line from its first asking on. Whoever doesn't ask again in time is
        taken out: its call is no longer wanted."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is, by a pace; everybody's at once where there is none."""

    lines: LineStore
    pace: Pace | None = None

    def of(self, reservation: str, purpose: Purpose, now_ms: int) -> Slot:
        """A slot for what an offer needs started. Where there is none yet, its deadline is when to ask anew."""
        if self.pace is None:
            return AT_ONCE
        slot = self.pace.slot(reservation, purpose, now_ms)
        if not slot.taken:
            self.lines.put_off("offer", reservation, slot.wait_ms, now_ms)
        return slot
