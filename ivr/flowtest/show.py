"""Acts, prompts and waits in words: what a transcript shows."""

import re
from collections.abc import Iterator
from dataclasses import fields

from ivr.core.flow.effects import Command, Dial, Fault, Gather, Join, Note, Wait
from ivr.flowtest.model import (
    Act,
    AgentAnswers,
    FlowBreaks,
    HangsUp,
    NumberEnds,
    Presses,
    Records,
    Speaks,
    StaysSilent,
    WaitsFor,
)
from ivr.flowtest.stage import Beat


def act_in_words(act: Act | None) -> str:  # noqa: C901, PLR0911 - one line an act
    """What happens, as the rest of a sentence about the caller."""
    match act:
        case None:
            return "calls"
        case Presses(keys):
            return f"presses {keys}"
        case Speaks(text, confidence):
            return f'says "{text}"' + ("" if confidence is None else f" (confidence {confidence})")
        case StaysSilent():
            return "does nothing"
        case Records(seconds, ended_by):
            return f"leaves a message of {seconds} s, ended by {ended_by}"
        case WaitsFor(seconds):
            return f"waits {seconds} s"
        case AgentAnswers(seconds):
            return f"is answered by an agent, talks {seconds} s"
        case NumberEnds(status, seconds):
            return f"is handed over: {status}" + (f", {seconds} s" if seconds else "")
        case HangsUp():
            return "hangs up"
        case FlowBreaks():
            return "meets a fault of the flow"


def transcript(beats: list[Beat]) -> Iterator[str]:
    """A call so far, line by line: what the caller did, then what was heard and done."""
    for number, beat in enumerate(beats):
        yield f"{number or 'start':>5}  caller {act_in_words(beat.act)}"
        yield from (f"         {line}" for line in beat_in_words(beat))


def beat_in_words(beat: Beat) -> Iterator[str]:
    """What followed an act: words heard, the way through the steps, what was done besides."""
    yield from (f'heard  "{text}"' for text in beat.heard)
    if beat.refused:
        yield f"not possible: {beat.refused}"
    way = [f"{walked.step} ({walked.exit})" for turn in beat.turns for walked in turn.trail]
    if way:
        yield f"steps  {' > '.join(way)}"
    for turn in beat.turns:
        yield from (f"does   {command_in_words(command)}" for command in turn.commands if not isinstance(command, Note))
    if beat.turns and (said := _wait(beat.turns[-1].wait)):
        yield said


def kebab(name: str) -> str:
    """A class's name as tests write it: `keep-message` for KeepMessage."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def command_name(command: Command) -> str:
    """A command as tests name it."""
    return kebab(type(command).__name__)


def command_in_words(command: Command) -> str:
    """A command with its fields."""
    if isinstance(command, Fault):
        return f"fault {command.code}: {command.detail}"
    known = ((field.name, getattr(command, field.name)) for field in fields(command))
    return " ".join(
        [command_name(command), *(f"{name}={value}" for name, value in known if value not in ("", None, ()))]
    )


def _wait(wait: Wait) -> str:
    match wait:
        case Join(queue=queue):
            return f"waits  in line '{queue}'"
        case Dial(numbers=numbers):
            return f"dials  {', '.join(numbers)}"
        case Gather(sensitive=True):
            return "asks   for something sensitive"
    return ""
