"""What a line leads its callers to by itself, whichever flow led them into it: its overflow, its menu while they wait.

Theory of operation
-------------------
An operator writes both once, with the line, in the words of the steps they know (`flowfile/line_ways.py`). What needs
more than another line is made into small flows of real steps: a voicemail with its end, a menu with its choices. They
are found in `Flow.library` beside the operator's own, by names no file can have (`queues.accueil.overflow`), speak the
language of the flow that led into the line, and are walked, tested and counted as all others are.

The `queue` step runs them: the overflow when the line is left for a cause it is for, the menu when a key is pressed.
They end in one of the words below, and the step goes on from there. So each is an episode of the step that led into the
line: where it comes to nothing, that step's own ways say what follows, and one of those needs nobody (F025).
"""

from dataclasses import dataclass

from ivr.core.flow.model import OFFER_AFTER_SECONDS, Flow
from ivr.core.flow.session import Session
from ivr.core.flow.text import Text
from ivr.core.queue_rules import Onward

TALKED = "talked"
"""Somebody was reached: on at the step's `next`."""
ENDED = "ended"
"""A message was taken, a callback booked: the call ends."""
NOTHING = "nothing"
"""It came to nothing. The value is the cause the line was left for: on at the step's way for it."""
STAY = "stay"
"""Go on waiting, in the same place."""
PLACE = "position"
"""Go on waiting, and say the place first."""
LEAVE = "leave"
"""Out of the line: on at the step's `otherwise`."""
LINE = "line"
"""Into another line, whose name is the value."""

CAUSE = "cause"
"""What an overflow is given: the cause."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What keys pressed while waiting lead to: a step of the flow, or a line's menu (`flow`, its first step `step`)."""

    step: str
    flow: str = ""
    offer: Text | None = None
    offer_after: int = OFFER_AFTER_SECONDS
    offer_when_expected_over: int | None = None


def leads_on(flow: Flow) -> bool:
    """Whether a flow is a line's overflow: whoever comes into it waited, and asked for nothing of it."""
    return flow.parameters == (CAUSE,) and flow.name.startswith("queues.")


def line_at(step: object, session: Session) -> str:
    """The line a call waits in at a step: the step's own, or the one it was moved to since."""
    place = session.place
    return (place.queue if place is not None else "") or str(getattr(step, "queue", ""))


def keys_at(flow: Flow, step: object, session: Session) -> Keys | None:
    """What keys do while a call waits at a step of `flow`: the step's own `while_waiting` or else the line's menu,
    where the step doesn't put it aside."""
    own: str | None = getattr(step, "while_waiting", None)
    if own:
        return Keys(
            own,
            "",
            getattr(step, "offer", None),
            getattr(step, "offer_after", OFFER_AFTER_SECONDS),
            getattr(step, "offer_when_expected_over", None),
        )
    ways = flow.line_ways.get(line_at(step, session)) if getattr(step, "line_menu", False) else None
    menu = flow.library.get(ways.menu) if ways is not None and ways.menu else None
    if ways is None or menu is None:
        return None
    return Keys(menu.start, menu.name, ways.offer, ways.offer_after, ways.offer_when_expected_over)


def overflow_of(flow: Flow, line: str, cause: str) -> Onward | None:
    """Where a line leads a call on for a cause; None where it doesn't, or the flow that does it is gone."""
    ways = flow.line_ways.get(line)
    onward = ways.overflow.get(cause) if ways is not None else None
    if onward is None or (onward.flow and flow.library.get(onward.flow) is None):
        return None
    return onward
