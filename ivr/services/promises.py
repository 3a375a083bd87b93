"""What callers were promised, as records: callbacks, texts, answers to surveys. Ports, and the jobs that keep them.

The live truth is in the lines; here is what must outlive it. Each job looks again and writes what it finds; running it
twice, late or never ends in the same rows, since a sweep hints those the database hasn't heard of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

from ivr.core.callback import PROMISE_SECONDS
from ivr.services.callbacks_port import CallbackStore
from ivr.services.lines_port import LineStore

CallbackStatus = Literal["waiting", "talking", "done", "failed", "cancelled"]

_ENDED: Mapping[str, CallbackStatus] = {"talked": "done", "cancelled": "cancelled"}


@dataclass(frozen=True, slots=True)
class CallbackRecord:
    """A callback as the lines last told of it. `number` is E.164: never log it. `due_at` is what was promised.

    `chosen_at` is the moment its caller chose; `promised_from` and `promised_until` between which moments the phone is
    to ring, as far as that could be known; `tried_at` when it first did, `reached_at` when the caller pressed the key.

    `done_at`: somebody has settled one that failed. `last_cause` is why the last try came to nothing.
    """

    id: str
    call_sid: str
    queue: str
    number: str
    to_number: str
    reason: str
    status: CallbackStatus
    revision: int
    booked_at: datetime
    not_before: datetime | None
    due_at: datetime
    attempts: int = 0
    last_try_at: datetime | None = None
    last_cause: str = ""
    ended_at: datetime | None = None
    agent_id: str = ""
    talk_seconds: int = 0
    done_at: datetime | None = None
    done_by: str = ""
    chosen_at: datetime | None = None
    promised_from: datetime | None = None
    promised_until: datetime | None = None
    tried_at: datetime | None = None
    reached_at: datetime | None = None


class CallbackRecords(Protocol):
    """Callbacks in the database. All methods raise ports.HistoryDown."""

    def keep(self, record: CallbackRecord) -> None:
        """Write it, unless what is there is newer."""

    def get(self, callback: str) -> CallbackRecord | None:
        """One callback."""

    def open(self, limit: int = 200) -> Sequence[CallbackRecord]:
        """Those that wait, and those that failed and nobody has settled, most overdue first."""

    def newest(self, limit: int = 100) -> Sequence[CallbackRecord]:
        """All, newest first."""

    def done(self, callback: str, by: str, at: datetime) -> bool:
        """Somebody has settled it; False where it was, or doesn't exist."""


def keep_callback(callback: str, *, lines: LineStore, records: CallbackRecords, now_ms: int) -> CallbackRecord | None:
    """Write a callback as the lines know it. None where they know nothing of it any more."""
    way = lines.way(callback)
    if way.get("mode") != "callback":
        forget(callback, lines, now_ms)
        return None
    record = record_of(callback, way)
    records.keep(record)
    lines.callback_kept(callback, str(record.revision), now_ms)
    return record


def forget(callback: str, lines: CallbackStore, now_ms: int) -> None:
    """Nothing is known of it: not to be asked about again."""
    lines.callback_kept(callback, "", now_ms)


def record_of(callback: str, way: Mapping[str, str]) -> CallbackRecord:
    """The record of a callback, from its hash in the lines. Pure."""
    booked = _at(way, "booked") or datetime.fromtimestamp(0, UTC)
    not_before = _at(way, "not_before")
    bridged, left = _at(way, "bridged"), _at(way, "left")
    reason = way.get("left_reason", "")
    status: CallbackStatus = "waiting"
    if way.get("state") == "left":
        status = _ENDED.get(reason, "failed")
    elif way.get("state") == "bridged":
        status = "talking"
    return CallbackRecord(
        id=callback,
        call_sid=way.get("origin", ""),
        queue=way.get("queue", ""),
        number=way.get("number", ""),
        to_number=way.get("to_number", ""),
        reason=way.get("reason", ""),
        status=status,
        revision=int(way.get("rev") or 0),
        booked_at=booked,
        not_before=not_before,
        due_at=_due(booked, _at(way, "chosen") or _begins(booked, not_before, int(way.get("attempts") or 0))),
        attempts=int(way.get("attempts") or 0),
        last_try_at=_at(way, "last_try"),
        last_cause=way.get("last_cause", "") or (reason if status == "failed" else ""),
        ended_at=left,
        agent_id=way.get("agent", "") if bridged else "",
        talk_seconds=max(0, int((left - bridged).total_seconds())) if bridged and left else 0,
        chosen_at=_at(way, "chosen"),
        promised_from=_at(way, "promised_from"),
        promised_until=_at(way, "promised_until"),
        tried_at=_at(way, "tried"),
        reached_at=bridged,
    )


def _due(booked: datetime, chosen: datetime | None) -> datetime:
    """What was promised: a chosen moment counts from itself; a further try doesn't put the promise off."""
    return (chosen or booked) + timedelta(seconds=PROMISE_SECONDS)


def _begins(booked: datetime, not_before: datetime | None, attempts: int) -> datetime | None:
    """The moment chosen, of a callback booked before that was kept by itself: a try overwrites it."""
    return not_before if not_before and not attempts and not_before > booked else None


def _at(way: Mapping[str, str], field: str) -> datetime | None:
    ms = float(way.get(field) or 0)
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None
