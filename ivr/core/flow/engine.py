"""The flow engine: (flow, session, input, now) in, a Turn out. Pure; it never raises but to refuse an input.

A turn walks steps until one waits. Each step answers `Left`, `Waits` or `Failed` (`outcomes.py`); what a step says is
collected in order. Keys may interrupt what is said before a `Gather`, so those prompts move into it, up to the last
one that a step wants heard to its end.

Nothing traps a caller: the limits below end in a fault, and a fault ends in the flow's `on_fault` step or, where there
is none or it fails as well, in a sentence and hanging up.
"""

import traceback
from dataclasses import replace
from datetime import datetime
from typing import Any

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Effect, Fault, Gather, Hangup, Pause, Play, Reject, Say, Wait
from ivr.core.flow.hold import hold_document
from ivr.core.flow.inputs import Fetched, HungUp, Input, NotHandedOver, Waiting
from ivr.core.flow.model import Flow
from ivr.core.flow.outcomes import Failed, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Step
from ivr.core.flow.session import Session
from ivr.core.flow.turn import Turn, Walked

__all__ = ["NotAccepted", "go_on", "go_over", "hold", "resume", "start"]

MAX_STEPS_PER_TURN = 100
"""Steps walked without the caller being asked anything."""

MAX_TURNS_PER_CALL = 300
"""Turns after which a call is sent to `on_fault`, and GRACE_TURNS later is ended."""

GRACE_TURNS = 20

MAX_VISITS_PER_STEP = 60
"""Times one step is entered in a call."""

MAX_FAULTS_PER_CALL = 3
"""Faults after which a call is ended with a sentence, without trying `on_fault` again."""


def start(flow: Flow, session: Session, now: datetime) -> Turn:
    """Turn 0: the call enters its flow. `session` is new; its `step` is ignored."""
    walk = _Walk(flow, replace(session, turn=0), now)
    walk.enter(flow.start)
    return walk.turn()


def resume(flow: Flow, session: Session, input: Input, now: datetime) -> Turn:  # noqa: A002 - the word of the model
    """The next turn: what the caller did, or what became of the wait.

    Raises NotAccepted, without any change, where the session has ended or its step can't take this input.
    """
    if session.ended:
        raise NotAccepted("the call has ended")
    step: Step | None = flow.steps.get(session.step)
    same_turn = isinstance(input, Fetched | NotHandedOver)
    following = session if same_turn else replace(session, turn=session.turn + 1)
    walk = _Walk(flow, following, now)
    if isinstance(input, HungUp):
        return walk.leave(step)
    if step is None:
        walk.fault("R005", f"the call waits at step {session.step!r}, which this version of the flow lacks")
        return walk.turn()
    if not isinstance(input, step.accepts):
        raise NotAccepted(f"step {session.step!r} ({step.word}) can't take {type(input).__name__}")
    if following.turn >= MAX_TURNS_PER_CALL + GRACE_TURNS:
        walk.give_up("R002", f"{following.turn} turns")
    elif following.turn == MAX_TURNS_PER_CALL:
        walk.fault("R002", f"{following.turn} turns")
    else:
        walk.resume(session.step, step, input)
    return walk.turn()


def go_on(flow: Flow, turn: Turn, input: Input, now: datetime) -> Turn:  # noqa: A002 - the word of the model
    """The rest of a turn that ended in a `Fetch` or a `HandOver`: what was said is kept, the turn's number too.

    Raises NotAccepted where its step can't take this input.
    """
    step: Step | None = flow.steps.get(turn.session.step)
    if step is None or not isinstance(input, step.accepts):
        raise NotAccepted(f"step {turn.session.step!r} can't take {type(input).__name__}")
    walk = _Walk.after(flow, turn, turn.session, now)
    walk.resume(turn.session.step, step, input)
    return walk.turn()


def go_over(flow: Flow, turn: Turn, session: Session, now: datetime) -> Turn:
    """The rest of a turn that ended in a `HandOver`: `session` as the other line begins with it enters `flow`."""
    walk = _Walk.after(flow, turn, session, now)
    walk.enter(flow.start)
    return walk.turn()


def hold(flow: Flow, session: Session, waiting: Waiting, now: datetime) -> tuple[Effect, ...]:
    """What a caller hears during one heartbeat of a wait in line, 10 to 20 seconds long. Changes no session."""
    return hold_document(flow, session, waiting, now)


class _Walk:
    """One turn being taken. Lives for one call of `start` or `resume`."""

    def __init__(self, flow: Flow, session: Session, now: datetime) -> None:
        self.flow = flow
        self.session = session
        self.now = now
        self.effects: list[Effect] = []
        self.firm = 0
        """How many of `effects` have to be heard to their end."""
        self.trail: list[Walked] = []
        self.steps = 0
        self.faulted = False
        self.wait: Wait | None = None
        self.changes: dict[str, Any] = {}
        """What of the session is different by now; put into it at once, because each copy costs microseconds."""

    @classmethod
    def after(cls, flow: Flow, turn: Turn, session: Session, now: datetime) -> "_Walk":
        """A walk that goes on where a turn, ended in something done within it, left off."""
        walk = cls(flow, session, now)
        walk.effects, walk.trail = list(turn.effects[:-1]), list(turn.trail)
        walk.firm, walk.steps = turn.firm, len(turn.trail)
        return walk

    def context(self, name: str) -> Context:
        self.settle()
        return Context(self.flow, self.session, self.now, name)

    def settle(self, **more: Any) -> None:
        """Makes the session what it is by now."""
        if self.changes or more:
            self.session = replace(self.session, **self.changes, **more)
            self.changes = {}

    def enter(self, name: str) -> None:
        """Walks from a step's door until a step waits."""
        to: str | None = name
        while to is not None:
            to = self._enter(to)

    def resume(self, name: str, step: Step, input: Input) -> None:  # noqa: A002 - the word of the model
        """Goes on at the step that waited."""
        try:
            outcome = step.resume(self.context(name), input)
        except NotAccepted:
            raise
        except Exception as error:  # noqa: BLE001 - the caller must hear a sentence; the fault carries what it was
            outcome = Failed("R004", _told(name, step, error))
        to = self._take(name, outcome)
        if to is not None:
            self.enter(to)

    def _enter(self, name: str) -> str | None:
        step: Step | None = self.flow.steps.get(name)
        visits = self.session.visits.get(name, 0) + 1
        if step is None:
            return self._faulted("R005", f"no step {name!r}")
        if visits > MAX_VISITS_PER_STEP:
            return self._faulted("R003", f"step {name!r} entered {visits} times")
        if self.steps >= MAX_STEPS_PER_TURN:
            return self._faulted("R001", f"{self.steps} steps in one turn, last {name!r}")
        self.steps += 1
        self.settle(step=name, tries=0, held={}, visits={**self.session.visits, name: visits})
        try:
            outcome = step.enter(self.context(name))
        except Exception as error:  # noqa: BLE001 - the caller must hear a sentence; the fault carries what it was
            outcome = Failed("R004", _told(name, step, error))
        return self._take(name, outcome)

    def _take(self, name: str, outcome: Outcome) -> str | None:
        """Applies what a step answered; the next step's name, or None where the turn has found its wait."""
        if isinstance(outcome, Failed):
            self.trail.append(Walked(name, "fault"))
            return self._faulted(outcome.code, outcome.detail)
        self.effects += outcome.effects
        if isinstance(outcome, Waits):
            self.trail.append(Walked(name, "waits"))
            self.changes |= {"step": name, "tries": outcome.tries, "held": outcome.held}
            self.wait = outcome.wait
            return None
        self.trail.append(Walked(name, outcome.exit))
        if not outcome.interruptible:
            self.firm = len(self.effects)
        if outcome.values:
            self.changes["values"] = {**self.session.values, **outcome.values}
        if outcome.label:
            self.changes["path"] = (*self.session.path, outcome.label)
        if not outcome.to:
            self.effects += self.context(name).phrase("goodbye")
            self.wait = Hangup()
            return None
        return outcome.to

    def fault(self, code: str, detail: str) -> None:
        """Notes a fault and takes the way out of it."""
        to = self._faulted(code, detail)
        if to is not None:
            self.enter(to)

    def _faulted(self, code: str, detail: str) -> str | None:
        faults = self.session.faults + 1
        if self.faulted or faults >= MAX_FAULTS_PER_CALL or self.flow.on_fault not in self.flow.steps:
            self.give_up(code, detail)
            return None
        self.faulted = True
        self.effects.append(Fault(code, detail))
        self.effects += self.context(self.session.step).phrase("technical_problem")
        self.changes["faults"] = faults
        self.steps = 0
        return self.flow.on_fault

    def give_up(self, code: str, detail: str) -> None:
        """Says that it can't go on, and ends the call."""
        self.effects.append(Fault(code, detail))
        context = self.context(self.session.step)
        self.effects += context.phrase("technical_problem") if not self.faulted else ()
        self.effects += context.phrase("goodbye")
        self.changes["faults"] = self.session.faults + 1
        self.wait = Hangup()

    def leave(self, step: Step | None) -> Turn:
        """The turn of a caller who has gone."""
        name = self.session.step
        self.trail.append(Walked(name, "hung_up"))
        if step is not None:
            try:
                self.effects += step.hung_up(self.context(name))
            except Exception as error:  # noqa: BLE001 - a call must end, whatever its step does
                self.effects.append(Fault("R004", _told(name, step, error)))
        self.wait = Hangup()
        return self.turn()

    def turn(self) -> Turn:
        """The turn taken, with prompts before a Gather moved into it."""
        wait = self.wait or Hangup()
        effects = self.effects
        if isinstance(wait, Gather):
            loose = [effect for effect in effects[self.firm :] if isinstance(effect, Say | Play | Pause)]
            if loose:
                effects = effects[: self.firm] + [
                    effect for effect in effects[self.firm :] if not isinstance(effect, Say | Play | Pause)
                ]
                wait = replace(wait, prompts=(*loose, *wait.prompts))
        self.settle(ended=isinstance(wait, Hangup | Reject))
        return Turn(self.session, (*effects, wait), tuple(self.trail), self.firm)


def _told(name: str, step: Step, error: Exception) -> str:
    """What went wrong in a step, without its message, which may hold what a caller entered."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"step {name!r} ({step.word}): {type(error).__name__} in {place.name}, line {place.lineno}"
