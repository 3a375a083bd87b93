"""What went into a call, turn by turn, as far as it may be kept: masked, compact, enough for a replay.

One fact beside the session a turn (`input:<turn>`), stored with the turn in its one round trip; the history takes them
over when the call is recorded. What answers a sensitive question is not kept, nor are keys or words that look like a
telephone number: only that there were some.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal, get_args

import msgspec

from ivr.core.flow.inputs import (
    Dialed,
    DialStatus,
    Digits,
    HungUp,
    Input,
    LeaveReason,
    LeftLine,
    NoInput,
    Recorded,
    Spoken,
    Started,
)
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.flow.turn import Turn
from ivr.core.mask import mask_text

FACT = "input:"
"""Before the turn's number: the name of the fact."""

Kind = Literal["started", "keys", "words", "nothing", "recorded", "dialed", "left-line", "hung-up"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MAX_VALUE = 300
"""Characters kept of what was said."""


@dataclass(frozen=True, slots=True)
class KeptInput:
    """One turn's input. `value` is the keys or words, a recording's end, why a line was left, and which (`full tax`),
    how a dial ended.

    `hidden`: there was an answer that may not be kept, and `value` is empty. `trail` are the steps walked in the turn,
    each with its flow (empty for the line's own) and the exit it was left by. For `started`, `value` tells what was
    known of the caller, without name or number (`caller_of`).
    """

    turn: int
    at: datetime
    kind: Kind
    value: str = ""
    seconds: int = 0
    hidden: bool = False
    trail: tuple[tuple[str, str, str], ...] = ()


def kept_input(given: Input, turn: Turn, at: datetime, *, sensitive: bool) -> KeptInput:
    """An input as it may be kept, with the turn that followed it."""
    kind, value, seconds = _told(given, turn.session)
    masked = mask_text(value) if kind in {"keys", "words"} else value
    hidden = kind in {"keys", "words"} and (sensitive or masked != value)
    return KeptInput(
        turn=turn.session.turn,
        at=at,
        kind=kind,
        value="" if hidden else value[:MAX_VALUE],
        seconds=seconds,
        hidden=hidden,
        trail=tuple((walked.flow, walked.step, walked.exit) for walked in turn.trail),
    )


def input_of(kept: KeptInput) -> Input:
    """The input that was kept; keys or words that were not come back empty. Raises ValueError for `started`."""
    match kept.kind:
        case "keys":
            return Digits(kept.value)
        case "words":
            return Spoken(kept.value)
        case "nothing":
            return NoInput()
        case "recorded":
            return Recorded(f"RE{kept.turn:032x}", kept.seconds, kept.value)
        case "dialed":
            return Dialed(_DIALED.get(kept.value, "failed"), kept.seconds)
        case "left-line":
            reason, _, queue = kept.value.partition(" ")
            return LeftLine(_REASONS.get(reason, "failed"), talk_seconds=kept.seconds, queue=queue)
        case "hung-up":
            return HungUp()
    raise ValueError(f"turn {kept.turn} has no input: {kept.kind}")


def fact_of(kept: KeptInput) -> dict[str, str]:
    """The input as a fact beside the session."""
    at_ms = int(kept.at.timestamp() * 1000)
    parts = [at_ms, kept.kind, kept.value, kept.seconds, int(kept.hidden), kept.trail]
    return {f"{FACT}{kept.turn}": msgspec.json.encode(parts).decode()}


def inputs_in(facts: Mapping[str, str]) -> tuple[KeptInput, ...]:
    """Every input kept among a session's facts, in order."""
    found = []
    for name, text in facts.items():
        if name.startswith(FACT):
            at_ms, kind, value, seconds, hidden, trail = json.loads(text)
            at = datetime.fromtimestamp(at_ms / 1000, UTC)
            walked = tuple((flow, step, way_out) for flow, step, way_out in trail)
            found.append(KeptInput(int(name.removeprefix(FACT)), at, kind, value, seconds, bool(hidden), walked))
    return tuple(sorted(found, key=lambda kept: kept.turn))


def caller_of(kept: KeptInput, kind: str) -> tuple[CallerFacts, str, bool]:
    """What was known of the caller of a `started` input, the language spoken, and whether there was a name.

    `kind` is the caller's of the record. The name and number are not kept: they come back empty.
    """
    known = json.loads(kept.value) if kept.value else {}
    facts = CallerFacts(
        kind=kind,
        calls_before=int(known.get("calls_before", 0)),
        last_call_at=str(known.get("last_call_at", "")),
        last_reason=str(known.get("last_reason", "")),
        language=str(known.get("language", "")),
        last_agent=str(known.get("last_agent", "")),
        adviser=str(known.get("adviser", "")),
    )
    return facts, str(known.get("spoken", "")), bool(known.get("named", False))


def with_name(caller: CallerFacts, name: str) -> CallerFacts:
    """A caller with a name that stands for the one that wasn't kept."""
    return replace(caller, name=name)


def _told(given: Input, session: Session) -> tuple[Kind, str, int]:
    match given:
        case Digits(keys):
            return "keys", keys, 0
        case Spoken(text):
            return "words", text, 0
        case Recorded(_, seconds, ended_by):
            return "recorded", ended_by, seconds
        case Dialed(status, seconds):
            return "dialed", status, seconds
        case LeftLine(reason, _, seconds, queue):
            return "left-line", f"{reason} {queue}".rstrip(), seconds
        case HungUp():
            return "hung-up", "", 0
        case Started():
            return "started", _known(session), 0
    return "nothing", "", 0


def _known(session: Session) -> str:
    """What was known of a caller as the call began, without who it is."""
    caller = session.caller
    known = {
        "named": bool(caller.name),
        "calls_before": caller.calls_before,
        "last_call_at": caller.last_call_at,
        "last_reason": caller.last_reason,
        "language": caller.language,
        "last_agent": caller.last_agent,
        "adviser": caller.adviser,
        "spoken": session.language,
    }
    return json.dumps({name: value for name, value in known.items() if value}, ensure_ascii=False)


_DIALED: dict[str, DialStatus] = {status: status for status in get_args(DialStatus)}
_REASONS: dict[str, LeaveReason] = {reason: reason for reason in get_args(LeaveReason)}
