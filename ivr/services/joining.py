"""Into a line, by its rules: who is let in, and where those go it doesn't take, or no longer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from ivr.core.flow.effects import Join
from ivr.core.flow.session import Session
from ivr.core.queue_rules import Entry, Overflow, QueueDefinition
from ivr.core.routing.order import offset
from ivr.services.asking import Asked, ask
from ivr.services.lines_port import InLine, Kept, LineAsk, LineStore, Placed, Request
from ivr.services.moving import asked_onward
from ivr.services.places import Definitions

MOST_HOPS = 5
"""From line to line; the checker refuses a circle, this ends one that was never checked."""


class Entrance(Protocol):
    """Who is let into a line."""

    def may_enter(self, ask: LineAsk, entry: Entry | None, now_ms: int) -> str:
        """Empty where a call may join, else which of the conditions isn't met."""


class Joining:
    """The verbs. Safe to share between threads. Raises ports.StoreDown and SkillProblem."""

    def __init__(self, lines: LineStore, flows: Definitions, entrance: Entrance | None = None) -> None:
        self._lines = lines
        self._flows = flows
        self._entrance = entrance

    def join(self, session: Session, join: Join, now_ms: int, resumes_ms: int = 0) -> InLine:
        """Put a call into its line, once a turn, or into the one that its line runs over into.

        `resumes_ms` is the start of a place it takes over, 0 for none.
        """
        place, queue = InLine(), self.definition(join.queue)
        asked = ask(queue, join.skills, join.preferred, join.prefer_seconds or 0)
        for _ in range(MOST_HOPS):
            place = self._enter(queue, asked, session, join, now_ms, resumes_ms)
            if not place.overflow:
                return replace(place, queue=place.queue or queue.name)
            before, queue = queue, self.definition(place.overflow)
            asked = asked_onward(queue, before, asked.asks, self._staffed(queue, now_ms)).asked
            join = replace(join, max_wait_seconds=None)
        return replace(place, state="left", overflow="")

    def run_over(self, call_sid: str, place: InLine, now_ms: int) -> Placed:
        """Move a call whose line keeps it no longer to the one that takes it, in the place it has."""
        before, queue = self.definition(place.queue), self.definition(place.overflow)
        call = self._lines.call(call_sid)
        moved = asked_onward(queue, before, call.asks if call else "", self._staffed(queue, now_ms))
        to = LineAsk(queue.name, moved.asked.rings, queue.rules())
        kept = Kept(moved.asked.asks, dropped=moved.dropped)
        # What the lines themselves are worth is exchanged; what the call was given stays.
        worth = before.boost_seconds - queue.boost_seconds
        offset_ms = (call.offset_ms if call else 0) + 1000 * worth
        return self._lines.move(call_sid, to, f"overflow:{place.left_reason}", now_ms, offset=offset_ms, kept=kept)

    def definition(self, name: str) -> QueueDefinition:
        """A line's definition; that of a line nobody has written is all defaults."""
        return self._flows.queue(name) or QueueDefinition(name)

    def _staffed(self, queue: QueueDefinition, now_ms: int) -> Callable[[Asked], bool]:
        """Whether anybody logged in may answer a call that asks so in a line, in its last ring at the latest."""
        rules = queue.rules()

        def staffed(asked: Asked) -> bool:
            last = replace(asked.rings[-1], after_ms=0)
            return self._lines.figures(LineAsk(queue.name, (last,), rules), now_ms).staff > 0

        return staffed

    def _enter(  # noqa: PLR0917 - a call, its line and its time
        self, queue: QueueDefinition, asked: Asked, session: Session, join: Join, now_ms: int, resumes_ms: int
    ) -> InLine:
        rules = queue.rules()
        if self._entrance is not None and self._entrance.may_enter(
            LineAsk(queue.name, asked.rings, rules), queue.entry, now_ms
        ):
            return self._turned_away(session.call_sid, queue.overflow if join.overflow else None, now_ms)
        return self._lines.join(
            Request(
                call=session.call_sid,
                queue=queue.name,
                requirement=asked.requirement,
                turn=session.turn,
                offset=offset(urgent=join.urgent, priority_seconds=join.priority_seconds + queue.boost_seconds),
                max_wait_ms=(join.max_wait_seconds or 0) * 1000,
                leave_if_nobody=join.leave_if_nobody,
                to_number=session.to_number,
                rings=asked.rings,
                rules=rules,
                asks=asked.asks,
                prefer=asked.prefer,
                resumes_ms=resumes_ms,
                overflow=join.overflow,
            ),
            now_ms,
        )

    def _turned_away(self, call_sid: str, overflow: Overflow | None, now_ms: int) -> InLine:
        """On to another line; where there is none, out of the one it may have come from as well: it waits in none."""
        onward = overflow.line_for("full") if overflow is not None else ""
        if onward:
            return InLine(left_reason="full", overflow=onward)
        gone = self._lines.leave(call_sid, "full", now_ms)
        return InLine("left", left_reason="full", drops=gone.drops, tell=gone.tell, offers=gone.offers)
