"""What was told and how true it was, in a real Redis."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.core.queue_rules import Announce
from ivr.core.routing.estimate import Forecast, Parts
from ivr.core.routing.told import News, Told, news
from ivr.core.routing.tuning import ALL_AS_FITTED, AS_FITTED, LEVELS, learn
from ivr.services.told_port import Accuracy
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.told import DAY_MS, RedisTold
from tests.routing.conftest import Centre

CALL = "CA1"
WAIT = Forecast(20.0, 200.0, 90.0, ((0.0, 0.0), (200.0, 1.0)))
DAY = DAY_MS * 20_000


@pytest.fixture
def centre(redis_url: str) -> Iterator[Centre]:
    made = Centre(redis_url)
    yield made
    made.client.close()


@pytest.fixture
def store(redis_url: str) -> Iterator[RedisTold]:
    client = StateClient(redis_url, timeout=2.0)
    yield RedisTold(client, Keys())
    client.close()


def answered(store: RedisTold, waited_s: float, told: Forecast = WAIT, at: int = DAY, call: str = CALL) -> bool:
    store.keep(call, "help", at, said=None, measured=told)
    return store.learn(call, at + round(waited_s * 1000))


def test_a_call_that_does_not_wait_has_no_look(store: RedisTold) -> None:
    assert store.look("CA9", DAY) is None


def test_a_heartbeat_sees_its_line_and_what_was_told(centre: Centre, store: RedisTold) -> None:
    first = centre.caller()
    centre.clock.pass_ms(1000)
    second = centre.caller()
    look = store.look(second, centre.now)
    assert look is not None
    assert look.figures is not None
    assert (look.queue, look.figures.ahead, look.figures.waiting) == ("help", 1, 2)
    assert (look.told, look.measured, look.offered, look.tunings) == (None, False, False, ALL_AS_FITTED)

    said = News("first", Told(centre.now, 2, centre.now + 240_000), 2, (1, 4))
    store.keep(second, "help", centre.now, said=said, measured=WAIT)
    look = store.look(second, centre.now)
    assert look is not None
    assert look.told == said.told
    assert look.measured
    assert look.figures is None, "they were just given"
    look = store.look(second, centre.now + 40_000)
    assert look is not None
    assert look.figures is not None
    alone = store.look(first, centre.now)
    assert alone is not None
    assert alone.told is None


def test_figures_are_given_at_once_where_what_was_told_is_no_longer_true(centre: Centre, store: RedisTold) -> None:
    call = centre.caller()
    assert store.look(call, centre.now) is not None
    store.keep(call, "help", centre.now, said=News("first", Told(centre.now, 1, centre.now + 20_000), 1), measured=None)
    true, late = store.look(call, centre.now + 19_000), store.look(call, centre.now + 20_000)
    assert true is not None
    assert true.figures is None
    assert late is not None
    assert late.figures is not None


def test_in_another_line_the_place_is_to_be_told_anew_and_the_wait_that_was_told_still_counts(
    centre: Centre, store: RedisTold
) -> None:
    call = centre.caller()
    until = centre.now + 300_000
    store.look(call, centre.now)
    store.keep(call, "help", centre.now, said=News("first", Told(centre.now, 1, until), 1, (1, 5)), measured=None)
    assert centre.join(call, turn=2, queue="billing").state == "waiting"
    for _ in range(2):
        look = store.look(call, centre.now)
        assert look is not None
        assert (look.queue, look.told) == ("billing", Told(0, 0, until))
        said = news(look.told, 7, (60.0, 200.0), centre.now + 1000, Announce())
        assert said is not None
        assert said.position == 7
    store.keep(call, "billing", centre.now + 1000, said=said, measured=None)
    look = store.look(call, centre.now + 1000)
    assert look is not None
    assert look.told == said.told
    assert look.figures is None, "they are given at once only as the line is new"


def test_a_predicted_breach_is_kept(centre: Centre, store: RedisTold) -> None:
    call = centre.caller()
    for breach in (True, False):
        store.keep(call, "help", centre.now, said=None, measured=None, breach=breach)
        look = store.look(call, centre.now)
        assert look is not None
        assert look.breach is breach


def test_only_the_first_forecast_is_held_against_the_wait(store: RedisTold) -> None:
    store.keep(CALL, "help", DAY, said=None, measured=WAIT)
    store.keep(CALL, "help", DAY + 60_000, said=None, measured=Forecast(500, 900, 700))
    assert store.learn(CALL, DAY + 100_000)
    assert store.accuracy("help", DAY, 1) == Accuracy(1, 1.0, 0.0, 0.0, 180.0, 10.0, 100.0)


def test_what_was_said_is_an_event(centre: Centre, store: RedisTold) -> None:
    store.keep(CALL, "help", DAY, said=News("first", Told(DAY, 2, DAY + 240_000), 2, (1, 4)), measured=None)
    store.keep(CALL, "help", DAY, said=News("better", Told(DAY, 1, DAY + 240_000), 1), measured=None)
    rows = centre.client.execute("XRANGE", "hl:{main}:events", "-", "+")
    told = [dict(zip(fields[::2], fields[1::2], strict=True)) for _, fields in rows]
    assert [json.loads(row[b"data"]) for row in told if row[b"type"] == b"wait.told"] == [
        {"queue": "help", "low": 60, "high": 240}
    ], "in seconds"


def test_a_wait_held_against_its_forecast_is_an_event(centre: Centre, store: RedisTold) -> None:
    made_of = Parts(36.5, 2.0, (0.693, 0.693, -0.1, 0.2, -1.204, 0.3))
    store.keep(CALL, "help", DAY, said=None, measured=replace(WAIT, made_of=made_of), ahead=1)
    assert store.learn(CALL, DAY + 100_000)
    assert not store.learn(CALL, DAY + 100_000)
    rows = centre.client.execute("XRANGE", "hl:{main}:events", "-", "+")
    told = [dict(zip(fields[::2], fields[1::2], strict=True)) for _, fields in rows]
    (event,) = [row for row in told if row[b"type"] == b"wait.measured"]
    assert (event[b"call"].decode(), int(event[b"at_ms"])) == (CALL, DAY + 100_000)
    assert json.loads(event[b"data"]) == {
        "queue": "help", "waited_ms": 100_000, "low_ms": 20_000, "middle_ms": 90_000, "high_ms": 200_000, "ahead": 1,
        "made_of": str(made_of),
    }  # fmt: skip


def test_a_call_is_learnt_from_once(store: RedisTold) -> None:
    assert answered(store, 90)
    assert not store.learn(CALL, DAY + 90_000)
    assert store.accuracy("help", DAY, 1).calls == 1


def test_a_call_of_no_forecast_teaches_nothing(store: RedisTold) -> None:
    store.keep(CALL, "help", DAY, said=News("first", Told(DAY, 2), 2), measured=None)
    assert not store.learn(CALL, DAY + 90_000)
    assert store.tunings("help") == ALL_AS_FITTED
    assert store.accuracy("help", DAY, 7) == Accuracy()


def test_the_accuracy_is_that_of_the_days_asked_for(store: RedisTold) -> None:
    for back, waited in enumerate((100, 250, 10, 100)):
        answered(store, waited, at=DAY - back * DAY_MS)
    assert store.accuracy("help", DAY, 1) == Accuracy(1, 1.0, 0.0, 0.0, 180.0, 10.0, 100.0)
    three = store.accuracy("help", DAY, 3)
    assert (three.calls, three.within, three.under, three.over) == (3, 1 / 3, 1 / 3, 1 / 3)
    assert three.error_s == pytest.approx((10 + 160 + 80) / 3)
    assert store.accuracy("help", DAY, 4).calls == 4
    assert store.accuracy("other", DAY, 4) == Accuracy()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 400))))
def test_redis_learns_as_the_formula_says(store: RedisTold, calls: list[tuple[int, int, int, int]]) -> None:
    expected = store.tunings("same")[0]
    for *ends, waited in calls:
        low, middle, high = sorted(ends)
        store.keep(CALL, "same", DAY, said=None, measured=Forecast(low, high, middle))
        assert store.learn(CALL, DAY + waited * 1000)
        expected = learn(expected, (low, middle, high), waited)
    found = store.tunings("same")[0]
    assert (found.low, found.middle, found.high) == pytest.approx(
        (expected.low, expected.middle, expected.high), abs=1e-5
    )


def test_it_is_forgotten_by_itself(centre: Centre, store: RedisTold) -> None:
    store.keep(CALL, "help", DAY, said=None, measured=WAIT)
    assert 0 < centre.client.execute("PTTL", "hl:{main}:told:" + CALL) <= 6 * 3_600_000
    answered(store, 90)
    assert 0 < centre.client.execute("PTTL", f"hl:{{main}}:waits:help:{DAY // DAY_MS}") <= 40 * DAY_MS


def test_levels_out_of_reach_stay_bounded(store: RedisTold, centre: Centre) -> None:
    centre.client.execute("HSET", "hl:{main}:waits:help", "low0", -0.25, "middle0", 0.5, "high0", 2.0)
    answered(store, 5)
    assert store.tunings("help")[0].low == LEVELS[0]
    centre.client.execute("HSET", "hl:{main}:waits:help", "high0", 2.0)
    answered(store, 900)
    assert store.tunings("help")[0].high == LEVELS[1]


def test_who_is_far_back_teaches_those_who_are(centre: Centre, store: RedisTold) -> None:
    for ahead, class_ in ((0, 0), (1, 1), (2, 1), (3, 2), (50, 2)):
        before = store.tunings("help")
        store.keep(CALL, "help", DAY, said=None, measured=WAIT, ahead=ahead)
        store.learn(CALL, DAY + 900_000)
        changed = [old != new for old, new in zip(before, store.tunings("help"), strict=True)]
        assert [number for number, one in enumerate(changed) if one] == [class_]
    look = store.look(centre.caller(), centre.now)
    assert look is not None
    assert look.tunings == store.tunings("help") != (AS_FITTED,) * 3
