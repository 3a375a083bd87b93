"""What happened, as facts on one stream: for the console's live page, metrics, explanations, webhooks and reports.

What each type carries is in `facts.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

EventType = Literal[
    "call.started", "call.heard", "call.did", "call.joined", "call.ring_opened", "wait.told", "wait.measured",
    "call.offered", "offer.ended", "call.accepted", "call.bridged", "call.moved", "call.boosted", "call.pulled",
    "call.left", "call.ended", "callback.booked", "callback.due", "callback.missed", "agent.changed", "queue.changed",
    "fault",
]  # fmt: skip

Scalar = str | int | float | bool | None
"""What a field of an event may be, as in JSON."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `call` is a call SID or empty; `data` is by type what `facts.py` says, never a whole telephone number
    or a sensitive answer.

    A newer version may write types and fields this one doesn't know: they are passed over, never an error.
    """

    type: EventType
    at_ms: int
    call: str = ""
    data: Mapping[str, Scalar] = field(default_factory=dict)
