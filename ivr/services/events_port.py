"""The ports by which events are kept, asked for, and sent on to subscribers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from ivr.core.events import Event
from ivr.core.routing.timeline import AgentChange


class EventId(NamedTuple):
    """An event's id on the stream, `<ms>-<number>`: unique, and in the order in which events were written."""

    ms: int
    number: int

    def __str__(self) -> str:
        return f"{self.ms}-{self.number}"


@dataclass(frozen=True, slots=True)
class Written:
    """An event with its id."""

    id: EventId
    event: Event


@dataclass(frozen=True, slots=True)
class Batch:
    """Events to be folded. `ids` has every entry that was handed out, also those that can't be read.

    `lost` entries were trimmed from the stream before anybody had folded them.
    """

    ids: tuple[str, ...] = ()
    events: tuple[Written, ...] = ()
    lost: int = 0


class EventReader(Protocol):
    """The stream, read by a group of readers: each event is handed to one of them until that one says it is folded.

    Every method raises ports.StoreDown.
    """

    def unfolded(self) -> Batch:
        """What was handed to this reader and not folded: after a failure, or a start under the same name."""

    def new(self, most: int) -> Batch:
        """What nobody was handed yet; empty where there is nothing."""

    def left_behind(self, most: int) -> Batch:
        """What readers took that have died since, now handed to this one."""

    def folded(self, ids: Sequence[str]) -> None:
        """These need not be handed out again."""

    def since(self, after: EventId, most: int) -> Sequence[Written]:
        """Events after an id, oldest first, whoever has folded them."""


class Decisions(Protocol):
    """What was decided of calls, and the states of agents, as kept for good. Every method raises ports.HistoryDown."""

    def fold(self, events: Sequence[Written], now: datetime) -> frozenset[str]:
        """Keep events, and what subscribers are to be sent of them, in one transaction; each once, however often it
        comes. The ids of subscribers for whom there is something new."""

    def of_call(self, call: str) -> Sequence[Written]:
        """A call's decisions, in the order in which they were made."""

    def newest(self) -> EventId:
        """The newest event kept; (0, 0) for none."""

    def calls_like(self, prefix: str, most: int) -> Sequence[str]:
        """Calls whose SID begins so, newest first."""

    def changes(self, since_ms: int, until_ms: int) -> Mapping[EventId, AgentChange]:
        """Agents' changes of state in a span of time, and the last of each before, up to a day back; oldest first."""

    def tidy(self, before: datetime) -> int:
        """Forget what is older; how many rows went."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscriber. `events` are patterns (`core/webhooks.py`). `secrets` sign, the newest first and an
    older one until `old_until`: never log them. Nor the `url`, whose path may hold a key: its `host` may be told.

    `locked` says why neither can be read: the house's secret key is another than the one they were sealed by. Then
    `secrets` is empty.

    `state` off: nothing is kept for it; `off_why` says why. `failures` in a row let it rest until `next_at`. `dropped`
    counts events that were not kept because too many waited.
    """

    id: str
    url: str
    events: tuple[str, ...]
    secrets: tuple[str, ...]
    added_at: datetime
    added_by: str
    state: Literal["on", "off"] = "on"
    off_why: str = ""
    failures: int = 0
    next_at: datetime | None = None
    last_at: datetime | None = None
    last_said: str = ""
    dropped: int = 0
    old_until: datetime | None = None
    host: str = ""
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one subscriber. `body` is what is sent. `said` is what came back last."""

    webhook: str
    event: EventId
    type: str
    body: str
    made_at: datetime
    attempts: int = 0
    state: Literal["waiting", "done", "failed"] = "waiting"
    next_at: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of sending a delivery: its next state and, where it is to be tried again, when.

    `failures` and `rests_until` are the subscriber's; `off_why` not empty switches the subscriber off.
    """

    delivery: Delivery
    at: datetime
    state: Literal["waiting", "done", "failed"]
    said: str
    next_at: datetime | None = None
    failures: int = 0
    rests_until: datetime | None = None
    off_why: str = ""


class Subscribers(Protocol):
    """Who is sent events. Every method raises ports.HistoryDown."""

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""

    def all(self) -> Sequence[Webhook]:
        """All of them, oldest first."""

    def get(self, webhook: str) -> Webhook | None:
        """One."""

    def remove(self, webhook: str) -> bool:
        """Forget one with all that waits for it; False for an unknown one."""

    def switch(self, webhook: str, state: Literal["on", "off"], why: str = "") -> bool:
        """Switch one on, rested, or off; False for an unknown one."""

    def rotate(self, webhook: str, secret: str, old_until: datetime) -> bool:
        """Sign by a new secret, and by the old one as well until then; False for an unknown one."""


class Deliveries(Protocol):
    """What is to be sent to subscribers. Every method raises ports.HistoryDown."""

    def wanting(self, now: datetime) -> Sequence[str]:
        """Subscribers that aren't resting and for whom something is due."""

    def lease(self, webhook: str, holder: str, now: datetime, until: datetime) -> bool:
        """The right to send to a subscriber until then; False where somebody else has it, or it is off or resting.

        Whoever holds it already prolongs it. Giving it back: with `until` not after `now`.
        """

    def due(self, webhook: str, now: datetime, most: int) -> Sequence[Delivery]:
        """What is due for a subscriber, oldest first."""

    def settle(self, attempt: Attempt) -> None:
        """Keep what became of an attempt."""

    def failed(self, webhook: str = "", most: int = 100) -> Sequence[Delivery]:
        """What was given up, newest first."""

    def retry(self, webhook: str, event: EventId | None, now: datetime) -> int:
        """Send again what was given up, one or all of a subscriber; how many."""

    def waiting(self) -> Mapping[str, int]:
        """How much waits for each subscriber."""

    def tidy(self, state: Literal["done", "failed"], before: datetime) -> int:
        """Forget what was delivered, or given up, before then; how many rows went."""
