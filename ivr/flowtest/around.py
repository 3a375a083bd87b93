"""What surrounds a call offline: other lines to be handed over to, look-ups and callbacks as given.

The counterpart of `ivr/services/within.py`: a turn that ends in something to be done goes on with what was given.
"""

import json
from datetime import datetime
from typing import Any

from ivr.core.flow import engine
from ivr.core.flow.effects import Book, Fetch, HandOver
from ivr.core.flow.inputs import Booked, Fetched, FetchOutcome, NotHandedOver
from ivr.core.flow.model import Flow
from ivr.core.flow.turn import Turn
from ivr.flowtest.house import House
from ivr.flowtest.model import Given
from ivr.services.within import MOST_LOOKUPS, handed

NO_ANSWER: tuple[FetchOutcome, ...] = ("missing", "failed", "timeout")
"""What stands in a test for a look-up that finds nothing, fails or takes too long."""


ANY_STEP = ""
"""Stands for every step not named."""


class NothingGiven(Exception):  # noqa: N818 - reads as what it says
    """The flow asked for something the test doesn't say; the message tells what to write."""


class Around:
    """One call's surroundings. Look-ups of one step are answered in the order given, the last one again and again."""

    def __init__(self, house: House, given: Given) -> None:
        self.house = house
        self.given = given
        self.booked = False
        """Whether a callback has been booked."""

        self._asked: dict[str, int] = {}

    def finish(self, flow: Flow, turn: Turn, now: datetime) -> tuple[Flow, Turn]:
        """The flow the call is in and the whole turn, which ends in a wait of the caller's. Raises NothingGiven."""
        asked = 0
        while True:
            match turn.wait:
                case Fetch() as fetch:
                    asked += 1
                    fetched = self._fetched(turn.session.step, fetch) if asked <= MOST_LOOKUPS else Fetched("failed")
                    turn = engine.go_on(flow, turn, fetched, now)
                case Book() as book:
                    status = "cancelled" if book.cancel else self.given.booking
                    self.booked |= status == "booked"
                    turn = engine.go_on(flow, turn, Booked(status, int(status == "booked"), book.not_before), now)
                case HandOver(name):
                    flow, turn = self._over(flow, turn, name, now)
                case _:
                    return flow, turn

    def _fetched(self, step: str, fetch: Fetch) -> Fetched:
        lookups = self.given.lookups
        if step not in lookups and ANY_STEP not in lookups:
            asks = f"step '{step}' asks {fetch.url}"
            raise NothingGiven(f"{asks}: say what it is answered, `lookups: {{{step}: ...}}` above the turns")
        answers: Any = lookups[step] if step in lookups else lookups[ANY_STEP]
        several = answers if isinstance(answers, list) else [answers]
        number = self._asked.get(step, 0)
        self._asked[step] = number + 1
        answer = several[min(number, len(several) - 1)] if several else "missing"
        for outcome in NO_ANSWER:
            if answer == outcome:
                return Fetched(outcome)
        return Fetched("ok", json.dumps(answer, ensure_ascii=False))

    def _over(self, flow: Flow, turn: Turn, name: str, now: datetime) -> tuple[Flow, Turn]:
        line = next((line for line in self.house.lines if line.name == name), None)
        other = self.house.flows.get(line.flow) if line else None
        if line is None or other is None or name in self.given.lines_down:
            return flow, engine.go_on(flow, turn, NotHandedOver(f"no usable line {name!r}"), now)
        return other, engine.go_over(other, turn, handed(turn.session, line, other), now)
