"""What a turn makes happen: prompts (heard), one wait (what the call does next), commands (done by the shell).

Every turn's effects are in order and end with exactly one `Wait`. `ivr/carrier/twiml.py` renders prompts and
the wait; `ivr/services/commands.py` performs the commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ivr.core.routing.skills import Level


# --- prompts: heard by the caller -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Say:
    """Spoken text. `language` is a locale such as `fr-FR`; `voice` a carrier voice, empty for the default."""

    text: str
    language: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class PlayRecording:
    """What the caller has just recorded in this very call, played to them."""

    recording_sid: str
    call_sid: str


@dataclass(frozen=True, slots=True)
class Play:
    """A prompt file under `flows/prompts/` (a relative path; never a URL from a flow variable).

    `text` is what it says, where that is known: for captions and transcripts.
    """

    path: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Music:
    """A piece of a prompt file (WAV), in whole seconds: `seconds` of it from `at` on, round and round."""

    path: str
    at: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence, in whole seconds, at least 1."""

    seconds: int = 1


Prompt = Say | Play | PlayRecording | Music | Pause


# --- waits: how a turn ends -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Gather:
    """Wait for keys and, with `speech`, words. Prompts inside are interruptible by a key.

    `num_digits` None: any number up to `finish_on_key` ("" for none) or `timeout_seconds` of silence. What answers a
    `sensitive` one is never logged, shown or kept in an event.
    """

    prompts: tuple[Prompt, ...] = ()
    num_digits: int | None = 1
    timeout_seconds: int = 6
    finish_on_key: str = ""
    speech: bool = False
    language: str = ""
    hints: tuple[str, ...] = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Record a message until a key, `silence_seconds` of silence or `max_seconds`."""

    max_seconds: int = 180
    silence_seconds: int = 5
    finish_on_key: str = "#"
    beep: bool = True


@dataclass(frozen=True, slots=True)
class Dial:
    """Hand the call over to other numbers (E.164), rung together, or in order with `sequential`.

    `caller_id` empty: the number the caller dialled.
    """

    numbers: tuple[str, ...]
    ring_seconds: int = 25
    max_seconds: int = 14_400
    caller_id: str = ""
    sequential: bool = False
    whisper: tuple[Say, ...] = ()
    """What whoever answers hears before they are put through; empty: they are put through at once."""

    press_key: bool = False
    """With a whisper: a key has to be pressed to take the call, which no answering machine does."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask an outside system, and go on in the same turn with what it answered (`Fetched`).

    `url` is complete, its values encoded; `body` is JSON, empty for none. `seconds` is the most this may take; all
    look-ups of a turn share one budget on top of it. Performed by `conversation`, never rendered.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    seconds: int = 3


@dataclass(frozen=True, slots=True)
class HandOver:
    """Go on in another line's flow, in the same turn, with all that is known of the caller so far.

    Where there is no such line or flow the step that asked for it gets `NotHandedOver`. Performed by `conversation`.
    """

    line: str


@dataclass(frozen=True, slots=True)
class Join:
    """Wait in a line for an agent. `skills` maps a skill to the least level asked for (1 to 10), or least and greatest.

    `priority_seconds` is what the call's priority is worth in waiting time. `max_wait_seconds` None: no limit.
    `reason` is the caller's path in words, told to the agent. `preferred` are agents, by id, who have the call to
    themselves at first, for `prefer_seconds`; None for as long as the line says. `overflow`: whether the call runs over
    into another line where its own says so; else it leaves, and its step says what follows.
    """

    queue: str
    skills: Mapping[str, Level] = field(default_factory=dict)
    priority_seconds: int = 0
    urgent: bool = False
    max_wait_seconds: int | None = None
    leave_if_nobody: bool = False
    reason: str = ""
    preferred: tuple[str, ...] = ()
    prefer_seconds: int | None = None
    overflow: bool = True


@dataclass(frozen=True, slots=True)
class Stay:
    """Go on waiting in the line the call stands in: back from what a key led to, in the same place.

    `tell_place`: the caller has asked where they stand, and is told first.
    """

    tell_place: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Book a callback, and go on in the same turn with what came of it (`Booked`). Performed by `conversation`.

    The callback is the same item of the same line: where the call stands in `queue`, its place goes over to it. Where
    `number` (E.164) has one there already nothing is booked. `not_before` is ISO 8601 UTC, empty for "when it is your
    turn"; such a callback takes its place in line then. `cancel` takes back the one this number has there.
    `greeting` is all that whoever picks up is told before a key is pressed; empty for the line's name and the agent's.
    """

    queue: str
    number: str
    skills: Mapping[str, Level] = field(default_factory=dict)
    priority_seconds: int = 0
    not_before: str = ""
    tries: int = 3
    reason: str = ""
    cancel: bool = False
    greeting: str = ""


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call after its prompts."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Decline an unanswered call; only valid as the only effect of a first turn."""

    reason: Literal["busy", "rejected"] = "busy"


Wait = Gather | Record | Dial | Fetch | HandOver | Join | Stay | Book | Hangup | Reject


# --- commands: performed by the shell, each once, by the id `call_sid:turn:index` --------------------------------
@dataclass(frozen=True, slots=True)
class KeepMessage:
    """Keep a recorded voicemail for `mailbox`; fetched and notified by a job."""

    mailbox: str
    recording_sid: str
    seconds: int
    reason: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SendText:
    """Send a text to `number` (E.164), by a job, where the house allows texts. The caller has agreed."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class KeepAnswers:
    """Keep a survey's answers: each question's name with the number given. `kinds` says of each how it is read."""

    survey: str
    answers: tuple[tuple[str, int], ...]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Remember a fact about this call in its history (a step's name and its exit, an answer that isn't sensitive)."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class KeepConsent:
    """Keep what a caller agreed to or didn't: `words` are those heard, in `language`; not `clear`: nothing was said."""

    name: str
    given: bool
    clear: bool = True
    words: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the flow failed at run time (a limit, a template). Logged and counted, never spoken."""

    code: str
    detail: str


Command = KeepMessage | SendText | KeepAnswers | Note | Fault | KeepConsent

Effect = Prompt | Wait | Command
