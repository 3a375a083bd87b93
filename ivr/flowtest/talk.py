"""A line typed at a terminal as an act: keys, words, nothing, or one of a few commands."""

import re

from ivr.core.flow.effects import Dial, Join, Record, Stay, Wait
from ivr.core.flow.hold import HEARTBEAT_SECONDS
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
from ivr.flowtest.stage import TALK_SECONDS
from ivr.flowtest.values import DIAL_WORDS, seconds_of

HELP = """\
keys (2, 123456#, *)    press them
words                   say them, where words are listened for
nothing (just Enter)    do nothing; in line: wait a moment
wait 60                 stay in line for so many seconds, or wait 5 min
agent answers           an agent takes the call; agent answers 95 s: and talks so long
record 12               leave a message of so many seconds
answers, busy, no answer, failed     how the number ends that the call is handed over to
break                   something in the flow fails here
hang up                 put the phone down
quit                    stop here, without hanging up"""

_KEYS = re.compile(r"[0-9*#](?:[0-9*# ]*[0-9*#])?")
_COMMAND = re.compile(r"(wait|record|agent answers|answers)(?:\s+(\d.*))?")


def act_of(typed: str, wait: Wait) -> Act | str:
    """What a typed line does, by what the call waits for; or a sentence saying why it can't be read."""
    line = " ".join(typed.split())
    if not line:
        return WaitsFor(HEARTBEAT_SECONDS) if isinstance(wait, Join | Stay) else StaysSilent()
    if _KEYS.fullmatch(line):
        return Presses(line.replace(" ", ""))
    if line == "hang up":
        return HangsUp()
    if line == "break":
        return FlowBreaks()
    if line in DIAL_WORDS and line != "answers" and isinstance(wait, Dial):
        return NumberEnds(DIAL_WORDS[line])
    command = _COMMAND.fullmatch(line)
    return Speaks(line) if command is None else _command(command[1], command[2], wait)


def _command(word: str, length: str | None, wait: Wait) -> Act | str:
    seconds = seconds_of(length) if length else None
    if length and seconds is None:
        return f"'{length}' is not a time: write for example 20, 20 s or 5 min"
    match word:
        case "wait":
            return WaitsFor(seconds or HEARTBEAT_SECONDS)
        case "record" if isinstance(wait, Record):
            return Records(seconds or wait.silence_seconds)
        case "agent answers":
            return AgentAnswers(seconds or TALK_SECONDS)
        case "answers" if isinstance(wait, Dial):
            return NumberEnds("completed", seconds or TALK_SECONDS)
    return Speaks(f"{word} {length}" if length else word)
