"""Calls whose end nobody told, and calls that came while there was no store: the history has them all the same."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from ivr.services.history import record_call
from ivr.services.ports import CallRecord, CarrierError
from ivr.services.unended import LOOKED_AT_ONCE, Unended
from ivr.store.sql.calls import Wanted
from tests.conftest import RedisProcess
from tests.fakes import FakeCarrier
from tests.web.house import CALL, CALLER, House, is_fallback

SOON, LATER = timedelta(seconds=30), timedelta(minutes=2)


def kept(house: House, call: str = CALL) -> CallRecord | None:
    return house.hotline.history.get(call)


def recorded(house: House) -> CallRecord | None:
    """What the worker of `records` makes of an ended call."""
    hotline = house.hotline
    return record_call(CALL, ended=hotline.ended, history=hotline.history, messages=hotline.messages)


@pytest.fixture
def carrier() -> FakeCarrier:
    return FakeCarrier()


def unended(house: House, carrier: FakeCarrier) -> Unended:
    return replace(house.hotline.unended, carrier=carrier)


def test_who_calls_without_a_store_is_put_through_and_in_the_history(own_redis: RedisProcess, tmp_path: Path) -> None:
    house = House(own_redis.url, tmp_path)
    own_redis.kill()
    assert is_fallback(house.say("/voice/answer"))
    assert is_fallback(house.say("/voice/answer"))
    record = kept(house)
    assert record is not None
    assert (record.outcome, record.from_number, record.line) == ("failed", CALLER, "mairie")
    assert [kept.call_sid for kept in house.hotline.history.list(Wanted())] == [CALL]
    house.close()


def test_a_call_that_never_began_here_is_in_the_history_once_its_end_is_told(house: House) -> None:
    for _ in range(2):
        assert house.post("/voice/status", CallStatus="completed").status_code == 204
    record = kept(house)
    assert record is not None
    assert record.outcome == "failed"


def test_a_call_to_no_line_is_none_of_ours(house: House) -> None:
    house.post("/voice/status", CallStatus="completed", To="+33199005000")
    assert kept(house) is None


def test_a_call_that_was_served_is_recorded_as_it_was(house: House, redis_url: str) -> None:
    house.say("/voice/answer")
    house.post("/voice/status", CallStatus="completed")
    assert kept(house) is None, "that is the worker's to write"
    record = recorded(house)
    assert record is not None
    assert record.outcome == "hung-up-in-menu"


def test_an_end_nobody_told_is_found_at_the_carrier(house: House, carrier: FakeCarrier, redis_url: str) -> None:
    house.say("/voice/answer")
    ends, now = unended(house, carrier), house.hotline.clock.now()
    carrier.inbound(CALL, "completed")
    assert ends.look(now + SOON) == 0, "it has only just begun"
    assert ends.look(now + LATER) == 1
    record = recorded(house)
    assert record is not None
    assert record.outcome == "hung-up-in-menu"
    assert ends.look(now + LATER) == 0
    with Redis.from_url(redis_url) as client:
        assert client.zcard(house.hotline.keys.calls) == 0


def test_who_is_on_the_line_stays_on_it(house: House, carrier: FakeCarrier) -> None:
    house.say("/voice/answer")
    ends, now = unended(house, carrier), house.hotline.clock.now()
    carrier.inbound(CALL)
    assert ends.look(now + LATER) == 0
    carrier.legs[CALL].status = "completed"
    carrier.fail("leg", CarrierError("no answer", ambiguous=True))
    assert ends.look(now + LATER) == 0, "a carrier that doesn't answer says nothing about a call"
    assert house.hotline.sessions.has_ended(CALL) is False


def test_a_call_without_a_session_leaves_the_live_ones(house: House, carrier: FakeCarrier, redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        client.zadd(house.hotline.keys.calls, {CALL: 1})
        assert unended(house, carrier).look(house.hotline.clock.now()) == 1
        assert client.zcard(house.hotline.keys.calls) == 0


def test_every_live_call_has_its_turn_however_many_there_are(house: House, redis_url: str) -> None:
    live = house.hotline.unended.live
    with Redis.from_url(redis_url) as client:
        client.zadd(house.hotline.keys.calls, {f"CA{number:02}": number for number in range(60)})
    rounds = [list(live.next(10**15, LOOKED_AT_ONCE)) for _ in range(5)]
    assert [len(found) for found in rounds] == [25, 25, 10, 0, 25]
    assert sorted(rounds[0] + rounds[1] + rounds[2]) == [f"CA{number:02}" for number in range(60)]
    assert list(live.next(30, LOOKED_AT_ONCE)) == [f"CA{number:02}" for number in range(25, 31)]
