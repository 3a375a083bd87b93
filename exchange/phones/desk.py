"""Calls placed for people elsewhere: placing, finding and summing them up."""

import random
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from exchange.phones.book import Phones
from exchange.phones.script import Script
from exchange.phones.scripted import Performance
from exchange.phones.timing import wait_seconds
from exchange.phones.traced import TracedCall
from exchange.switch import Switch
from exchange.timeline import Timeline

KEPT_CALLS = 1000
"""How many finished calls stay readable."""


class Desk:
    """The calls followed by `sid`, newest last."""

    def __init__(self, switch: Switch, phones: Phones) -> None:
        self.switch = switch
        self.phones = phones
        self.calls: OrderedDict[str, TracedCall] = OrderedDict()

    def place(
        self, from_number: str, to_number: str, script: Script | None = None, seed: int = 0
    ) -> tuple[str, TracedCall]:
        """Dial in. With a script, a scripted person makes the call. Returns the call's SID and its trace."""
        clock = self.switch.clock
        chance = random.Random(f"{seed}:{from_number}")  # noqa: S311 - a rehearsed person, not a secret
        traced = TracedCall(clock, self.phones, Performance(script, clock, chance) if script else None)
        sid = self.switch.dial_in(from_number, to_number, traced).sid
        self.keep(sid, traced)
        return sid, traced

    def keep(self, sid: str, traced: TracedCall) -> None:
        """Remember a followed call; the oldest finished ones are forgotten."""
        self.calls[sid] = traced
        surplus = len(self.calls) - KEPT_CALLS
        if surplus > 0:
            for old in [old for old, call in self.calls.items() if call.transcript.over][:surplus]:
                del self.calls[old]

    def summary(self, sid: str, traced: TracedCall) -> Mapping[str, Any]:
        """The call in one object (`protocol.md`, "Summary")."""
        call = self.switch.calls[sid]
        timeline = traced.line.timeline if traced.line else Timeline(self.switch.clock)
        peer = traced.peer
        agent = None
        if peer is not None:
            number = peer.from_number if peer.direction == "inbound" else peer.to_number
            agent = {"name": self.phones.name(number), "number": number}
        return {
            "call_sid": sid,
            "from": call.from_number,
            "to": call.to_number,
            "status": call.status,
            "outcome": traced.outcome,
            "bridged": peer is not None,
            "agent": agent,
            "wait_seconds": wait_seconds(timeline),
            "talk_seconds": round(traced.talk_seconds, 1),
            "transcript": [entry.json() for entry in traced.transcript.entries if entry.type != "asked"],
            "errors": errors(timeline),
        }


def errors(timeline: Timeline) -> list[str]:
    """What the exchange found wrong during a call: the carrier's codes with their words."""
    return [f"{entry.data['code']} {entry.text}" for entry in timeline.of("alert")]
