"""The flow engine: (flow, session, input, now) in, a Turn out. Pure; it never raises but to refuse an input.

A turn walks steps until one waits. Each step answers `Left`, `Waits` or `Failed` (`outcomes.py`); what a step says is
collected in order. Keys may interrupt what is said before a `Gather`, so those prompts move into it, up to the last
one that a step wants heard to its end.

Nothing traps a caller: the limits here and in `walk.py` end in a fault, and a fault ends in the flow's `on_fault` step
or, where there is none or it fails as well, in a sentence and hanging up.
"""

from datetime import datetime

from ivr.core.flow import hold as hold_words
from ivr.core.flow.effects import Effect
from ivr.core.flow.frames import flow_at, versions_of
from ivr.core.flow.in_line import arrived, standing
from ivr.core.flow.inputs import Booked, Fetched, HungUp, Input, NotHandedOver, Waiting
from ivr.core.flow.line_ways import keys_at
from ivr.core.flow.model import Flow
from ivr.core.flow.outcomes import NotAccepted
from ivr.core.flow.registry import Step
from ivr.core.flow.session import Session
from ivr.core.flow.turn import Turn
from ivr.core.flow.walk import MAX_FAULTS_PER_CALL, MAX_STEPS_PER_TURN, MAX_VISITS_PER_STEP, Walk
from ivr.core.routing.told import News

__all__ = [
    "GRACE_TURNS",
    "MAX_FAULTS_PER_CALL",
    "MAX_STEPS_PER_TURN",
    "MAX_TURNS_PER_CALL",
    "MAX_VISITS_PER_STEP",
    "NotAccepted",
    "go_on",
    "go_over",
    "hold",
    "listens",
    "long_wait",
    "resume",
    "start",
    "tells",
]

MAX_TURNS_PER_CALL = 300
"""Turns after which a call is sent to `on_fault`, and GRACE_TURNS later is ended."""

GRACE_TURNS = 20


def start(flow: Flow, session: Session, now: datetime) -> Turn:
    """Turn 0: the call enters its flow. `session` is new; its `step` is ignored."""
    walk = Walk(flow, session.but(turn=0, frames=(), versions=versions_of(flow)), now)
    walk.enter(flow.start)
    return walk.turn()


def resume(flow: Flow, session: Session, input: Input, now: datetime) -> Turn:  # noqa: A002 - the word of the model
    """The next turn: what the caller did, or what became of the wait.

    Raises NotAccepted, without any change, where the session has ended or its step can't take this input.
    """
    if session.ended:
        raise NotAccepted("the call has ended")
    session = arrived(session, input)
    step = _step_at(flow, session)
    same_turn = isinstance(input, Fetched | NotHandedOver | Booked)
    following = session if same_turn else session.but(turn=session.turn + 1)
    walk = Walk(flow, following, now)
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
    """The rest of a turn that ended in something done within it: what was said is kept, the turn's number too.

    Raises NotAccepted where its step can't take this input.
    """
    step = _step_at(flow, turn.session)
    if step is None or not isinstance(input, step.accepts):
        raise NotAccepted(f"step {turn.session.step!r} can't take {type(input).__name__}")
    walk = Walk.after(flow, turn, arrived(turn.session, input), now)
    walk.resume(turn.session.step, step, input)
    return walk.turn()


def go_over(flow: Flow, turn: Turn, session: Session, now: datetime) -> Turn:
    """The rest of a turn that ended in a `HandOver`: `session` as the other line begins with it enters `flow`."""
    # What a flow run by another knew, and what was known below it, is all known of the caller.
    values = {**session.frames[0].values, **session.values} if session.frames else session.values
    begins = session.but(frames=(), values=values, versions=versions_of(flow), place=None)
    walk = Walk.after(flow, turn, begins, now)
    walk.enter(flow.start)
    return walk.turn()


def hold(flow: Flow, session: Session, waiting: Waiting, now: datetime) -> tuple[Effect, ...]:
    """What a caller hears during one heartbeat of a wait in line, 10 to 20 seconds long. Changes no session."""
    return hold_words.hold_document(flow, standing(session), waiting, now)


def tells(flow: Flow, session: Session, waiting: Waiting, now: datetime) -> News | None:
    """What that document says of the place in line: what its caller was told, to be given with the next heartbeats."""
    return hold_words.place_news(flow, standing(session), waiting, now)


def long_wait(flow: Flow, session: Session, waiting: Waiting) -> bool:
    """Whether the wait is expected to be too long, so that other ways are offered at once: see `tells`."""
    return hold_words.long_wait(flow, standing(session), waiting)


def listens(flow: Flow, session: Session) -> bool:
    """Whether keys lead somewhere while the call hears the hold documents of its line."""
    there = standing(session)
    here = flow_at(flow, there) or flow
    return keys_at(here, here.steps.get(there.step), there) is not None


def _step_at(flow: Flow, session: Session) -> Step | None:
    here = flow_at(flow, session)
    return None if here is None else here.steps.get(session.step)
