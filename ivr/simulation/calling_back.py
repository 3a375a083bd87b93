"""Callbacks of a played day: a caller hangs up and keeps their place; they are dialled once an agent has accepted.

It is the line's own callback: one item in the place of the call, one dial a reservation, tried again later where nobody
picks up, given up after `TRIES`.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from ivr.core.reservation import GONE_SECONDS
from ivr.services.asking import ask
from ivr.services.callbacks_port import Booking
from ivr.services.lines_port import LineStore
from ivr.simulation.agenda import Agenda
from ivr.simulation.call import LEG, Call
from ivr.simulation.fairness import Fairness
from ivr.simulation.floor import Floor

TRIES = 3
AGAIN_MS = 10 * 60_000
EXPIRES_MS = 24 * 3_600_000
PICK_UP_MS = 8_000
"""From dialling until a caller who is reached has picked up and pressed the key."""
NO_ANSWER_MS = 25_000
LOOK_AGAIN_MS = 60_000
BEING_RUNG_MS = 5_000
"""Who is just being offered to somebody is not asked whether to be called back: looked at again after that."""


class CallingBack:
    """The callbacks. `answered` and `leaves` are told what became of a call."""

    def __init__(
        self,
        lines: LineStore,
        agenda: Agenda,
        *,
        told: Callable[[int], int],
        follow: Callable[[int, Sequence[str]], None],
        fairness: Fairness,
        floor: Floor,
        calls: dict[str, Call],
        answered: Callable[[int, Call, str], None],
        leaves: Callable[[int, Call, str], None],
        chance: random.Random,
    ) -> None:
        self._lines = lines
        self._agenda = agenda
        self._told = told
        self._follow = follow
        self._fairness = fairness
        self._floor = floor
        self._calls = calls
        self._answered = answered
        self._leaves = leaves
        self._chance = chance

    def books(self, at_ms: int, call: Call) -> None:
        """The caller takes the offer to be called back, if they still wait."""
        if call.over or call.talks_with:
            return
        if call.offers:
            self._agenda.note(at_ms + BEING_RUNG_MS, self.books, call)
            return
        item = self._lines.book(self._booking(at_ms, call), self._told(at_ms))
        del self._calls[call.id]
        self._fairness.gone(call.id)
        call.booked_ms = at_ms
        call.id = item.id
        call.place = replace(call.place, call=item.id)
        self._calls[item.id] = call
        self._fairness.stands(call.place)
        self._agenda.note(at_ms + EXPIRES_MS, self._runs_out, call)
        self._follow(at_ms, item.offers)

    def dials(self, at_ms: int, call: Call, offer: str, agent: str) -> None:
        """An agent has accepted: the caller's phone rings."""
        self._lines.claim_caller(offer, self._told(at_ms))
        self._lines.caller_leg(offer, LEG, self._told(at_ms), lease_ms=2 * NO_ANSWER_MS)
        there = call.caller.callback is None or self._chance.random() < call.caller.callback.reached
        if there:
            self._agenda.note(at_ms + PICK_UP_MS, self._picks_up, call, offer, agent)
        else:
            self._agenda.note(at_ms + NO_ANSWER_MS, self._misses, call, offer, agent)

    def looks(self, at_ms: int, call: Call) -> None:
        """A callback whose time has come takes its place again."""
        if not call.over and not call.talks_with:
            self._follow(at_ms, self._lines.callback_due(call.id, self._told(at_ms)))

    def _runs_out(self, at_ms: int, call: Call) -> None:
        """Nobody has got to it in all the time it had; one that is with an agent just then is looked at again."""
        if call.over or call.talks_with:
            return
        self.looks(at_ms, call)
        kept = self._lines.call(call.id)
        if kept is not None and kept.state == "left":
            self._leaves(at_ms, call, kept.left_reason)
        else:
            self._agenda.note(at_ms + LOOK_AGAIN_MS, self._runs_out, call)

    def _booking(self, at_ms: int, call: Call) -> Booking:
        asked = ask(call.queue, dict(call.caller.skills) if call.queue.name == call.caller.queue else {})
        return Booking(
            id=f"CB{call.id[2:]}",
            origin=call.id,
            queue=call.queue.name,
            requirement=asked.requirement,
            number=f"+0{call.id[2:]}",
            expires_ms=self._told(at_ms) + EXPIRES_MS,
            tries=TRIES,
            rings=asked.rings,
            rules=call.queue.rules(),
            asks=asked.asks,
        )

    def _picks_up(self, at_ms: int, call: Call, offer: str, agent: str) -> None:
        now = self._told(at_ms)
        self._lines.caller_leg(offer, LEG, now, lease_ms=2 * NO_ANSWER_MS, picked_up=True)
        self._lines.bridged(offer, call.id, now)
        self._lines.met(offer, now)
        self._answered(at_ms, call, agent)

    def _misses(self, at_ms: int, call: Call, offer: str, agent: str) -> None:
        missed = self._lines.caller_missed(offer, "no_answer", self._told(at_ms), retry_ms=AGAIN_MS)
        self._floor.finishes(agent, at_ms, GONE_SECONDS * 1000)
        if missed.state == "left":
            self._leaves(at_ms, call, "unreached")
        else:
            self._agenda.note(at_ms + AGAIN_MS, self._comes_due, call)
        self._follow(at_ms, missed.offers)

    def _comes_due(self, at_ms: int, call: Call) -> None:
        if not call.over:
            self._fairness.stands(call.place)
            self.looks(at_ms, call)
