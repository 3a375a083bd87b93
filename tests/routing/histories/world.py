"""A small centre in which a history happens: its people and lines, and the hands by which events reach it."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from ivr.core.agent import IllegalTransition
from ivr.core.flow.effects import Join
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch import Dispatch
from ivr.services.ports import CarrierError
from ivr.services.presence import Presence
from tests.fakes import ENDED
from tests.routing.conftest import Centre
from tests.routing.crashing import CrashingLines, Died
from tests.routing.histories.moment import Moment, moment_of

PEOPLE = {"ann": {"fr": 5}, "bea": {"fr": 2, "tax": 4}, "cid": {"tax": 9}, "dot": {"fr": 9, "tax": 1}}
ASKED = ({"fr": 1}, {"fr": 3}, {"tax": 3}, {"fr": 2, "tax": 1})
LINES = ("help", "taxes")
NUMBERS = ("+33639980055", "+33639980056", "+33639980057")
"""Whom callbacks go to: few, so that they meet."""

LINE_NUMBER = "+33139753975"


class World:
    """One history's centre. Every verb of the lines may die; `seen` is the store as last looked at, `before` the look
    before that."""

    def __init__(self, url: str) -> None:
        self.centre = Centre(url)
        self.centre.client.execute("FLUSHDB")
        self.centre.flows.queue_definitions = {
            name: QueueDefinition(name, ring_seconds=20, wrap_up_seconds=15) for name in LINES
        }
        self.lines = CrashingLines(self.centre.lines)
        self.dispatch = Dispatch(
            lines=self.lines,  # type: ignore[arg-type]
            carrier=self.centre.carrier,
            jobs=self.centre.jobs,
            agents=self.centre.agents,
            flows=self.centre.flows,
            live=self.centre.live,
            clock=self.centre.clock,
        )
        self.presence = Presence(self.lines, self.centre.agents, self.centre.jobs, self.centre.clock)  # type: ignore[arg-type]
        for name, skills in PEOPLE.items():
            self.centre.agents.add(name, **skills)
        self.clock = self.centre.clock
        self.carrier = self.centre.carrier
        self.jobs = self.centre.jobs
        self.calls: list[str] = []
        self.joined: set[str] = set()
        self.turns = 10
        self.events: list[dict[str, Any]] = []
        self.starts: dict[str, str] = {}
        self.gone: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self._read_events = "0"
        self.before = Moment()
        self.seen = Moment()

    @property
    def now(self) -> int:
        """The centre's time, ms."""
        return self.clock.ms

    def look(self) -> bool:
        """Read the store; False where nothing can have changed since."""
        if not self.lines.acted:
            return False
        self.lines.acted = False
        self.before, self.seen = self.seen, moment_of(self.centre.lines.dump())
        self.events = list(self._new_events())
        return True

    @contextlib.contextmanager
    def may_die(self) -> Iterator[None]:
        """What is done in here ends where its process dies, the carrier fails or a wish means nothing."""
        with contextlib.suppress(Died, CarrierError, IllegalTransition):
            yield

    # --- callers ---------------------------------------------------------------------------------------------------
    def call(self, join: Join) -> str:
        """Somebody calls and joins a line."""
        sid = f"CA{len(self.calls)}"
        self.calls.append(sid)
        self.carrier.inbound(sid)
        self.join(sid, join, 1)
        return sid

    def join(self, sid: str, join: Join, turn: int) -> None:
        """A call joins a line by one turn of its flow."""
        self.joined.add(sid)
        with self.may_die():
            self.dispatch.join(self.session(sid, turn), join, self.now)

    def session(self, sid: str, turn: int, number: str = "") -> Session:
        """A call's session."""
        caller = CallerFacts(number=number)
        return Session(sid, "main", "f", "d", "s", "fr-FR", to_number=LINE_NUMBER, turn=turn, caller=caller)

    def hung_up(self, sid: str) -> bool:
        """Whether the caller's leg is over."""
        return self.carrier.legs[sid].status in ENDED

    def some_call(self, which: int) -> str:
        """One of the calls, the newest most often; empty for none."""
        return self.calls[-1 - which % len(self.calls)] if self.calls else ""

    # --- agents ----------------------------------------------------------------------------------------------------
    def some_offer(self, which: int) -> str:
        """One of the last offers, perhaps long over; empty for none."""
        made = self.seen.newest_offers()
        return made[which % len(made)] if made else ""

    def agent_leg(self, offer: str) -> str:
        """The leg of an offer that is known at the carrier."""
        reservation = self.centre.lines.reservation(offer)
        return reservation.leg if reservation and reservation.leg in self.carrier.legs else ""

    def dialled_leg(self, offer: str) -> str:
        """The last leg the carrier was asked for by an offer, known to the lines or not."""
        legs = reversed(self.carrier.legs.values())
        return next((leg.sid for leg in legs if leg.path == f"/voice/offer/{offer}"), "")

    def caller_leg(self, offer: str) -> str:
        """The leg that calls somebody back, as far as it is known."""
        reservation = self.centre.lines.reservation(offer)
        return reservation.caller_leg if reservation and reservation.caller_leg in self.carrier.legs else ""

    # --- workers ---------------------------------------------------------------------------------------------------
    def perform(self, job: str, args: tuple[str, ...]) -> None:
        """A worker does a job."""
        match job:
            case "ring":
                self.dispatch.ring(*args)
            case "bridge":
                self.dispatch.bridge_caller(*args)
            case "drop_leg":
                self.dispatch.drop_leg(*args)
            case "sweep":
                self.dispatch.sweep(self.now)
            case "keep_callback":
                pass
            case _:
                raise AssertionError(job)

    def work(self) -> None:
        """Workers do all there is."""
        while self.jobs.hints:
            job, *args = self.jobs.hints.pop(0)
            self.perform(job, tuple(args))

    # --- within ----------------------------------------------------------------------------------------------------
    def _new_events(self) -> Iterator[dict[str, Any]]:
        for entry, flat in self.centre.client.execute("XRANGE", "hl:{main}:events", f"({self._read_events}", "+"):
            self._read_events = entry.decode()
            fields = {key.decode(): value.decode() for key, value in zip(flat[::2], flat[1::2], strict=True)}
            yield {**json.loads(fields["data"]), "type": fields["type"], "of": fields["call"]}
