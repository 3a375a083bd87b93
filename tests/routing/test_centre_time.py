"""A centre has one clock, Redis's: a machine whose own is an hour off disturbs nothing."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch import Dispatch
from ivr.services.lines_port import Request
from ivr.services.presence import Presence
from ivr.settings import Settings
from ivr.store.redis.centre_clock import LOOK_AGAIN_NS, CentreClock
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.redis.pace import RedisPace
from ivr.store.redis.told import RedisTold
from ivr.wiring import build
from tests.conftest import RedisProcess
from tests.fakes import FakeAgents, FakeCarrier, FakeClock, FakeFlows, FakeJobs, FakeLive

HOUR_MS = 3_600_000


class Machine:
    """One of several that serve a centre; its own clock is `off_ms` off."""

    def __init__(self, url: str, agents: FakeAgents, off_ms: int) -> None:
        self.client = client = StateClient(url, timeout=2.0)
        self.clock = FakeClock(time.time_ns() // 1_000_000 + off_ms)
        self.lines = RedisLines(client, Keys(), own_time=True)
        self.told = RedisTold(client, Keys(), own_time=True)
        self.pace = RedisPace(client, Keys(), 1.0, own_time=True)
        self.jobs = FakeJobs()
        flows = FakeFlows({"help": QueueDefinition("help", ring_seconds=20, wrap_up_seconds=15)})
        carrier = FakeCarrier(self.clock)
        self.dispatch = Dispatch(
            lines=self.lines,
            carrier=carrier,
            jobs=self.jobs,
            agents=agents,
            flows=flows,
            live=FakeLive(),
            clock=self.clock,
        )
        self.presence = Presence(self.lines, agents, self.jobs, self.clock)

    @property
    def now(self) -> int:
        return self.clock.ms

    def join(self, call: str, turn: int = 1) -> None:
        self.lines.join(Request(call, "help", "fr:1", turn, max_wait_ms=60_000), self.now)

    def order(self) -> list[str]:
        return [call.call for call in self.lines.waiting_in("help")[1]]


@pytest.fixture
def machines(redis_url: str) -> Iterator[tuple[Machine, Machine, Machine]]:
    """One that is right, one an hour ahead, one an hour behind."""
    agents = FakeAgents()
    agents.add("ann", fr=5)
    right, ahead, behind = (Machine(redis_url, agents, off_ms) for off_ms in (0, HOUR_MS, -HOUR_MS))
    yield right, ahead, behind
    for machine in (right, ahead, behind):
        machine.client.close()


def test_calls_stand_as_they_came_whichever_machine_they_reached(machines: tuple[Machine, Machine, Machine]) -> None:
    right, ahead, behind = machines
    for call, machine in (("CA1", ahead), ("CA2", right), ("CA3", behind), ("CA4", ahead)):
        machine.join(call)
        time.sleep(0.002)
    assert right.order() == ["CA1", "CA2", "CA3", "CA4"]
    assert all(
        place.state == "waiting" for place in (machine.lines.waiting("CA1", machine.now) for machine in machines)
    )
    started = right.lines.call("CA1")
    assert started is not None
    assert abs(started.virtual_start_ms - right.now) < 10_000


def test_no_deadline_is_kept_sooner_or_later(machines: tuple[Machine, Machine, Machine]) -> None:
    right, ahead, behind = machines
    ahead.presence.log_in("ann")
    behind.join("CA1")
    found = right.lines.call("CA1")
    assert found is not None
    assert found.state == "offered"
    offer = right.lines.reservation(found.reservation)
    assert offer is not None
    assert abs(offer.deadline_ms - right.now) < 60_000
    assert ahead.dispatch.sweep(ahead.now) == 0  # an hour ahead, and nothing is overdue for it
    claim = behind.lines.claim(offer.id, behind.now)
    assert claim is not None
    assert ahead.lines.ringing(offer.id, "CAleg", ahead.now, lease_ms=1, picked_up=True).call == "CA1"
    time.sleep(0.005)
    assert behind.dispatch.sweep(behind.now) >= 1  # an hour behind, and it finds what rang out
    after = right.lines.reservation(offer.id)
    assert after is not None
    assert after.state == "timed_out"


def test_what_was_told_and_the_carriers_pace_are_timed_alike(machines: tuple[Machine, Machine, Machine]) -> None:
    right, ahead, behind = machines
    right.join("CA1")
    look = ahead.told.look("CA1", ahead.now)
    assert look is not None
    assert look.figures is not None
    assert abs(look.figures.at_ms - right.now) < 10_000
    again = behind.told.look("CA1", behind.now)
    assert again is not None
    assert again.figures is None  # looked at a moment ago, not an hour from now
    assert ahead.pace.slot("a", "agent", ahead.now).taken
    given = [behind.pace.slot(ticket, "agent", behind.now) for ticket in "bcdefgh"]
    assert not all(slot.taken for slot in given)


def test_a_real_centre_reads_the_time_from_redis_and_another_does_not(redis_url: str) -> None:
    client = StateClient(redis_url, timeout=2.0)
    for off_ms in (HOUR_MS, -HOUR_MS):
        clock = CentreClock(client, wall_ns=lambda off_ms=off_ms: time.time_ns() + off_ms * 1_000_000)  # type: ignore[misc]
        assert abs(clock.now_ms() - _redis_ms(client)) < 1_000
        assert abs(clock.now().timestamp() * 1000 - _redis_ms(client)) < 1_000
    client.close()


def test_while_redis_is_away_the_time_goes_on(own_redis: RedisProcess) -> None:
    steady, client = [0], StateClient(own_redis.url)
    clock = CentreClock(client, wall_ns=lambda: 5 * HOUR_MS * 1_000_000, steady_ns=lambda: steady[0])
    first = clock.now_ms()
    assert abs(first - time.time_ns() // 1_000_000) < 10_000
    own_redis.kill()
    steady[0] += 3 * LOOK_AGAIN_NS
    assert clock.now_ms() == first + 30_000
    never = CentreClock(client, wall_ns=lambda: 7_000_000, steady_ns=lambda: 0)
    assert never.now_ms() == 7
    client.close()


def test_the_house_is_wired_so_and_a_faster_day_is_told_the_time(redis_url: str, tmp_path: Path) -> None:
    for setting, real in (("", True), ("120@1700000000=920275200", False)):
        values: dict[str, Any] = {
            "redis_url": redis_url,
            "database_url": f"sqlite:///{tmp_path / 'h.sqlite'}",
            "public_base_url": "https://hotline.example.org",
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_token": "t" * 32,
            "hotline_secret_key": "s" * 40,
            "hotline_flows": tmp_path,
            "hotline_var": tmp_path,
            "hotline_clock": setting,
        }
        hotline = build(Settings(**values))
        assert isinstance(hotline.clock, CentreClock) == real
        hotline.lines.join(Request("CA1", "help", "fr:1", 1), 5_000)
        call = hotline.lines.call("CA1")
        assert call is not None
        assert (call.virtual_start_ms == 5_000) != real
        hotline.redis.execute("FLUSHDB")
        hotline.close()


def _redis_ms(client: StateClient) -> int:
    seconds, micros = client.execute("TIME")
    return int(seconds) * 1000 + int(micros) // 1000
