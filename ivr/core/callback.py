"""Callbacks: what is known of one, when it is tried again, when it is given up, which moments are offered. Pure.

Theory of operation
-------------------
A callback is an item of a line like any waiting call, with `mode` callback and without a leg. It goes the same way:

    later -> waiting -> offered -> accepted -> bridged -> left
      ^---------------------------------'

`later`: its time hasn't come, because the caller chose one or wasn't reached. `accepted`: an agent has pressed the key;
only now the caller is dialled, so that nobody is called back into a queue. `bridged`: the caller has picked up and
pressed the key, which no voicemail does. Whoever isn't reached is tried again, `tries` times in all, then it has failed
and stands in the list of what is to be done (`hotline todo`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from ivr.core.flow.session import CallerFacts

RETRY_SECONDS = (300, 900, 1_800, 3_600)
"""From one try to the next, by how many there were; the last for all further ones."""

NOT_NOW_SECONDS = 1_800
"""Until whoever said "not now" is called again."""

RING_SECONDS = 25
"""How long a caller's phone rings; voicemails that pick up later never get a word."""

EXPIRES_SECONDS = 2 * 24 * 3_600
"""From the time chosen, or from booking, until a callback nobody got to is given up."""

PROMISE_SECONDS = 4 * 3_600
"""From booking, or from the time chosen, until a callback counts as overdue in the list of what is to be done."""

CHOSEN_WITHIN_SECONDS = 900
"""From the moment a caller chose, until the phone is to have rung: `callback_record.py`."""

MOMENTS_OFFERED = 4
SOONEST_SECONDS = 1_800
"""A moment nearer than this is no choice: being called in turn is likely to be as soon."""

CONFIRM, NOT_NOW, CALL_OFF = "1", "2", "3"


@dataclass(frozen=True, slots=True)
class Known:
    """What goes along with a callback: who is to be called, their way in words, and in which words to greet them.

    With `greeting` whoever picks up is told that alone, and nothing of whom they missed: they may not be the caller.
    """

    caller: CallerFacts = field(default_factory=CallerFacts)
    path: tuple[str, ...] = ()
    language: str = ""
    line_title: str = ""
    greeting: str = ""


def retry_after(attempts: int) -> int:
    """Seconds until a caller not reached is tried again; `attempts` counts those made before this one."""
    return RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)]


def moments(now: datetime, times: Sequence[time]) -> list[datetime]:
    """The next moments a caller may choose: today's and tomorrow's `times` that are far enough away. `now` is local."""
    days = (now.date(), now.date() + timedelta(days=1))
    found = [datetime.combine(day, moment, now.tzinfo) for day in days for moment in sorted(times)]
    return [moment for moment in found if (moment - now).total_seconds() >= SOONEST_SECONDS][:MOMENTS_OFFERED]
