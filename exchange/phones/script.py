"""What a scripted phone does, as data. Seconds are seconds of the exchange's clock.

A script says how a ringing phone reacts (`on_ring`), then what the person does (`steps`), how long they talk once
connected (`talk`) and how long they put up with not being connected (`patience`).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Reaction = Literal["answer", "voicemail", "ring", "busy", "decline", "unreachable"]
REACTIONS: tuple[Reaction, ...] = ("answer", "voicemail", "ring", "busy", "decline", "unreachable")
When = Literal["now", "answered", "gather", "quiet", "record", "bridged"]
WHENS: tuple[When, ...] = ("now", "answered", "gather", "quiet", "record", "bridged")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in seconds, drawn evenly between `low` and `high`."""

    low: float
    high: float

    def draw(self, chance: random.Random) -> float:
        """One length out of the span."""
        return self.low if self.low == self.high else chance.uniform(self.low, self.high)


NOTHING = Span(0.0, 0.0)
GREETING = "Vous êtes bien sur la messagerie. Laissez un message après le bip."


@dataclass(frozen=True, slots=True)
class Step:
    """One act: exactly one of `press`, `say`, `hang_up`, or none of them for a mere wait.

    `when`: `now`; once `answered`; at the next `gather` that listens; at the next one once its prompts have been heard
    (`quiet`); at the next `record`; once `bridged`. Each gather or recording serves one step; `after` adds from there.
    """

    press: str = ""
    say: str = ""
    seconds: float | None = None
    hang_up: bool = False
    when: When = "now"
    after: Span = NOTHING


@dataclass(frozen=True, slots=True)
class Script:
    """A phone's behaviour. `on_ring` weighs reactions; `ring` is how long it rings before one is made.

    `talk` None: talks until the other party hangs up. `patience` None: waits for ever; else hangs up that long after
    the last step was done, unless bridged by then. `limit`: hangs up that long after the call began, whatever happens.
    `greeting` is what a voicemail says.
    """

    on_ring: Mapping[Reaction, float] = field(default_factory=lambda: {"answer": 1.0})
    ring: Span = NOTHING
    steps: tuple[Step, ...] = ()
    talk: Span | None = None
    patience: Span | None = None
    limit: Span | None = None
    greeting: str = GREETING

    def react(self, chance: random.Random) -> Reaction:
        """How this ringing call is taken."""
        reactions = list(self.on_ring)
        return chance.choices(reactions, weights=[self.on_ring[name] for name in reactions])[0]


@dataclass(frozen=True, slots=True)
class ScriptedPhoneSpec:
    """A phone in a phones file: who has it, its number (E.164 or `client:` identity), its script and its seed."""

    name: str
    number: str
    script: Script
    seed: int = 0
