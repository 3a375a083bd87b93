"""The switch: the exchange's public face. REST and phones call it; it holds every call, queue, room, recording and message.

Everything runs on one event loop. All methods are synchronous, return at once and must be called on that loop; what they set
off goes on in the background. Refusals are `ExchangeError`s in the carrier's codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.clock import Clock
from exchange.handset import Handset, Line, PhoneBook
from exchange.ids import Ids
from exchange.orders import AddParticipant, ParticipantChange, PlaceCall, RecordingOrder, SendMessage
from exchange.records import Call, Conference, Hook, Member, Message, Number, Participant, Queue, Recording


class Queues:
    """`switch.queues`."""

    def create(self, friendly_name: str, max_size: int | None = None) -> Queue: ...
    def get(self, sid: str) -> Queue: ...
    def list(self) -> list[Queue]: ...
    def update(self, sid: str, friendly_name: str | None = None, max_size: int | None = None) -> Queue: ...
    def delete(self, sid: str) -> None: ...
    def members(self, sid: str) -> list[Member]: ...
    def member(self, sid: str, who: str) -> tuple[Member, int]:
        """`who`: CallSid or `Front`. The member and its position, 1-based. 20404 where gone."""
    def dequeue(self, sid: str, who: str, document: Hook) -> tuple[Member, int]:
        """Pull a member out to run `document`. Returns the member as it was and its position."""


class Conferences:
    """`switch.conferences`."""

    def get(self, key: str) -> Conference:
        """By SID, or by friendly name while live."""
    def list(self) -> list[Conference]: ...
    def end(self, sid: str) -> Conference: ...
    def announce(self, sid: str, document: Hook) -> Conference: ...
    def participants(self, sid: str) -> list[Participant]: ...
    def participant(self, sid: str, who: str) -> Participant:
        """`who`: CallSid or label."""
    def add(self, order: AddParticipant) -> Participant: ...
    def update_participant(self, sid: str, who: str, change: ParticipantChange) -> Participant: ...
    def kick(self, sid: str, who: str) -> None: ...


class Recordings:
    """`switch.recordings`."""

    def start(self, call_sid: str, order: RecordingOrder) -> Recording: ...
    def update(self, call_sid: str, sid: str, status: str, pause_behavior: str = "silence") -> Recording:
        """`sid` may be `Twilio.CURRENT`; `call_sid` a CA or CF SID."""
    def get(self, sid: str) -> Recording: ...
    def list(self, call_sid: str | None = None, conference_sid: str | None = None) -> list[Recording]: ...
    def delete(self, sid: str) -> None: ...
    def media(self, sid: str, channels: int | None = None) -> bytes:
        """WAV bytes. 20404 until completed; 400 where two channels are asked of mono."""


class Messages:
    """`switch.messages`."""

    def send(self, order: SendMessage) -> Message: ...
    def get(self, sid: str) -> Message: ...
    def list(self) -> list[Message]: ...


class Switch:
    """A running exchange for one account.

    `calls`: every leg by SID, newest last. `numbers`: this account's numbers.
    """

    clock: Clock
    ids: Ids
    account_sid: str
    auth_token: str
    phones: PhoneBook
    calls: dict[str, Call]
    numbers: dict[str, Number]
    queues: Queues
    conferences: Conferences
    recordings: Recordings
    messages: Messages

    def dial_in(
        self,
        from_number: str,
        to_number: str,
        handset: Handset,
        *,
        forwarded_from: str | None = None,
        caller_name: str | None = None,
        attestation: str | None = "A",
        parameters: Mapping[str, str] | None = None,
    ) -> Call:
        """A phone dials one of this account's numbers. `handset` hears of everything; `line(call.sid)` drives the leg.

        `from_number` goes out as given (anonymous forms included). `attestation`: A, B, C or None (StirVerstat missing).
        An unknown number ends `failed`.
        """

    def place(self, order: PlaceCall) -> Call:
        """`POST Calls.json`: returns the queued call; outbound starts are paced at `cps`."""

    def get_call(self, sid: str) -> Call:
        """20404 where unknown."""

    def line(self, call_sid: str) -> Line:
        """What the person at that leg's phone can do."""

    def redirect(self, call_sid: str, document: Hook | None = None, twiml: str = "") -> Call:
        """A live call runs another document. 21220 where it is over."""

    def finish(self, call_sid: str, status: str) -> Call:
        """`completed` ends any state, `canceled` only queued or ringing ones. 21220 where it is over."""
