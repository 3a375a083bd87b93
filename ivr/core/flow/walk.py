"""One turn being taken: from step to step until one waits, through flows that run flows, with every fault a way out.

Used by `engine.py` alone, which says what a turn is begun with.
"""

import traceback
from dataclasses import replace
from datetime import datetime
from typing import Any

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Effect, Fault, Gather, Hangup, Reject, Wait
from ivr.core.flow.frames import MAX_FRAMES, flow_at, version_of
from ivr.core.flow.in_line import settled
from ivr.core.flow.inputs import Input
from ivr.core.flow.model import Flow
from ivr.core.flow.outcomes import MAX_PATIENCE, Failed, Left, NotAccepted, Outcome, Returns, Runs, Waits
from ivr.core.flow.registry import Step
from ivr.core.flow.session import Frame, Session
from ivr.core.flow.turn import Turn, Walked, is_prompt

MAX_STEPS_PER_TURN = 100
"""Steps walked without the caller being asked anything."""

MAX_VISITS_PER_STEP = 60
"""Times one step is entered in a call."""

MAX_FAULTS_PER_CALL = 3
"""Faults after which a call is ended with a sentence, without trying `on_fault` again."""


class Walk:
    """One turn being taken. Lives for one call of `start` or `resume`.

    `flow` is the line's own; `here` the flow the call is in, which is another where that one runs it.
    """

    def __init__(self, flow: Flow, session: Session, now: datetime) -> None:
        here = flow_at(flow, session)
        if here is None:  # that version is gone: the call is back in its own flow, and this turn in a fault
            session = session.but(frames=(), values=session.frames[0].values)
        self.flow = flow
        self.here = here or flow
        self.session = session
        self.now = now
        self.effects: list[Effect] = []
        self.firm = 0
        """How many of `effects` have to be heard to their end."""
        self.trail: list[Walked] = []
        self.steps = 0
        self.faulted = False
        self.wait: Wait | None = None
        self.place = session.place
        """Where the call stood in line when the turn began."""
        self.changes: dict[str, Any] = {}
        """What of the session is different by now; put into it at once, because each copy costs microseconds."""

    @classmethod
    def after(cls, flow: Flow, turn: Turn, session: Session, now: datetime) -> "Walk":
        """A walk that goes on where a turn, ended in something done within it, left off."""
        walk = cls(flow, session, now)
        walk.effects, walk.trail = list(turn.effects[:-1]), list(turn.trail)
        walk.firm, walk.steps = turn.firm, len(turn.trail)
        walk.place = turn.session.place
        return walk

    def context(self, name: str) -> Context:
        self.settle()
        return Context(self.here, self.session, self.now, name)

    def settle(self, **more: Any) -> None:
        """Makes the session what it is by now."""
        if self.changes or more:
            self.session = self.session.but(**self.changes, **more)
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
        step: Step | None = self.here.steps.get(name)
        visited = f"{self.session.frames[-1].flow}/{name}" if self.session.frames else name
        visits = self.session.visits.get(visited, 0) + 1
        if step is None:
            return self._faulted("R005", f"no step {name!r}")
        if visits > MAX_VISITS_PER_STEP:
            return self._faulted("R003", f"step {name!r} entered {visits} times")
        if self.steps >= MAX_STEPS_PER_TURN:
            return self._faulted("R001", f"{self.steps} steps in one turn, last {name!r}")
        self.steps += 1
        self.settle(step=name, tries=0, held={}, visits={**self.session.visits, visited: visits})
        try:
            outcome = step.enter(self.context(name))
        except Exception as error:  # noqa: BLE001 - the caller must hear a sentence; the fault carries what it was
            outcome = Failed("R004", _told(name, step, error))
        return self._take(name, outcome)

    def _take(self, name: str, outcome: Outcome) -> str | None:
        """Applies what a step answered; the next step's name, or None where the turn has found its wait."""
        match outcome:
            case Failed(code, detail):
                self._walked(name, "fault")
                return self._faulted(code, detail)
            case Runs():
                self._walked(name, "runs")
                return self._run(name, outcome)
            case Returns():
                self._walked(name, outcome.result)
                return self._return(outcome)
            case Waits():
                self._walked(name, "waits")
                self._waits(name, outcome)
                return None
            case Left():
                self._walked(name, outcome.exit)
                return self._left(name, outcome)

    def _walked(self, name: str, way_out: str) -> None:
        frames = self.session.frames
        self.trail.append(Walked(name, way_out, frames[-1].flow if frames else ""))

    def _waits(self, name: str, outcome: Waits) -> None:
        self.effects += outcome.effects
        self.changes |= {"step": name, "tries": outcome.tries, "held": outcome.held}
        if outcome.patience:
            self.changes["patience"] = min(outcome.patience, MAX_PATIENCE)
        if outcome.told:
            self.changes["told"] = (*self.session.told, *outcome.told)
        self.wait = outcome.wait

    def _left(self, name: str, outcome: Left) -> str | None:
        self.effects += outcome.effects
        if not outcome.interruptible:
            self.firm = len(self.effects)
        if outcome.values:
            self.changes["values"] = {**self.session.values, **outcome.values}
        if outcome.label:
            self.changes["path"] = (*self.session.path, outcome.label)
        if outcome.language:
            self.changes["language"] = outcome.language
        if outcome.urgent:
            self.changes["urgent"] = True
        if outcome.told:
            self.changes["told"] = (*self.session.told, *outcome.told)
        if not outcome.to:
            self._goodbye(name)
            return None
        return outcome.to

    def _goodbye(self, name: str) -> None:
        self.effects += self.context(name).phrase("goodbye")
        self.wait = Hangup()

    def _run(self, name: str, outcome: Runs) -> str | None:
        """Into another flow; the name of the step it begins at."""
        self.effects += outcome.effects
        if outcome.label:
            self.changes["path"] = (*self.session.path, outcome.label)
        self.settle()
        run = version_of(self.flow, self.session, outcome.flow)
        if run is None:
            return self._faulted("R006", f"there is no flow {outcome.flow!r} to run")
        if len(self.session.frames) >= MAX_FRAMES:
            return self._faulted("R007", f"{MAX_FRAMES} flows within one another, last {outcome.flow!r}")
        frame = Frame(run.name, run.digest, name, outcome.given, self.session.values)
        self.settle(frames=(*self.session.frames, frame), values={})
        self.here = run
        return outcome.at or run.start

    def _return(self, outcome: Returns) -> str | None:
        """Back into the flow below, at the step that ran this one, which says where to go on."""
        self.settle()
        if not self.session.frames:
            self._goodbye(self.session.step)
            return None
        name = self._pop()
        step: Step | None = self.here.steps.get(name)
        if step is None:
            return self._faulted("R005", f"no step {name!r} to go back to")
        try:
            back = step.returned(self.context(name), outcome.result, outcome.value)
        except Exception as error:  # noqa: BLE001 - the caller must hear a sentence; the fault carries what it was
            back = Failed("R004", _told(name, step, error))
        return self._take(name, back)

    def _pop(self) -> str:
        """Leaves the flow the call is in; the name of the step that had run it."""
        *below, frame = self.session.frames
        self.settle(frames=tuple(below), values=frame.values, step=frame.step)
        self.here = flow_at(self.flow, self.session) or self.flow
        return frame.step

    def fault(self, code: str, detail: str) -> None:
        """Notes a fault and takes the way out of it."""
        to = self._faulted(code, detail)
        if to is not None:
            self.enter(to)

    def _faulted(self, code: str, detail: str) -> str | None:
        self.settle()
        faults = self.session.faults + 1
        while self.session.frames and self.here.on_fault not in self.here.steps:
            self._pop()  # a flow without a way out of its own takes that of the one that runs it
        if self.faulted or faults >= MAX_FAULTS_PER_CALL or self.here.on_fault not in self.here.steps:
            self.give_up(code, detail)
            return None
        self.faulted = True
        self.effects.append(Fault(code, detail))
        self.effects += self.context(self.session.step).phrase("technical_problem")
        self.changes["faults"] = faults
        self.steps = 0
        return self.here.on_fault

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
        self._walked(name, "hung_up")
        if step is not None:
            try:
                self.effects += step.hung_up(self.context(name))
            except Exception as error:  # noqa: BLE001 - a call must end, whatever its step does
                self.effects.append(Fault("R004", _told(name, step, error)))
        self.wait = Hangup()
        return self.turn()

    @property
    def _patience(self) -> int:
        return int(self.changes.get("patience", self.session.patience))

    def turn(self) -> Turn:
        """The turn taken, with prompts before a Gather moved into it."""
        wait = self.wait or Hangup()
        effects = self.effects
        if isinstance(wait, Gather) and self._patience > 1:
            wait = replace(wait, timeout_seconds=wait.timeout_seconds * self._patience)
        if isinstance(wait, Gather):
            loose = [effect for effect in effects[self.firm :] if is_prompt(effect)]
            if loose:
                effects = effects[: self.firm] + [effect for effect in effects[self.firm :] if not is_prompt(effect)]
                wait = replace(wait, prompts=(*loose, *wait.prompts))
        self.settle(ended=isinstance(wait, Hangup | Reject))
        self.session = settled(self.session, wait, self.place, int(self.now.timestamp() * 1000))
        return Turn(self.session, (*effects, wait), tuple(self.trail), self.firm)


def _told(name: str, step: Step, error: Exception) -> str:
    """What went wrong in a step, without its message, which may hold what a caller entered."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"step {name!r} ({step.word}): {type(error).__name__} in {place.name}, line {place.lineno}"
