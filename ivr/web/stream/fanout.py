"""Messages out to many browsers: numbered, kept for a while, and never waiting for a slow one."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.core.live import Message

KEPT = 4_000
"""Messages kept for browsers that come back."""

BEHIND = 1_000
"""Messages a browser may be behind before it is let go; it comes back and gets a snapshot."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A message with the id a browser resumes after, ready to send."""

    id: str
    event: str
    data: str


@dataclass(eq=False, slots=True)
class Listener:
    """One stream. `None` in its queue ends it; `reason` says why to the browser, empty for "come back"."""

    session_key: str
    account: str
    queue: asyncio.Queue[Numbered | None] = field(default_factory=lambda: asyncio.Queue(BEHIND + 1))
    reason: str = ""


class Fanout:
    """Hands every message to every listener. Lives in one event loop; no method waits."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self.listeners: set[Listener] = set()
        self.closed = False
        self._kept: deque[Numbered] = deque(maxlen=KEPT)
        self._count = 0

    def number(self, message: Message) -> Numbered:
        """The message under the newest id, which is not advanced: for snapshots."""
        return Numbered(f"{self.boot}-{self._count}", message.event, _json(message))

    def send(self, messages: Sequence[Message]) -> None:
        """Number, keep and hand out. A listener too far behind is ended."""
        for message in messages:
            self._count += 1
            numbered = Numbered(f"{self.boot}-{self._count}", message.event, _json(message))
            self._kept.append(numbered)
            for listener in tuple(self.listeners):
                if listener.queue.qsize() >= BEHIND:
                    self.end(listener)
                else:
                    listener.queue.put_nowait(numbered)

    def since(self, last_id: str) -> list[Numbered] | None:
        """What came after `last_id`; None where that isn't known any more and a snapshot is due."""
        boot, _, number = last_id.partition("-")
        if boot != self.boot or not number.isdecimal() or len(number) > len(str(self._count)):
            return None
        missed = self._count - int(number)
        if missed < 0 or missed > len(self._kept):
            return None
        return list(self._kept)[len(self._kept) - missed :]

    def forget(self) -> None:
        """Nobody watched for a while, so changes went unseen: no browser can resume across this."""
        self._kept.clear()
        self._count += 1

    def end(self, listener: Listener, reason: str = "") -> None:
        """End one stream, after what is already in its queue or at once where that is full."""
        self.listeners.discard(listener)
        listener.reason = reason
        while listener.queue.full():
            listener.queue.get_nowait()
        listener.queue.put_nowait(None)

    def close(self) -> None:
        """End every stream, and take no more."""
        self.closed = True
        for listener in tuple(self.listeners):
            self.end(listener)


def _json(message: Message) -> str:
    return json.dumps(message.data, ensure_ascii=False, separators=(",", ":"))
