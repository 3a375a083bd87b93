"""A conversation as a test call, in the form `decode.py` reads: what was heard becomes what is expected."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.flowtest.around import ANY_STEP
from ivr.flowtest.given import HIDDEN, NEW_NUMBER
from ivr.flowtest.model import (
    Act,
    AgentAnswers,
    FlowBreaks,
    Given,
    HangsUp,
    NumberEnds,
    Presses,
    Records,
    Speaks,
    Staff,
    StaysSilent,
    WaitsFor,
)
from ivr.flowtest.stage import TALK_SECONDS, Beat
from ivr.flowtest.values import DIAL_WORDS, STAFF_WORDS

_ENDED_BY = {"hangup": "hangs up", "#": "hash", "*": "star"}


def as_test(name: str, given: Given, beats: Sequence[Beat], outcome: str, time_zone: str) -> str:
    """The test call as YAML, one item of a list. What was refused is left out."""
    lines = [f"- name: {_text(name)}", f"  call: {{{', '.join(_call(given, time_zone))}}}"]
    if caller := ", ".join(_caller(given)):
        lines.append(f"  caller: {{{caller}}}")
    if (staff := given.staff.get("")) and (words := _staff(staff)):
        lines.append(f"  agents: {words}")
    if given.lookups.keys() - {ANY_STEP}:
        known = {step: answer for step, answer in given.lookups.items() if step != ANY_STEP}
        lines.append(f"  lookups: {json.dumps(known, ensure_ascii=False)}")
    lines.append("  turns:")
    for beat in beats:
        if not beat.refused:
            lines += [f"    {line}" for line in _turn(beat)]
    lines.append(f"  ends: {outcome}")
    return "\n".join(lines) + "\n"


def _call(given: Given, time_zone: str) -> Iterator[str]:
    if given.from_number == HIDDEN:
        yield "from: hidden"
    elif given.from_number != NEW_NUMBER:
        yield f"from: {_text(given.from_number)}"
    yield f"to: {_text(given.line.number)}" if given.line.number else f"flow: {given.flow}"
    yield f"at: {_moment(given.at, time_zone)}"
    if given.line.language:
        yield f"language: {given.line.language}"


def _moment(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds")


def _caller(given: Given) -> Iterator[str]:
    caller = given.caller
    if caller.name:
        yield f"name: {_text(caller.name)}"
    if caller.calls_before:
        yield f"calls_before: {caller.calls_before}"
    if caller.last_reason:
        yield f"last_reason: {_text(caller.last_reason)}"
    if caller.last_agent:
        yield f"last_agent: {_text(caller.last_agent)}"
    if caller.adviser:
        yield f"adviser: {_text(caller.adviser)}"


def _staff(staff: Staff) -> str:
    return next((words for words, known in STAFF_WORDS.items() if known == staff), "")


def _turn(beat: Beat) -> Iterator[str]:
    lines = [*_act(beat.act), *_heard(beat)] or ["not_hears: nothing at all"]
    yield f"- {lines[0]}"
    yield from (f"  {line}" for line in lines[1:])


def _heard(beat: Beat) -> Iterator[str]:
    if len(beat.heard) == 1:
        yield f"hears: {_text(beat.heard[0])}"
    elif beat.heard:
        yield "hears:"
        yield from (f"  - {_text(text)}" for text in beat.heard)


def _act(act: Act | None) -> Iterator[str]:  # noqa: C901 - one line an act
    match act:
        case None:
            return
        case Presses(keys):
            yield f"presses: {_text(keys)}"
        case Speaks(text, confidence):
            yield f"says: {_text(text)}"
            if confidence is not None:
                yield f"confidence: {confidence}"
        case StaysSilent():
            yield "presses: nothing"
        case Records(seconds, ended_by):
            yield f"records: {seconds} s"
            yield f"ended_by: {_ENDED_BY.get(ended_by, ended_by)}"
        case WaitsFor(seconds):
            yield f"waits: {seconds} s"
        case AgentAnswers(seconds):
            yield "agent: answers"
            yield from _talks(seconds)
        case NumberEnds(status, seconds):
            yield f"dialled: {next(word for word, known in DIAL_WORDS.items() if known == status)}"
            yield from _talks(seconds) if status == "completed" else ()
        case HangsUp():
            yield "hangs_up: yes"
        case FlowBreaks():
            yield "breaks: yes"


def _talks(seconds: int) -> Iterator[str]:
    if seconds != TALK_SECONDS:
        yield f"talks: {seconds} s"


def _text(text: str) -> str:
    """A text in double quotes, as YAML and JSON both write it."""
    return json.dumps(text, ensure_ascii=False)
