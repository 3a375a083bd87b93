"""A turn: everything between one webhook and the next wait."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from ivr.core.flow.effects import Command, Effect, Prompt, Wait
from ivr.core.flow.session import Session

if TYPE_CHECKING:
    from typing_extensions import TypeIs

# Asked several times of every effect of every turn, and a look into a set costs a tenth of `isinstance` with a union.
_PROMPTS = frozenset(get_args(Prompt))
_COMMANDS = frozenset(get_args(Command))


def is_prompt(effect: Effect) -> "TypeIs[Prompt]":
    """Whether an effect is something heard."""
    return type(effect) in _PROMPTS


def is_command(effect: Effect) -> "TypeIs[Command]":
    """Whether an effect is something the shell has to do."""
    return type(effect) in _COMMANDS


@dataclass(frozen=True, slots=True)
class Walked:
    """One step walked in a turn and the exit it was left by (`waits` where it waits, `runs` where it runs a flow).

    `flow` is the name of the flow it belongs to, where that was run by another; empty for the line's own.
    """

    step: str
    exit: str
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the engine answers: the session as it now is, the effects in order, and the steps walked.

    The last of `effects` that is neither prompt nor command is the turn's one wait. `firm` is how many of the effects
    have to be heard to their end.
    """

    session: Session
    effects: tuple[Effect, ...]
    trail: tuple[Walked, ...] = ()
    firm: int = field(default=0, compare=False, repr=False)

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What is heard before the wait."""
        return tuple([e for e in self.effects if is_prompt(e)])

    @property
    def commands(self) -> tuple[Command, ...]:
        """What the shell has to do."""
        return tuple([e for e in self.effects if is_command(e)])

    @property
    def wait(self) -> Wait:
        """How the turn ends."""
        last = self.effects[-1]
        if is_prompt(last) or is_command(last):
            raise TypeError(f"a turn must end in a wait, not in {last!r}")
        return last
