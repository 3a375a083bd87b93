"""A line's figures at one moment, as a forecast of a wait needs them: what the live system can see, nothing more."""

from dataclasses import dataclass

MINUTES = 15
"""How many minutes back `answered`, `arrived` and `abandoned` go."""


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """A line as one call finds it. Times in ms of the clock of the lines, 0 where it is not known or hasn't happened.

    `waiting`: calls in the line, callbacks whose time has come among them, this one included. `ahead`: how many of
    them go before this call, `callbacks_ahead` of which have nobody on the line. Asked about no call in particular,
    `ahead` is what a call that joined now would find. `rivals`: calls of other lines that go before this call and that
    one of its agents may answer; 0 where there are none or nobody counted.

    `staff`: agents logged in who may answer this call now, or within a minute as its next ring opens; of them `busy`
    (offered a call, talking or in wrap-up) and `paused`, those who will be, or go home, after what they do now among
    them; `talking` is the part of `busy` that is in a talk.
    `available`: who is free and may answer it now.

    `head_since_ms`: since when the first of the line has waited (its virtual start). `last_wait_ms` and
    `last_answered_ms`: how long whoever was answered last in this line had waited, and when that was.

    `answered`, `arrived` and `abandoned` count calls a minute, newest first, up to MINUTES of them; the first is the
    minute `at_ms` lies in, not over yet. `talk_ms_recent`: mean length of the last talks.

    `ring` is the ring of this call that is open, from 1, of `rings`; the next one opens at `next_ring_ms`.
    """

    at_ms: int
    waiting: int = 0
    ahead: int = 0
    callbacks_ahead: int = 0
    rivals: int = 0
    staff: int = 0
    available: int = 0
    busy: int = 0
    paused: int = 0
    talking: int = 0
    head_since_ms: int = 0
    last_wait_ms: int = 0
    last_answered_ms: int = 0
    answered: tuple[int, ...] = ()
    arrived: tuple[int, ...] = ()
    abandoned: tuple[int, ...] = ()
    talk_ms_recent: int = 0
    ring: int = 1
    rings: int = 1
    next_ring_ms: int = 0
