"""A centre in a real Redis, with fakes at the ports around it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from ivr.core.flow.effects import Join
from ivr.core.flow.session import Session
from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch import Dispatch
from ivr.services.dispatch_answers import Stale, Whisper
from ivr.services.lines_port import InLine, Request
from ivr.services.pacing import Pace
from ivr.services.ports import Agents
from ivr.services.presence import Presence
from ivr.services.recovery import Recovery
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.redis.pace import RedisPace
from ivr.store.redis.sessions import RedisSessions
from ivr.store.redis.settled import RedisSettled
from tests.fakes import FakeAgents, FakeCarrier, FakeClock, FakeFlows, FakeJobs, FakeLive, FakeMeter


class PickedUp(Dispatch):
    """Whose carrier knows that a phone was picked up, when that is said."""

    carrier: FakeCarrier

    def offer_answered(self, reservation_id: str, leg_sid: str, now_ms: int) -> Whisper | Stale:
        self.carrier.pick_up(leg_sid)
        return super().offer_answered(reservation_id, leg_sid, now_ms)


@dataclass
class Centre:
    """Everything of a centre, and short verbs for tests."""

    url: str
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.client = StateClient(self.url, timeout=2.0)
        self.lines = RedisLines(self.client, Keys())
        self.carrier = FakeCarrier(self.clock)
        self.jobs = FakeJobs()
        self.agents = FakeAgents()
        self.flows = FakeFlows({"help": QueueDefinition("help", ring_seconds=20, wrap_up_seconds=15)})
        self.live = FakeLive()
        self.meter = FakeMeter()
        self.dispatch = self._dispatch(None)
        self.recovery = self.recovering()
        self.presence = Presence(self.lines, self.agents, self.jobs, self.clock)
        self.calls = 0

    def over(self, agents: Agents) -> Dispatch:
        """Dispatch, with agents from elsewhere."""
        return self._dispatch(None, agents)

    def _dispatch(self, pace: Pace | None, agents: Agents | None = None) -> Dispatch:
        made = PickedUp(
            lines=self.lines,
            carrier=self.carrier,
            jobs=self.jobs,
            agents=agents or self.agents,
            flows=self.flows,
            live=self.live,
            clock=self.clock,
            pace=pace,
        )
        made.carrier = self.carrier
        return made

    def recovering(self) -> Recovery:
        """Recovery, as each process has its own."""
        return Recovery(
            RedisSettled(self.client, Keys()),
            self.lines,
            rooms=self.carrier,
            carrier=self.carrier,
            agents=self.agents,
            sessions=RedisSessions(self.client, Keys()),
            dispatch=self.dispatch,
            jobs=self.jobs,
        )

    def pace_at(self, per_second: float) -> None:
        """From now on the carrier starts so many calls a second."""
        self.dispatch = self._dispatch(RedisPace(self.client, Keys(), per_second))

    @property
    def now(self) -> int:
        return self.clock.ms

    def agent(self, name: str, **skills: int) -> str:
        """An agent who is logged in."""
        self.agents.add(name, **(skills or {"fr": 5}))
        self.presence.log_in(name)
        return name

    def request(
        self, call: str, requirement: str = "fr:1", turn: int = 1, queue: str = "help", **rest: object
    ) -> Request:
        return Request(call, queue, requirement, turn, **rest)  # type: ignore[arg-type]

    def join(self, call: str, requirement: str = "fr:1", turn: int = 1, **rest: object) -> InLine:
        """A call joins through the store."""
        return self.lines.join(self.request(call, requirement, turn, **rest), self.now)

    def caller(self, join: Join | None = None, turn: int = 1) -> str:
        """A call joins through dispatch."""
        self.calls += 1
        sid = f"CAcaller{self.calls}"
        self.carrier.inbound(sid)
        session = Session(sid, "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=turn)
        self.dispatch.join(session, join or Join("help", {"fr": 1}, reason="Passports"), self.now)
        return sid

    def work(self) -> list[tuple[str, ...]]:
        """Run what was hinted, as a worker would, until nothing is left; what that was."""
        done: list[tuple[str, ...]] = []
        while taken := self.jobs.take():
            for job, *args in taken:
                {
                    "ring": self.dispatch.ring,
                    "bridge": self.dispatch.bridge_caller,
                    "drop_leg": self.dispatch.drop_leg,
                    "sweep": lambda: self.dispatch.sweep(self.now),
                    "record_call": lambda _: None,
                    "keep_callback": lambda _: None,
                    "agent_rang_out": lambda _: None,
                }[job](*args)
            done += taken
        return done

    def sweep(self, after_ms: int = 0) -> int:
        """Time passes; then a sweep."""
        self.clock.pass_ms(after_ms)
        return self.dispatch.sweep(self.now)

    def state(self, agent: str) -> str:
        return self.presence.state(agent).state

    def call_state(self, call: str) -> str:
        found = self.lines.call(call)
        return found.state if found else ""

    def offer_of(self, call: str) -> str:
        found = self.lines.call(call)
        assert found is not None
        return found.reservation

    def ringing_leg(self, call: str) -> str:
        reservation = self.lines.reservation(self.offer_of(call))
        assert reservation is not None
        return reservation.leg

    def talk(self, call: str) -> str:
        """From an offer to a talk; the reservation."""
        self.work()
        offer = self.offer_of(call)
        leg = self.ringing_leg(call)
        self.dispatch.offer_answered(offer, leg, self.now)
        self.dispatch.offer_key(offer, "1", self.now)
        self.work()
        assert self.dispatch.bridge(offer, call, self.now) is not None
        self.dispatch.room_event(offer, "conference-start", "", self.now)
        return offer


@pytest.fixture
def centre(redis_url: str) -> Iterator[Centre]:
    made = Centre(redis_url)
    yield made
    made.client.close()
