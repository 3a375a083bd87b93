"""A turn's commands, each performed once. What has to last is stored together with the turn, by its id `turn:index`;
what can be done again without harm is done after it.

Storing a turn is compare-and-set, so a repeated webhook stores nothing, and a process that dies between storing and
doing has left facts that the end of the call, a heartbeat or a sweep finds.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from ivr.core.events import Event
from ivr.core.flow.effects import Dial, Fault, Join, KeepAnswers, KeepConsent, KeepMessage, Note, Reject, Say, SendText
from ivr.core.flow.turn import Turn
from ivr.services.ports import Jobs

log = logging.getLogger(__name__)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


JOIN, JOINED = "join", "join_ms"
"""Facts that say in which line a call waits, and how; and since when, in ms of the clock."""

WHISPER = "whisper:"
"""Prefix of the fact that says what whoever answers a hand-over is told, by its turn."""

TEXT, ANSWERS = "text:", "survey:"
"""Facts that say which texts are to be sent, and what was answered to a survey."""


def facts_of(turn: Turn) -> dict[str, str]:
    """What of a turn's commands is kept beside the session, by name."""
    facts = _kept(turn)
    if any(walked.exit == "booked" for walked in turn.trail):
        facts["callback"] = "1"
    if isinstance(turn.wait, Reject):
        facts["rejected"] = "1"
    if isinstance(turn.wait, Dial) and turn.wait.whisper:
        told = [[say.text, say.language, say.voice] for say in turn.wait.whisper]
        facts[f"{WHISPER}{turn.session.turn}"] = _json({"press": turn.wait.press_key, "told": told})
    if isinstance(turn.wait, Join):
        facts[JOIN] = _json(asdict(turn.wait))
    return facts


def _kept(turn: Turn) -> dict[str, str]:
    facts = {}
    for index, command in enumerate(turn.commands):
        match command:
            case Note():
                facts[f"note:{turn.session.turn}:{index}"] = _json([command.key, command.value])
            case KeepConsent():
                facts[f"note:{turn.session.turn}:{index}"] = _json([f"consent {command.name}", _consent(command)])
            case KeepMessage():
                facts[f"message:{command.recording_sid}"] = _json(asdict(command))
            case SendText():
                facts[f"{TEXT}{turn.session.turn}:{index}"] = _json(asdict(command))
            case KeepAnswers():
                facts[f"{ANSWERS}{command.survey}"] = _json(asdict(command))
            case Fault():
                pass  # an event: `faults_of`
    return facts


def _consent(asked: KeepConsent) -> str:
    """An agreement in words: what was answered, and to what exactly."""
    answer = ("yes" if asked.given else "no") if asked.clear else "no answer"
    return f"{answer} ({asked.language}: {asked.words})"


def faults_of(turn: Turn, at_ms: int) -> list[Event]:
    """A turn's faults as events."""
    return [
        Event("fault", at_ms, turn.session.call_sid, {"code": command.code, "detail": command.detail})
        for command in turn.commands
        if isinstance(command, Fault)
    ]


def perform(turn: Turn, jobs: Jobs) -> None:
    """What follows a stored turn: hints to the workers, and one log line a fault."""
    for index, command in enumerate(turn.commands):
        if isinstance(command, KeepMessage):
            jobs.hint("keep_message", turn.session.call_sid, command.recording_sid)
        elif isinstance(command, SendText):
            jobs.hint("send_text", turn.session.call_sid, f"{turn.session.turn}:{index}")
        elif isinstance(command, Fault):
            log.error(
                "flow fault", extra={"call": turn.session.call_sid, "code": command.code, "detail": command.detail}
            )


def whisper_from(facts: Mapping[str, str], turn_no: int) -> tuple[tuple[Say, ...], bool] | None:
    """What whoever answers a hand-over is told, and whether a key takes it; None where that turn hands nothing over."""
    kept = facts.get(f"{WHISPER}{turn_no}")
    if kept is None:
        return None
    found = json.loads(kept)
    return tuple(Say(text, language, voice) for text, language, voice in found["told"]), bool(found["press"])


def join_from(facts: Mapping[str, str]) -> Join | None:
    """The line a call was last told to wait in, from the facts kept beside its session."""
    kept = facts.get(JOIN)
    return Join(**json.loads(kept)) if kept else None


def joined_ms_from(facts: Mapping[str, str]) -> int:
    """When a call was told to wait in the line of `join_from`, in ms of the clock; 0 where that isn't known."""
    return int(facts.get(JOINED, "0"))
