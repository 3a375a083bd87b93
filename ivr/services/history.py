"""Ended calls become history: one record a call, written once, from what the live stores still have of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, get_args

from ivr.services.inputs import inputs_in
from ivr.services.keeping import EndedCall, EndedCalls, Message, Messages
from ivr.services.ports import CallRecord, History, Moment
from ivr.services.surveys import Surveys, answers_of

Outcome = Literal[
    "answered", "abandoned", "voicemail", "callback", "dialed", "ended-by-flow", "hung-up-in-menu", "rejected", "failed"
]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

WITHIN, URGENT_WITHIN = timedelta(days=1), timedelta(hours=1)
"""From leaving a message until it should have been dealt with."""

_OFFER_TIMES = (("made", "offered"), ("answered", "picked-up"), ("accepted", "accepted"), ("met", "talking"))


def record_call(
    call_sid: str, *, ended: EndedCalls, history: History, messages: Messages, surveys: Surveys | None = None
) -> CallRecord | None:
    """Write a finished call, its messages and what its caller answered to a survey into the history, then take it off
    the list. Repeating it changes nothing.

    None where nothing is kept of the call any more: it is taken off the list, since nobody could ever record it. Raises
    StoreDown and HistoryDown; the call then stays on the list for the next try.
    """
    call = ended.get(call_sid)
    if call is None:
        ended.recorded(call_sid)
        return None
    record = record_of(call)
    for message in messages_of(call):
        messages.keep(message)
    if surveys is not None:
        surveys.keep(answers_of(call, record.ended_at, record.queue, record.agent_id))
    history.remember(record)
    ended.recorded(call_sid)
    return record


def keep_message(
    call_sid: str, recording_sid: str, *, ended: EndedCalls, messages: Messages, now: datetime
) -> Message | None:
    """Keep a message of a call, live or ended, as soon as it was left. None where the call left no such message."""
    call = ended.get(call_sid)
    kept = call.facts.get(f"message:{recording_sid}") if call else None
    if call is None or kept is None:
        return None
    message = message_of(call, json.loads(kept), now)
    messages.keep(message)
    return message


def record_of(call: EndedCall) -> CallRecord:
    """The record of an ended call. Pure."""
    session, way = call.session, call.way
    started = datetime.fromisoformat(session.started_at) if session.started_at else _at(call.facts, "started_ms")
    ended = _at(call.facts, "ended_ms") or started
    if started is None or ended is None:
        raise ValueError(f"call {session.call_sid} has no beginning")
    joined, answered = _at(way, "joined"), _at(way, "bridged")
    left = _at(way, "left") or ended
    wait_ends = answered or left
    return CallRecord(
        call_sid=session.call_sid,
        line=session.line,
        flow=session.flow,
        digest=session.digest,
        from_number=session.caller.number,
        from_raw=session.from_number,
        to_number=session.to_number,
        caller_kind=session.caller.kind,
        started_at=started.astimezone(UTC),
        ended_at=ended,
        outcome=outcome_of(call),
        path=session.path,
        queue=way.get("queue", ""),
        joined_at=joined,
        wait_seconds=_seconds(joined, wait_ends) if joined else None,
        agent_id=_who_talked(call) if answered else "",
        talk_seconds=_seconds(answered, left) if answered else 0,
        notes=_notes(call.facts),
        moments=_moments(call, started, ended),
        inputs=inputs_in(call.facts),
    )


def outcome_of(call: EndedCall) -> Outcome:
    """How a call ended, by what came of it: an agent, a message, another number; then by who ended it. Pure.

    Of the facts it reads `message:...`, `callback`, `dialed`, `rejected` (the flow's own first answer) and `hung_up`
    (the caller went while the flow still had something to say or ask).
    """
    facts, session = call.facts, call.session
    if _at(call.way, "bridged"):
        return "answered"
    if any(name.startswith("message:") for name in facts):
        return "voicemail"
    if "callback" in facts:
        return "callback"
    if "dialed" in facts:
        return "dialed"
    if "rejected" in facts:
        return "rejected"
    if call.way and call.way.get("left_reason", "") in {"", "abandoned"}:
        return "abandoned"
    if "hung_up" in facts or not session.ended:
        return "hung-up-in-menu"
    return "failed" if session.faults else "ended-by-flow"


def messages_of(call: EndedCall) -> list[Message]:
    """The messages a caller left. Pure."""
    left_at = _at(call.facts, "ended_ms") or datetime.fromisoformat(call.session.started_at)
    return [
        message_of(call, json.loads(text), left_at)
        for name, text in sorted(call.facts.items())
        if name.startswith("message:")
    ]


def message_of(call: EndedCall, kept: Mapping[str, str | int], left_at: datetime) -> Message:
    """One message, from the fields of its `KeepMessage`."""
    return Message(
        recording_sid=str(kept["recording_sid"]),
        call_sid=call.session.call_sid,
        mailbox=str(kept["mailbox"]),
        from_number=call.session.caller.number,
        from_raw=call.session.from_number,
        reason=str(kept.get("reason", "")),
        seconds=int(kept["seconds"]),
        left_at=left_at,
        urgent=bool(kept.get("urgent")),
        due_at=left_at + (URGENT_WITHIN if kept.get("urgent") else WITHIN),
    )


def _who_talked(call: EndedCall) -> str:
    return call.way.get("agent", "") or next((offer["agent"] for offer in call.offers if offer.get("bridged")), "")


def _moments(call: EndedCall, started: datetime, ended: datetime) -> tuple[Moment, ...]:
    way = call.way
    found = [Moment("started", started.astimezone(UTC)), Moment("ended", ended)]
    found += _one(call.facts, "chosen_ms", "chosen", "")
    found += _one(way, "joined", "joined", way.get("queue", ""))
    found += _one(way, "left", "left", way.get("left_reason", ""))
    for offer in call.offers:
        for field, name in _OFFER_TIMES:
            found += _one(offer, field, name, offer.get("agent", ""))
        if offer.get("state") != "accepted":
            found += _one(offer, "ended", offer.get("state", ""), offer.get("agent", ""))
    return tuple(sorted(found, key=lambda moment: moment.at))


def _one(kept: Mapping[str, str], field: str, name: str, detail: str) -> Sequence[Moment]:
    at = _at(kept, field)
    return [Moment(name, at, detail)] if at else []


def _notes(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """`note:<turn>:<index>` in the order they were taken."""
    named = [(name.split(":"), text) for name, text in facts.items() if name.startswith("note:")]
    ordered = sorted(named, key=lambda item: tuple(int(part) for part in item[0][1:]))
    return tuple((str(key), str(value)) for key, value in (json.loads(text) for _, text in ordered))


def _at(kept: Mapping[str, str], field: str) -> datetime | None:
    """A moment kept in ms; None where it hasn't happened (missing, empty or 0)."""
    text = kept.get(field, "")
    ms = float(text) if text else 0.0
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None


def _seconds(since: datetime | None, until: datetime) -> int:
    return max(0, int((until - since).total_seconds())) if since else 0
