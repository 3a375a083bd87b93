"""A hand-over to another office, as whoever answers lives it: they hear who calls and why, and take it by key.

What they hear was worked out by the flow and stored with the caller's turn; here it only becomes documents.
"""

import logging
from dataclasses import dataclass

from ivr.services.commands import whisper_from
from ivr.services.ports import Documents, SessionStore, StoreDown

log = logging.getLogger(__name__)

KEY_SECONDS = 8
"""Silence that counts as no: an answering machine presses nothing."""

TAKES = "1"


@dataclass(frozen=True, slots=True)
class Screening:
    """The verbs of another office's leg."""

    sessions: SessionStore
    documents: Documents

    def answered(self, call_sid: str, turn_no: int) -> str:
        """The phone was picked up there: the whisper, and where it asks for one the key.

        Without a store they are put through unprepared, which is better than a caller who is put off.
        """
        try:
            found = whisper_from(self.sessions.facts(call_sid), turn_no)
        except StoreDown as outage:
            log.warning("put through without a whisper", extra={"call": call_sid, "reason": str(outage)})
            return self.documents.nothing()
        if found is None:
            log.warning("no whisper for this turn", extra={"call": call_sid, "turn": turn_no})
            return self.documents.nothing()
        words, press = found
        if not press:
            return self.documents.words(words)
        return self.documents.ask(words, f"/voice/whisper/{call_sid}/{turn_no}/key", seconds=KEY_SECONDS, digits=1)

    def key(self, keys: str) -> str:
        """A key, or none: the call is taken, or the leg ends and the caller's flow goes on."""
        return self.documents.nothing() if keys[:1] == TAKES else self.documents.close(())
