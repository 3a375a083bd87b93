"""What the exchange keeps: calls, queues, conferences, recordings, messages.

Data only; `switch.py` changes it, `rest/` shows it.
Times are aware UTC on the exchange's own clock. Names follow the carrier's REST resources.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

CallStatus = Literal["queued", "ringing", "in-progress", "completed", "busy", "no-answer", "failed", "canceled"]
TERMINAL: frozenset[str] = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
Direction = Literal["inbound", "outbound-api", "outbound-dial"]


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook address: URL with its fragment of connection overrides, and method."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class StatusHook:
    """Where status callbacks of a leg go, and for which events (`initiated ringing answered completed`)."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True)
class Number:
    """A number of this account and the webhooks that answer it."""

    number: str
    voice: Hook | None = None
    fallback: Hook | None = None
    status: StatusHook | None = None
    friendly_name: str = ""
    date_created: datetime | None = None
    date_updated: datetime | None = None


@dataclass(slots=True)
class Call:
    """One leg."""

    sid: str
    account_sid: str
    from_number: str
    to_number: str
    direction: Direction
    status: CallStatus = "queued"
    parent_sid: str | None = None
    forwarded_from: str | None = None
    caller_name: str | None = None
    answered_by: str | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    queue_time_ms: int = 0
    sip_code: int | None = None
    fallback: Hook | None = None
    status_hook: StatusHook | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether the leg is over."""
        return self.status in TERMINAL

    @property
    def duration(self) -> int | None:
        """Whole seconds of talk, None where it was never answered or still runs."""
        if self.start_time is None or self.end_time is None:
            return None
        return max(0, round((self.end_time - self.start_time).total_seconds()))


@dataclass(slots=True)
class Member:
    """A call waiting in a queue."""

    call_sid: str
    date_enqueued: datetime


@dataclass(slots=True)
class Queue:
    """A carrier queue, first in first out."""

    sid: str
    account_sid: str
    friendly_name: str
    max_size: int = 1000
    date_created: datetime | None = None
    date_updated: datetime | None = None
    members: list[Member] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    @property
    def average_wait_time(self) -> int:
        """Mean wait in seconds of those who have left."""
        return round(sum(self.waits) / len(self.waits)) if self.waits else 0


@dataclass(slots=True)
class Participant:
    """A leg in a conference."""

    call_sid: str
    conference_sid: str
    label: str | None = None
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    call_sid_to_coach: str | None = None
    start_conference_on_enter: bool = True
    end_conference_on_exit: bool = False
    beep: str = "true"
    status: str = "connected"
    queue_time_ms: int = 0
    date_created: datetime | None = None
    date_updated: datetime | None = None


@dataclass(slots=True)
class Conference:
    """A room. The first participant to join fixes its callbacks."""

    sid: str
    account_sid: str
    friendly_name: str
    status: Literal["init", "in-progress", "completed"] = "init"
    max_participants: int = 250
    region: str = "us1"
    date_created: datetime | None = None
    date_updated: datetime | None = None
    reason_ended: str | None = None
    call_sid_ending: str | None = None
    status_hook: StatusHook | None = None
    sequence: int = 0
    participants: dict[str, Participant] = field(default_factory=dict)


@dataclass(slots=True)
class Recording:
    """A recording; `wav` holds real audio once completed."""

    sid: str
    account_sid: str
    call_sid: str
    source: str
    status: str = "in-progress"
    channels: int = 1
    track: str = "both"
    conference_sid: str | None = None
    date_created: datetime | None = None
    date_updated: datetime | None = None
    start_time: datetime | None = None
    duration: int = -1
    error_code: int | None = None
    wav: bytes = b""


@dataclass(slots=True)
class Message:
    """A text message."""

    sid: str
    account_sid: str
    from_number: str
    to_number: str
    body: str
    status: str = "queued"
    direction: str = "outbound-api"
    error_code: int | None = None
    error_message: str | None = None
    date_created: datetime | None = None
    date_sent: datetime | None = None
    date_updated: datetime | None = None
    status_hook: StatusHook | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An error or warning the carrier would show in its debugger."""

    at: datetime
    code: int
    level: Literal["error", "warning"]
    message: str
    call_sid: str = ""
    url: str = ""
