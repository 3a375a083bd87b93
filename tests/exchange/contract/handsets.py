"""Phones for contract tests: they react at once and remember what they saw and heard."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from exchange.handset import Line, Listening, Sound
from exchange.records import Call, CallStatus

Reaction = Literal["answer", "voicemail", "ring", "busy"]


@dataclass
class Phone:
    """One phone. `reaction`: what it does when it rings; `lines`: every call it had."""

    reaction: Reaction = "answer"
    lines: list[Line] = field(default_factory=list)
    heard: list[Sound] = field(default_factory=list)
    listening: list[Listening] = field(default_factory=list)
    peers: list[str | None] = field(default_factory=list)
    endings: list[tuple[CallStatus, str]] = field(default_factory=list)

    def ringing(self, line: Line) -> None:
        """Rings: react."""
        self.lines.append(line)
        loop = asyncio.get_running_loop()
        if self.reaction in ("answer", "voicemail"):
            loop.call_soon(lambda: line.answer(machine=self.reaction == "voicemail"))
        elif self.reaction == "busy":
            loop.call_soon(line.decline)

    def answered(self, line: Line) -> None:
        """Up."""
        if line not in self.lines:
            self.lines.append(line)

    def hears(self, line: Line, sound: Sound) -> None:
        """Remember it."""
        self.heard.append(sound)

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Remember it."""
        if listening is not None:
            self.listening.append(listening)

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Remember with whom."""
        self.peers.append(peer.sid if peer else None)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """Remember how."""
        self.endings.append((status, reason))


@dataclass
class Desk:
    """All phones by number."""

    phones: dict[str, Phone] = field(default_factory=dict)

    def handset(self, number: str) -> Phone | None:
        """The phone behind a number."""
        return self.phones.get(number)
