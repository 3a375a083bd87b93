"""Steps walked with a place in line kept: what of a session says so, and when the place is given up.

Theory of operation
-------------------
A `queue` step ends its turn in `Join`, and the session notes its `Place`. A key pressed during a hold document enters
the steps behind `while_waiting`; the carrier still holds the call in its queue, and its item in the lines is untouched.
From there

    back to the queue step    -> `Stay`: the hold documents go on
    a Gather                  -> heard inside the carrier's queue; the place is kept
    anything else             -> the place is given up, and the carrier's queue must be left before the turn's document
                                 can be heard (`left_inside`); another `Join` takes the virtual start along
    the line is left          -> `LeftLine` finds its way back to the queue step, wherever the caller was

Pure: functions of a session, called by the engine at both ends of a turn.
"""

from dataclasses import replace

from ivr.core.flow.effects import Book, Fetch, Gather, Hangup, Join, Reject, Stay, Wait
from ivr.core.flow.inputs import Booked, Input, LeftLine
from ivr.core.flow.session import Place, Session

_KEEPS = Gather | Fetch | Stay | Book
"""Waits during which a call keeps its place."""


def arrived(session: Session, given: Input) -> Session:
    """The session as the input finds it: one that ends the wait in line meets the step that waits there."""
    place = session.place
    if place is None:
        return session
    if isinstance(given, Booked):
        return replace(session, place=None) if given.status == "booked" else session
    if not isinstance(given, LeftLine):
        return session
    return replace(_at(session, place), place=None)


def in_line(session: Session, queue: str) -> Session:
    """The session of a call that is in this line now, whichever it had joined; empty where that isn't known."""
    place = session.place
    if place is None or not queue or place.queue == queue:
        return session
    return replace(session, place=replace(place, queue=queue))


def standing(session: Session) -> Session:
    """The session as the hold documents see it: at the step of the line, wherever its keys had led."""
    return session if session.place is None else _at(session, session.place)


def settled(session: Session, wait: Wait, before: Place | None, now_ms: int = 0) -> Session:
    """The session as a turn leaves it, by how the turn waits. `before` is the place it had when the turn began."""
    if isinstance(wait, Join):
        place = Place(session.step, session.turn, len(session.frames), str(wait.queue))
        return replace(session, place=place, left_inside=session.turn if before is not None else session.left_inside)
    if before is None:
        return session
    if session.place is not None and isinstance(wait, Stay):
        place = replace(session.place, asked_ms=now_ms) if wait.tell_place else session.place
        return replace(_at(session, place), place=place)
    if session.place is not None and isinstance(wait, _KEEPS):
        return session
    inside = session.left_inside if isinstance(wait, Hangup | Reject) else session.turn
    return replace(session, place=None, left_inside=inside)


def _at(session: Session, place: Place) -> Session:
    """Back at the step of the line, out of every flow entered since."""
    frames = session.frames
    while len(frames) > place.depth:
        session = replace(session, values=frames[-1].values)
        frames = frames[:-1]
    return replace(session, step=place.step, frames=frames, held={}, tries=0)
