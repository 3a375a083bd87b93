"""A turn: everything between one webhook and the next wait."""

from dataclasses import dataclass, field

from ivr.core.flow.effects import Command, Effect, Prompt, Wait
from ivr.core.flow.session import Session


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
        return tuple(e for e in self.effects if isinstance(e, Prompt))

    @property
    def commands(self) -> tuple[Command, ...]:
        """What the shell has to do."""
        return tuple(e for e in self.effects if isinstance(e, Command))

    @property
    def wait(self) -> Wait:
        """How the turn ends."""
        last = self.effects[-1]
        if isinstance(last, Prompt | Command):
            raise TypeError(f"a turn must end in a wait, not in {last!r}")
        return last
