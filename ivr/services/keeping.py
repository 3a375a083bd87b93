"""Ports for what callers leave behind: messages, the index of recordings, ended calls that are not history yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from ivr.core.flow.session import Session


@dataclass(frozen=True, slots=True)
class Message:
    """A voicemail, there from the moment it was left; its audio follows.

    `from_number` is E.164 or empty; never log it. `due_at` is when it should have been dealt with, `done_at` when it
    was.
    """

    recording_sid: str
    call_sid: str
    mailbox: str
    from_number: str
    from_raw: str
    reason: str
    seconds: int
    left_at: datetime
    heard_at: datetime | None = None
    heard_by: str = ""
    urgent: bool = False
    due_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str = ""


class Messages(Protocol):
    """Voicemails. All methods raise ports.HistoryDown."""

    def keep(self, message: Message) -> bool:
        """Keep a message, once; False where it was kept before."""

    def get(self, recording_sid: str) -> Message | None:
        """One message."""

    def newest(self, mailbox: str = "", *, unheard: bool = False, limit: int = 100) -> Sequence[Message]:
        """Messages, newest first; of every mailbox where `mailbox` is empty."""

    def without_audio(self, left_before: datetime, limit: int = 50) -> Sequence[Message]:
        """Messages whose audio was never fetched, oldest first: the sweep finds here what a lost job left."""

    def heard(self, recording_sid: str, by: str, at: datetime) -> bool:
        """Mark a message heard, the first time only; False where it was, or doesn't exist."""

    def open(self, mailbox: str = "", limit: int = 200) -> Sequence[Message]:
        """Those nobody has dealt with, most overdue first."""

    def done(self, recording_sid: str, by: str, at: datetime) -> bool:
        """Somebody has dealt with it; False where it was, or doesn't exist."""

    def owners(self, mailbox: str) -> Sequence[str]:
        """Ids of the agents who are told of messages there."""


RecordingKind = Literal["voicemail", "call"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording kept here. `id` is random and names the file; nothing of the caller does."""

    id: str
    recording_sid: str
    call_sid: str
    sha256: str
    bytes: int
    seconds: float
    stored_at: datetime
    deleted_at_carrier: datetime | None = None
    deleted_at: datetime | None = None
    kind: RecordingKind = "voicemail"


class RecordingIndex(Protocol):
    """Which recordings are kept. All methods raise ports.HistoryDown."""

    def add(self, recording: Recording) -> bool:
        """Note a recording, once per `recording_sid`; False where there is one already."""

    def get(self, recording_id: str) -> Recording | None:
        """One recording, deleted or not."""

    def of(self, recording_sid: str) -> Recording | None:
        """The recording the carrier knows by this SID."""

    def strays(self, stored_before: datetime, limit: int = 50) -> Sequence[Recording]:
        """Voicemail recordings of calls in the history that became no message: the caller recorded again."""

    def deleted_at_carrier(self, recording_id: str, at: datetime) -> None:
        """Note that the carrier's copy is gone."""

    def deleted(self, recording_id: str, at: datetime) -> None:
        """Note that our copy is gone."""


@dataclass(frozen=True, slots=True)
class EndedCall:
    """A call that is over: its session, the texts kept beside it, its way through its line and the offers made of it.

    `way` and `offers` are the hashes `call:<call>` and `reservation:<call>-<epoch>` of `ivr/store/redis/keys.py`.
    """

    session: Session
    facts: Mapping[str, str]
    way: Mapping[str, str] = field(default_factory=dict)
    offers: Sequence[Mapping[str, str]] = ()


class EndedCalls(Protocol):
    """Calls that have ended and aren't in the history yet. Raises ports.StoreDown."""

    def waiting(self, limit: int = 100) -> Sequence[str]:
        """Their SIDs, longest ended first."""

    def get(self, call_sid: str) -> EndedCall | None:
        """One call's session and facts; None where nothing is kept of it."""

    def recorded(self, call_sid: str) -> None:
        """The history has it now."""
