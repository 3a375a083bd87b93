"""What is done within a turn: look-ups and hand-overs. The caller hears nothing of them; the turn goes on in the flow.

    engine -> Turn that ends in Fetch -> asked -> engine.go_on -> ... -> Turn that ends in a wait of the caller's

So a look-up takes no turn of its own: what was said before it and after it is one document, stored once. Where the
process dies in between, the carrier asks again and the turn is taken afresh, its look-ups too: a POST may come twice.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.core.flow import engine
from ivr.core.flow.context import SECRET
from ivr.core.flow.effects import Book, Dial, Fetch, HandOver
from ivr.core.flow.inputs import Booked, Dialed, Fetched, NotHandedOver
from ivr.core.flow.model import Flow
from ivr.core.flow.names import HANDED
from ivr.core.flow.session import Session
from ivr.core.flow.turn import Turn
from ivr.core.mask import mask_number
from ivr.services.dialling import Dialling
from ivr.services.lookups import Lookups
from ivr.services.ports import Flows, Line

log = logging.getLogger(__name__)

MOST_LOOKUPS = 10
"""Look-ups in one turn; a further one fails."""


@dataclass(frozen=True, slots=True)
class Within:
    """Finishes turns that ended in something to be done rather than in something to wait for."""

    flows: Flows
    lookups: Lookups
    book: Callable[[Session, Book, int], Booked]
    dialling: Dialling

    def finish(self, flow: Flow, turn: Turn, now: datetime) -> Turn:
        """The whole turn: never ends in `Fetch`, `HandOver` or `Book`. All its look-ups share the budget of each.

        Numbers the house doesn't allow are taken out of a `Dial`; where none is left it has failed.
        """
        spent_ms = asked = 0
        while True:
            match turn.wait:
                case Fetch() as fetch:
                    fetched = self._ask(turn, fetch, spent_ms) if asked < MOST_LOOKUPS else _too_many(turn)
                    asked += 1
                    spent_ms += fetched.took_ms
                    turn = engine.go_on(flow, turn, fetched, now)
                case HandOver(line):
                    flow, turn = self._hand_over(flow, turn, line, now)
                case Book() as book:
                    booked = self.book(turn.session, book, int(now.timestamp() * 1000))
                    turn = engine.go_on(flow, turn, booked, now)
                case Dial() as dial if denied := self._denied(dial):
                    turn = self._without(flow, turn, dial, denied, now)
                case _:
                    return turn

    def _denied(self, dial: Dial) -> dict[str, str]:
        verdicts = {number: self.dialling.allows(number, "handover") for number in dial.numbers}
        return {number: verdict.reason for number, verdict in verdicts.items() if not verdict.allowed}

    def _without(self, flow: Flow, turn: Turn, dial: Dial, denied: Mapping[str, str], now: datetime) -> Turn:
        for number, reason in denied.items():
            where = {"call": turn.session.call_sid, "step": turn.session.step, "to": mask_number(number)}
            log.error("number not dialled", extra={**where, "reason": reason})
        allowed = tuple(number for number in dial.numbers if number not in denied)
        if allowed:
            return replace(turn, effects=(*turn.effects[:-1], replace(dial, numbers=allowed)))
        return engine.go_on(flow, turn, Dialed("failed"), now)

    def _ask(self, turn: Turn, fetch: Fetch, spent_ms: int) -> Fetched:
        fetched = self.lookups.ask(fetch, fetch.seconds * 1000 - spent_ms)
        if fetched.outcome in {"failed", "timeout"}:
            where = {"call": turn.session.call_sid, "step": turn.session.step}
            log.warning("look-up %s", fetched.outcome, extra={**where, "reason": fetched.detail})
        return fetched

    def _hand_over(self, flow: Flow, turn: Turn, name: str, now: datetime) -> tuple[Flow, Turn]:
        line = next((line for line in self.flows.lines() if line.name == name), None)
        other = self.flows.answering(line, turn.session.from_number) if line else None
        if line is None or other is None:
            detail = f"no line {name!r}" if line is None else f"line {name!r} has no usable flow"
            log.error("call not handed over", extra={"call": turn.session.call_sid, "reason": detail})
            return flow, engine.go_on(flow, turn, NotHandedOver(detail), now)
        return other, engine.go_over(other, turn, handed(turn.session, line, other), now)


def handed(session: Session, line: Line, flow: Flow) -> Session:
    """A call's session as another line begins with it: who calls, their way and their answers come along.

    Answers are there as `handed.NAME`; sensitive ones are not handed over. The language stays the caller's.
    """
    return replace(
        session,
        line=line.name,
        line_title=line.title,
        flow=flow.name,
        digest=flow.digest,
        step=flow.start,
        tries=0,
        held={},
        visits={},
        values=_handed_values(session),
    )


def _handed_values(session: Session) -> Mapping[str, str]:
    values = {name: value for frame in session.frames for name, value in frame.values.items()} | dict(session.values)
    kept = {name: value for name, value in values.items() if name.startswith(HANDED)}
    answers = {HANDED + name: value for name, value in values.items() if "." not in name and value}
    secret = {HANDED + name.removeprefix(SECRET) for name in values if name.startswith(SECRET)}
    told = {name: value for name, value in (kept | answers).items() if name not in secret}
    return told | {HANDED + "line": session.line_title or session.line}


def _too_many(turn: Turn) -> Fetched:
    log.warning("too many look-ups in a turn", extra={"call": turn.session.call_sid, "step": turn.session.step})
    return Fetched("failed", detail=f"more than {MOST_LOOKUPS} look-ups in one turn")
