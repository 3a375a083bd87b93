"""What happened in one call, line by line, as one end of it experienced it. Followed live by any number of readers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exchange.handset import Sound

HEARD_ONCE = frozenset({"ring", "hold", "silence"})
"""Sounds that go on: hearing one again after itself is no news."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `at`: seconds since the call began, on the exchange's clock. `detail`: fields by type (`protocol.md`).

    `type`: dialled rings answered hears pressed spoke asked bridged unbridged ended.
    """

    n: int
    at: float
    time: datetime
    type: str
    who: str = ""
    text: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """As readers get it."""
        return {
            "n": self.n,
            "at": self.at,
            "time": self.time.isoformat(timespec="milliseconds"),
            "type": self.type,
            "who": self.who,
            "text": self.text,
            **self.detail,
        }


class Transcript:
    """The entries of a call so far, and a way to wait for more."""

    def __init__(self, begun: datetime) -> None:
        self.begun = begun
        self.entries: list[Entry] = []
        self.over = False
        self._news = asyncio.Event()

    def add(self, now: datetime, kind: str, who: str = "", text: str = "", /, **detail: Any) -> Entry:
        """Append an entry and tell the readers."""
        at = round((now - self.begun).total_seconds(), 2)
        entry = Entry(len(self.entries) + 1, at, now, kind, who, text, detail)
        self.entries.append(entry)
        self.over = self.over or kind == "ended"
        self._news.set()
        self._news = asyncio.Event()
        return entry

    async def follow(self, after: int = 0) -> AsyncIterator[Entry]:
        """Entries from number `after` + 1 on, as they come, until the call is over."""
        while True:
            while after < len(self.entries):
                after += 1
                yield self.entries[after - 1]
            if self.over:
                return
            await self._news.wait()


def heard(sound: Sound) -> tuple[str, str]:
    """Who is heard and what, in words."""
    match sound.kind:
        case "say":
            return "hotline", sound.text
        case "play":
            return "hotline", sound.text or f"[{sound.url.rsplit('/', 1)[-1].partition('?')[0] or 'audio'}]"
        case "peer":
            return sound.who, sound.text
        case "digits":
            return sound.who or "hotline", f"[tones {sound.text}]"
        case "beep":
            return "hotline", "[beep]"
        case "ring":
            return "exchange", "[ringing]"
        case "hold":
            return "hotline", "[hold music]"
        case "silence":
            return "exchange", "[silence]"
