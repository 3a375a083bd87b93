"""Texts: wanted by a flow, or to tell the owners of a mailbox; sent by a job within the day's budgets, once.

    wanted -> sending -> sent -> delivered | undelivered | failed
       `-> refused          `-> unknown: the carrier's answer was lost, and a text is never sent twice to find out

A row is claimed before the carrier is asked. What the carrier says of a text afterwards comes late, twice or out of
order: a final word is never taken back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ivr.core.phrases import phrase
from ivr.services.dialling import Dialling
from ivr.services.keeping import EndedCall, EndedCalls, Message
from ivr.services.ports import AgentProfile, Carrier, CarrierError, Jobs

TextStatus = Literal["wanted", "sending", "sent", "delivered", "undelivered", "failed", "refused", "unknown"]
_SAID: Mapping[str, TextStatus] = {
    "queued": "sent",
    "accepted": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
}
TEXT = "text:"


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A text. `number` is E.164, `from_number` the line's: never log them. `detail` says why it wasn't sent."""

    id: str
    call_sid: str
    number: str
    from_number: str
    text: str
    wanted_at: datetime
    changed_at: datetime
    status: TextStatus = "wanted"
    detail: str = ""
    message_sid: str = ""


class TextRecords(Protocol):
    """Texts in the database. All methods raise ports.HistoryDown."""

    def want(self, record: TextRecord) -> bool:
        """Keep one that is to be sent, once; False where it was kept before."""

    def get(self, text_id: str) -> TextRecord | None:
        """One text."""

    def claim(self, text_id: str, at: datetime) -> bool:
        """From wanted to sending: True for one caller only."""

    def became(
        self, text_id: str, status: TextStatus, at: datetime, *, detail: str = "", message_sid: str = ""
    ) -> bool:
        """What became of it; False where a final word had been said."""

    def waiting(self, before: datetime, limit: int = 50) -> Sequence[str]:
        """Texts wanted before a moment and not sent: their job was lost."""


def text_id(call_sid: str, place: str) -> str:
    """The id of the text a call's flow wants by its command `turn:index`, part of the status callback's address."""
    return f"{call_sid}-{place.replace(':', '-')}"


def texts_of(call: EndedCall, at: datetime) -> list[TextRecord]:
    """The texts a call's flow wants. Pure."""
    found = []
    for name, kept in sorted(call.facts.items()):
        if name.startswith(TEXT):
            wanted = json.loads(kept)
            session = call.session
            found.append(
                TextRecord(
                    text_id(session.call_sid, name.removeprefix(TEXT)),
                    session.call_sid,
                    wanted["number"],
                    session.to_number,
                    wanted["text"],
                    at,
                    at,
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Texting:
    """The verbs of texts. `on`: whether the house sends any; where not, a text wanted is refused, and says so."""

    records: TextRecords
    carrier: Carrier
    dialling: Dialling
    jobs: Jobs
    on: bool

    def wanted(self, call_sid: str, place: str, ended: EndedCalls, now: datetime) -> None:
        """A flow wants a text: kept, then sent. Raises StoreDown and HistoryDown."""
        call = ended.get(call_sid)
        for record in texts_of(call, now) if call else ():
            if record.id == text_id(call_sid, place):
                self.records.want(record)
                self.send(record.id, now)

    def keep(self, call: EndedCall, now: datetime) -> None:
        """Keep the texts a call's flow wanted and no job has seen; the next sweep has them sent. Raises HistoryDown."""
        for record in texts_of(call, now):
            self.records.want(record)

    def tell(self, message: Message, owners: Sequence[AgentProfile], from_number: str, now: datetime) -> None:
        """Tell the owners of a mailbox that a message waits: nothing of it, for a text is read by whoever sees it."""
        if not self.on:
            return
        key = "text_message_urgent" if message.urgent else "text_message_waiting"
        for owner in owners:
            language = owner.languages[0] if owner.languages else "en"
            record = TextRecord(
                f"{message.recording_sid}-{owner.id}"[:64],
                message.call_sid,
                owner.number,
                from_number,
                phrase(key, language, mailbox=message.mailbox),
                now,
                now,
            )
            self.notify(record, now)

    def notify(self, record: TextRecord, now: datetime) -> None:
        """A text of the house to its own people, once; none where the house sends none."""
        if self.on and self.records.want(record):
            self.send(record.id, now)

    def send(self, identity: str, now: datetime) -> None:
        """Send a text that is wanted, once."""
        record = self.records.get(identity)
        if record is None or not self.records.claim(identity, now):
            return
        refused = "" if self.on else "off"
        refused = refused or self.dialling.spend(record.number, "text", int(now.timestamp() * 1000), identity)
        if refused:
            self.records.became(identity, "refused", now, detail=refused)
            return
        try:
            sid = self.carrier.text(
                to_number=record.number,
                from_number=record.from_number,
                text=record.text,
                status_path=f"/voice/text/{identity}",
            )
        except CarrierError as error:
            status: TextStatus = "wanted" if error.retry else "unknown" if error.ambiguous else "failed"
            self.records.became(identity, status, now, detail=f"carrier-{error.code}")
            return
        self.records.became(identity, "sent", now, message_sid=sid)

    def said(self, identity: str, status: str, code: str, now: datetime) -> None:
        """What the carrier says became of a text."""
        became = _SAID.get(status)
        if became is not None:
            self.records.became(identity, became, now, detail=f"carrier-{code}" if code else "")

    def sweep(self, before: datetime) -> None:
        """Ask again for texts whose job was lost."""
        for identity in self.records.waiting(before):
            self.jobs.hint("send_kept_text", identity)
