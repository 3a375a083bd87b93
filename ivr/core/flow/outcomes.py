"""What a step answers the engine: it is left by an exit, it waits for the caller, or it failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.core.flow.effects import Effect, Wait

MAX_PATIENCE = 4
"""How many times longer than usual an answer is waited for at most, for a caller who asks for time."""


class NotAccepted(Exception):  # noqa: N818 - a decision, not a mistake
    """The waiting step can't take this input. Nothing has changed; the same turn may be taken again."""


@dataclass(frozen=True, slots=True)
class Left:
    """The step is over. `to` is the next step's name; empty ends the call with a goodbye.

    `exit` names the way out, for the trail. `values` are kept in the session; `label` is added to the caller's way in
    words. What is said is heard to its end where not `interruptible`.

    `language`, where given, is spoken from now on. `urgent` marks the call for good. `told` are incidents just heard.
    """

    to: str
    exit: str
    effects: tuple[Effect, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    interruptible: bool = True
    language: str = ""
    urgent: bool = False
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Runs:
    """Another flow is run, with `given`; the step is asked again (`Step.returned`) when it is over.

    It begins at its step `at`, empty for its start. `effects` come before, `label` is added to the caller's way.
    """

    flow: str
    given: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    effects: tuple[Effect, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Returns:
    """A flow run by another is over: `result` is a word, `value` what was found. At the bottom it ends the call."""

    result: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Waits:
    """The step ends the turn in `wait`. `tries` and `held` are what it wants to find when it is resumed.

    `patience`, where given, multiplies from now on how long this caller's answers are waited for. `told` are incidents
    just heard.
    """

    wait: Wait
    effects: tuple[Effect, ...] = ()
    tries: int = 0
    held: Mapping[str, str] = field(default_factory=dict)
    patience: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The step can't go on. The engine leaves a `Fault` and takes the flow's `on_fault`, or says so and hangs up."""

    code: str
    detail: str


Outcome = Left | Runs | Returns | Waits | Failed
