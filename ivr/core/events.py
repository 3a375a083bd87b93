"""What happened, as facts on one stream: read by the console's live page, metrics and, later, webhooks and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

EventType = Literal[
    "call.started", "call.heard", "call.did", "call.joined", "call.offered", "call.accepted", "call.bridged",
    "call.left", "call.ended", "agent.changed", "flow.published", "fault",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `call` is a call SID or empty; `data` holds short texts, never a whole number or a sensitive answer.

    By type: `call.heard` data.text (a prompt in words); `call.did` data.text (keys or words of the caller);
    `call.joined` data.queue; `call.offered`, `call.accepted`, `call.bridged` data.agent; `call.left` data.reason;
    `call.ended` data.outcome; `agent.changed` data.agent, data.state, data.reason; `fault` data.code, data.detail.
    """

    type: EventType
    at_ms: int
    call: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
