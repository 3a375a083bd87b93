"""A small centre in which a history happens: its people and lines, and the hands by which events reach it."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from ivr.core.agent import IllegalTransition
from ivr.core.flow.effects import Join
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.queue_rules import Overflow, QueueDefinition
from ivr.core.routing.rings import Ring
from ivr.core.routing.skills import Level
from ivr.services.asking import ask_again
from ivr.services.dispatch import Dispatch
from ivr.services.lines_port import LineAsk, Placed
from ivr.services.ports import AgentProfile, CarrierError
from ivr.services.presence import Presence
from tests.fakes import ENDED
from tests.routing.conftest import Centre
from tests.routing.crashing import CrashingLines, Died
from tests.routing.histories.dice import Dice
from tests.routing.histories.moment import Moment, moment_of

PEOPLE = {"ann": {"fr": 5}, "bea": {"fr": 2, "tax": 4}, "cid": {"tax": 9}, "dot": {"fr": 9, "tax": 1}}
ASKED: tuple[dict[str, Level], ...] = ({"fr": 1}, {"fr": 3}, {"tax": 3}, {"fr": 2, "tax": 1}, {"tax": (2, 5)})
LINES = ("help", "taxes")
NUMBERS = ("+33639980055", "+33639980056", "+33639980057")
"""Whom callbacks go to: few, so that they meet."""

SWEEP_LEASE_MS = 10_000
"""Longer than what a sweeper took is kept from the others."""

LINE_NUMBER = "+33139753975"

_RINGS = (
    (),
    (Ring(10, (("fr", 1),)), Ring(40, (("tax", 1),), instead=True)),
    (Ring(5, (("tax", 1),)),),
)


def some_line(name: str, dice: Dice) -> QueueDefinition:
    """A line by some rules; a plain one where the dice say nothing."""
    return QueueDefinition(
        name,
        ring_seconds=20,
        rings=dice.of(_RINGS),
        max_talking=dice.of((None, None, 1, 2)),
        ring_several=dice.of((1, 1, 2, 3)),
        strategy=dice.of(("longest_idle", "least_skilled", "round_robin", "ring_all", "fewest_calls", "fair_load")),
        max_waiting=dice.of((None, None, 3)),
        ringing_budget_seconds=dice.of((180, 30)),
        max_wait_seconds=dice.of((None, 90)),
        wrap_up_seconds=dice.of((15, 0)),
        boost_seconds=dice.of((0, 30)),
        overflow=dice.of((None, None, Overflow(LINES[1]))) if name == LINES[0] else None,
    )


class World:
    """One history's centre. Every verb of the lines may die; `seen` is the store as last looked at, `before` the look
    before that."""

    def __init__(self, url: str) -> None:
        self.centre = Centre(url)
        self.centre.client.execute("FLUSHDB")
        self.definitions = self.centre.flows.queue_definitions = {name: QueueDefinition(name) for name in LINES}
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
        self.deleted: dict[str, AgentProfile] = {}
        self.once_deleted: set[str] = set()
        self.clock = self.centre.clock
        self.carrier = self.centre.carrier
        self.jobs = self.centre.jobs
        self.calls: list[str] = []
        self.numbers: dict[str, str] = {}
        self.joined: set[str] = set()
        self.asked_for: dict[str, str] = {}
        """The line a call last asked to join."""
        self.turns = 10
        self.events: list[dict[str, Any]] = []
        self.starts: dict[str, str] = {}
        self.newest_start = 0.0
        self.gone: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.latest_ms = self.clock.ms
        """The latest the clock ever said."""
        self.swept_ms = 0
        """When a sweep was last done whole; not while what one that died had in its hands is put off."""
        self.leased_ms = 0
        self._read_events = "0"
        self.before = Moment()
        self.seen = Moment()

    @property
    def now(self) -> int:
        """The centre's time, ms."""
        return self.clock.ms

    def look(self) -> bool:
        """Read the store; False where nothing can have changed since."""
        self.latest_ms = max(self.latest_ms, self.now)
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

    def sweep(self) -> None:
        """Do what is due."""
        try:
            self.dispatch.sweep(self.now)
        except Died:
            self.leased_ms = self.now + SWEEP_LEASE_MS
            raise
        if self.now >= self.leased_ms:
            self.swept_ms = self.now

    # --- callers ---------------------------------------------------------------------------------------------------
    def call(self, join: Join, number: str = "") -> str:
        """Somebody calls, from a number or a hidden one, and joins a line."""
        sid = f"CA{len(self.calls)}"
        self.calls.append(sid)
        self.numbers[sid] = number
        self.carrier.inbound(sid)
        self.join(sid, join, 1)
        return sid

    def join(self, sid: str, join: Join, turn: int) -> None:
        """A call joins a line by one turn of its flow."""
        self.joined.add(sid)
        self.asked_for[sid] = join.queue
        with self.may_die():
            self.dispatch.join(self.session(sid, turn, self.numbers[sid]), join, self.now)

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

    # --- supervisors -----------------------------------------------------------------------------------------------
    def asks_in(self, sid: str, line: str) -> LineAsk | None:
        """What a call asks for in a line, by what it is known to want; None for a call in no line."""
        call = self.centre.lines.call(sid)
        if call is None:
            return None
        definition = self.definitions[line]
        return LineAsk(line, ask_again(definition, call.asks, call.prefer).rings, definition.rules())

    def follow(self, placed: Placed) -> None:
        """What an act of a supervisor leaves to do."""
        for offer in placed.offers:
            self.jobs.hint("ring", offer)
        for leg in placed.drops:
            self.jobs.hint("drop_leg", leg)

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
                self.sweep()
            case "keep_callback" | "agent_rang_out":
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
