"""Calls whose end nobody told, and calls that never began here: both are in the history all the same.

A status callback comes once; a web process that dies, or a store that is away at that moment, loses it. So live calls
are looked at now and then, a few at a time: whoever is gone at the carrier is ended here as if the callback had come.
A caller who came while the store was away was put through to the fallback number without a session; the database,
which stands apart, keeps that they called.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.services.conversation import Conversation, Inbound
from ivr.services.identification import identify
from ivr.services.patience import patience
from ivr.services.ports import CallRecord, Carrier, CarrierError, HistoryDown

LOOKED_AT_ONCE = 25
"""Live calls looked at in one round: each is a request to the carrier."""

log = logging.getLogger(__name__)


class LiveCalls(Protocol):
    """Calls that have begun and of whose end nothing is known. Raises StoreDown."""

    def next(self, before_ms: int, most: int) -> Sequence[str]:
        """The next so many of those begun before a moment, oldest first; round and round, shared by all processes."""


@dataclass(frozen=True, slots=True)
class Unended:
    """The ends of calls. `speed` is the clock's."""

    live: LiveCalls
    carrier: Carrier
    talk: Conversation
    speed: float = 1.0

    def told(self, call: Inbound, now: datetime) -> None:
        """The carrier tells that a call is over; one nobody here knows of goes into the history as it is. Raises
        StoreDown; `look` finds the call then."""
        self.talk.caller_ended(call.call_sid, now)
        if call.call_sid and not self.talk.sessions.has_ended(call.call_sid):
            self.not_served(call, now)

    def not_served(self, call: Inbound, now: datetime) -> None:
        """Keep that somebody called who couldn't be served. Never raises; repeating it changes nothing."""
        line = self.talk.flows.line_for(call.to_number)
        if line is None or not call.call_sid:
            return
        caller, _ = identify(self.talk.history, call.from_raw, self.talk.ways.region)
        record = CallRecord(
            call_sid=call.call_sid,
            line=line.name,
            flow=line.flow,
            digest="",
            from_number=caller.number,
            from_raw=call.from_raw,
            to_number=call.to_number,
            caller_kind=caller.kind,
            started_at=now,
            ended_at=now,
            outcome="failed",
        )
        try:
            self.talk.history.remember(record)
        except HistoryDown as fault:
            log.warning("a call is in no store", extra={"call": call.call_sid, "reason": str(fault)})

    def look(self, now: datetime) -> int:
        """End the next live calls that are over at the carrier; how many those were. Raises StoreDown."""
        silent = int(now.timestamp() * 1000) - patience(self.speed).silence_ms
        ended = 0
        for call_sid in self.live.next(silent, LOOKED_AT_ONCE):
            try:
                over = self.carrier.leg(call_sid).over
            except CarrierError as error:
                if not error.gone:
                    return ended
                over = True
            if over:
                log.info("a call's end was not told", extra={"call": call_sid})
                self.talk.caller_ended(call_sid, now)
                self.talk.sessions.end(call_sid, "failed", int(now.timestamp() * 1000))  # where no session is left
                ended += 1
        return ended
