"""The scribe on a real Redis and real databases: each event is kept once, whoever dies in between."""

import json
import logging
import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from ivr.core.events import Event, EventType
from ivr.services.events_port import EventId, Written
from ivr.services.ports import HistoryDown, StoreDown
from ivr.services.scribe import HINT_EVERY, LOOK_EVERY, Scribe
from ivr.store.redis import event_reader
from ivr.store.redis.client import StateClient
from ivr.store.redis.event_reader import RedisEventReader, unfolded
from ivr.store.redis.keys import Keys
from ivr.store.redis.live import RedisLive
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database
from ivr.store.sql.subscribers import SqlSubscribers
from tests.conftest import RedisProcess
from tests.events.test_store import VAULT, subscriber
from tests.fakes import FakeClock, FakeJobs

KEYS = Keys()


@dataclass
class Ledger:
    """The database, which may fail: `faults` are raised by the next folds, after they were kept where marked."""

    decisions: SqlDecisions
    faults: list[tuple[Exception, bool]] = field(default_factory=list)

    def fold(self, events: Sequence[Written], now: datetime) -> frozenset[str]:
        if not self.faults:
            return self.decisions.fold(events, now)
        fault, after = self.faults.pop(0)
        if after:
            self.decisions.fold(events, now)
        raise fault


@dataclass
class House:
    """A stream, a database, and scribes by name."""

    client: StateClient
    database: Database

    def __post_init__(self) -> None:
        self.clock, self.jobs = FakeClock(), FakeJobs()
        self.decisions, self.deliveries = SqlDecisions(self.database), SqlDeliveries(self.database)
        self.ledger = Ledger(self.decisions)
        self.live = RedisLive(self.client, KEYS)

    def scribe(self, name: str = "one") -> Scribe:
        reader = RedisEventReader(self.client, KEYS, name)
        return Scribe(reader, self.ledger, self.deliveries, self.jobs, self.clock)  # type: ignore[arg-type]

    def happens(self, call: str = "CA1", kind: EventType = "call.joined", **data: str) -> None:
        self.live.publish(Event(kind, self.clock.ms, call, data))

    def kept(self, call: str = "CA1") -> int:
        return len(self.decisions.of_call(call))

    def held(self) -> int:
        """Events handed out and not folded."""
        return int(self.client.execute("XPENDING", KEYS.events, event_reader.GROUP)[0])


@pytest.fixture
def house(client: StateClient, sqlite: Database) -> House:
    return House(client, sqlite)


@pytest.fixture
def each_house(client: StateClient, database: Database) -> House:
    """On SQLite and on PostgreSQL."""
    return House(client, database)


def test_what_happened_before_the_first_start_is_kept_too(house: House) -> None:
    house.happens()
    scribe = house.scribe()
    assert scribe.once() == 1
    house.happens(kind="call.left", reason="key")
    assert scribe.once() == 1
    assert scribe.once() == 0
    assert (house.kept(), house.held()) == (2, 0)


def test_several_share_the_stream_and_none_is_kept_twice(house: House) -> None:
    scribes = [house.scribe("one"), house.scribe("two")]
    for number in range(40):
        house.happens(f"CA{number % 4}")
        scribes[number % 2].once()
    assert [house.kept(f"CA{number}") for number in range(4)] == [10] * 4


@pytest.mark.parametrize("after", [False, True])
def test_a_database_that_fails_loses_and_doubles_nothing(each_house: House, after: bool) -> None:
    house = each_house
    scribe = house.scribe()
    house.happens()
    house.ledger.faults = [(HistoryDown("away"), after)]
    with pytest.raises(HistoryDown):
        scribe.once()
    assert house.held() == 1
    house.happens()
    assert scribe.once() == 2, "what was handed out goes first"
    assert (house.kept(), house.held()) == (2, 0)


def test_what_a_scribe_held_that_died_goes_to_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_reader, "DEAD_MS", 0)
    monkeypatch.setattr(event_reader, "FORGET_MS", -1)
    house.happens()
    house.ledger.faults = [(HistoryDown("killed here"), False)]
    with pytest.raises(HistoryDown):
        house.scribe("dead").once()
    assert house.scribe("alive").once() == 1
    assert (house.kept(), house.held()) == (1, 0)
    names = [reader[1] for reader in house.client.execute("XINFO", "CONSUMERS", KEYS.events, event_reader.GROUP)]
    assert b"dead" not in names, "and it is forgotten"


def test_a_start_under_the_same_name_goes_on_where_it_was(house: House) -> None:
    house.happens()
    house.ledger.faults = [(HistoryDown("killed here"), True)]
    with pytest.raises(HistoryDown):
        house.scribe("one").once()
    assert house.scribe("one").once() == 1
    assert (house.kept(), house.held()) == (1, 0)


def test_an_event_that_can_not_be_kept_holds_up_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.happens("CA1")
    house.happens("CA2")
    house.happens("CA3")
    house.ledger.faults = [(ValueError("all"), False), (ValueError("the first"), False)]
    with caplog.at_level(logging.WARNING):
        assert house.scribe().once() == 3
    assert [house.kept(f"CA{number}") for number in (1, 2, 3)] == [0, 1, 1]
    assert "an event can't be kept" in caplog.text


def test_what_no_script_of_ours_wrote_is_passed_over(house: House) -> None:
    house.client.execute("XADD", KEYS.events, "*", "colour", "blue")
    house.client.execute("XADD", KEYS.events, "*", "type", "call.joined", "at_ms", "5", "call", "CA1", "data", "{")
    house.client.execute("XADD", KEYS.events, "*", "type", "call.joined", "at_ms", "5", "call", "CA1", "data", "[1]")
    house.client.execute("XADD", KEYS.events, "*", "type", "new.kind", "at_ms", "5", "call", "CA1", "data", "{}")
    house.scribe().once()
    assert (house.kept(), house.held()) == (1, 0)


def test_events_trimmed_before_they_were_folded_are_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.happens()
    house.ledger.faults = [(HistoryDown("away"), False)]
    scribe = house.scribe()
    with pytest.raises(HistoryDown):
        scribe.once()
    house.client.execute("XTRIM", KEYS.events, "MAXLEN", 0)
    with caplog.at_level(logging.WARNING):
        scribe.once()
    assert "trimmed before they were folded" in caplog.text
    assert house.held() == 0


def test_a_stream_made_anew_is_read_again(house: House) -> None:
    scribe = house.scribe()
    house.happens()
    scribe.once()
    house.client.execute("FLUSHALL")
    house.happens()
    assert scribe.once() == 1
    assert house.kept() == 2


def test_it_survives_a_redis_that_is_killed_and_comes_back(own_redis: RedisProcess, sqlite: Database) -> None:
    client = StateClient(own_redis.url, timeout=2.0)
    client.execute("CONFIG", "SET", "appendfsync", "always")
    house = House(client, sqlite)
    scribe = house.scribe()
    house.happens()
    scribe.once()
    house.happens()
    own_redis.kill()
    with pytest.raises(StoreDown):
        scribe.once()
    own_redis.start()
    while not client.breaker.admits():
        pass
    assert scribe.once() == 1
    assert (house.kept(), house.held()) == (2, 0)
    client.close()


def test_subscribers_get_one_hint_a_second_and_none_without_cause(house: House) -> None:
    SqlSubscribers(house.database, VAULT).add(subscriber("wh_1", "agent.*"))
    scribe = house.scribe()
    house.happens()
    scribe.once()
    assert house.jobs.take() == [], "nothing it wants"
    for _ in range(HINT_EVERY * 2):
        house.happens("", "agent.changed", agent="ana", state="paused")
        scribe.once()
    for _ in range(HINT_EVERY):
        scribe.once()
    assert house.jobs.take() == [("deliver_webhooks",)] * 3, "the last for what came since the one before"
    for _ in range(LOOK_EVERY):
        scribe.once()
    assert house.jobs.take() == [("deliver_webhooks",)], "what is still due is looked for now and then"


def test_the_stream_tells_what_is_not_folded_yet(house: House) -> None:
    house.happens("CA1")
    reader = RedisEventReader(house.client, KEYS, "any")
    first = reader.since(EventId(0, 0), 10)
    house.happens("CA2")
    assert [each.event.call for each in reader.since(first[-1].id, 10)] == ["CA2"]
    assert [each.event.call for each in reader.since(EventId(0, 0), 10)] == ["CA1", "CA2"]


def test_a_number_is_written_as_json_writes_it(house: House) -> None:
    house.live.publish(Event("call.left", 7, "CA1", {"reason": "key", "waited_ms": 4}))
    found = RedisEventReader(house.client, KEYS, "any").since(EventId(0, 0), 10)
    assert found[0].event == Event("call.left", 7, "CA1", json.loads('{"reason": "key", "waited_ms": 4}'))


def test_the_thread_goes_on_after_whatever_a_round_meets(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.services.scribe.PAUSE_SECONDS", 0.01)
    scribe, met = house.scribe(), threading.Event()
    faults: list[Exception] = [StoreDown("away"), HistoryDown("away"), ValueError("a bug")]
    once = scribe.once

    def round_() -> int:
        if faults:
            raise faults.pop(0)
        found = once()
        if house.kept():
            met.set()
        return found

    monkeypatch.setattr(scribe, "once", round_)
    house.happens()
    scribe.start()
    assert met.wait(10)
    scribe.stop()
    assert house.held() == 0


def test_scribes_that_are_killed_at_any_moment_lose_and_double_nothing(
    each_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = each_house
    monkeypatch.setattr("ivr.services.scribe.PAUSE_SECONDS", 0.002)
    monkeypatch.setattr("ivr.services.scribe.MOST", 3)
    draw = random.Random(7)
    for round_ in range(8):
        child = os.fork()
        if child == 0:
            house.scribe(f"scribe {round_}").start()
            time.sleep(20)
            os._exit(1)
        for number in range(25):
            house.happens(f"CA{round_}.{number}")
            time.sleep(draw.random() / 500)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    monkeypatch.setattr(event_reader, "DEAD_MS", 0)
    last = house.scribe("last")
    while last.once():
        last._rounds = 0
    assert [house.kept(f"CA{round_}.{number}") for round_ in range(8) for number in range(25)] == [1] * 200
    assert house.held() == 0


def test_how_far_behind_the_history_is(house: House) -> None:
    assert unfolded(house.client, KEYS) == 0
    house.happens()
    assert unfolded(house.client, KEYS) == 1, "no scribe has ever run"
    scribe = house.scribe()
    scribe.once()
    assert unfolded(house.client, KEYS) == 0
    house.happens()
    house.ledger.faults = [(HistoryDown("away"), False)]
    with pytest.raises(HistoryDown):
        scribe.once()
    house.happens()
    assert unfolded(house.client, KEYS) == 2, "one handed out, one not"
