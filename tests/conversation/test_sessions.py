"""The session store on a real Redis: compare-and-set, what happens once, what comes back."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from redis import Redis

from ivr.core.events import Event
from ivr.core.flow.session import CallerFacts, Session
from ivr.services.ports import Behind, Repeated, Saved, StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.sessions import CAPTIONS_KEPT, RedisSessions
from tests.conftest import RedisProcess

CALL = "CA" + "1" * 32
FIRST = Session(
    CALL, "accueil", "main", "main-0123456789abcdef", "menu", "fr-FR", from_number="+33612345678",
    started_at="2026-03-02T08:00:00+00:00", values={"a": "é"}, caller=CallerFacts("known", "+33612345678", "Léa"),
)  # fmt: skip
KEYS = Keys("test")


@pytest.fixture
def client(redis_url: str) -> Iterator[StateClient]:
    client = StateClient(redis_url)
    yield client
    client.close()


@pytest.fixture
def redis(redis_url: str) -> Iterator["Redis"]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


def heard(text: str, at_ms: int = 5) -> Event:
    return Event("call.heard", at_ms, CALL, {"text": text})


def did(text: str) -> Event:
    return Event("call.did", 6, CALL, {"text": text})


def test_a_turn_is_kept_whole(client: StateClient, redis: "Redis") -> None:
    store = RedisSessions(client, KEYS)
    assert store.load(CALL) is None
    events = [Event("call.started", 4, CALL, {"line": "accueil"}), heard("Bonjour")]
    assert store.save(FIRST, "<Response/>", events, {"note:0:0": '["menu", "1"]'}) == Saved()
    for reader in (store, RedisSessions(client, KEYS)):
        assert reader.load(CALL) == (FIRST, "<Response/>")
    assert store.facts(CALL)["note:0:0"] == '["menu", "1"]'
    assert redis.zrange(KEYS.calls, 0, -1, withscores=True) == [(CALL, 1772438400000.0)]
    assert [json.loads(line) for line in redis.lrange(KEYS.captions(CALL), 0, -1)] == [
        {"at_ms": 5, "who": "hotline", "text": "Bonjour"}
    ]
    stream = [fields for _, fields in redis.xrange(KEYS.events)]
    assert [(entry["type"], entry["at_ms"], entry["call"]) for entry in stream] == [
        ("call.started", "4", CALL), ("call.heard", "5", CALL),
    ]  # fmt: skip
    assert json.loads(stream[1]["data"]) == {"text": "Bonjour"}
    assert 0 < redis.ttl(KEYS.session(CALL)) <= 26 * 3600
    assert 0 < redis.ttl(KEYS.captions(CALL)) <= 26 * 3600


def test_a_repeated_turn_gets_the_first_answer_and_nothing_happens_twice(client: StateClient, redis: "Redis") -> None:
    store, other = RedisSessions(client, KEYS), RedisSessions(client, KEYS)
    store.save(FIRST, "first", [heard("once")])
    before = redis.xlen(KEYS.events)
    for reader in (store, other):
        answer = reader.save(replace(FIRST, step="elsewhere"), "second", [heard("twice")], {"join": "{}"})
        assert answer == Repeated("first")
    assert redis.xlen(KEYS.events) == before
    assert redis.llen(KEYS.captions(CALL)) == 1
    assert "join" not in store.facts(CALL)
    assert store.load(CALL) == (FIRST, "first")


def test_who_is_behind_is_told_the_newest(client: StateClient) -> None:
    store, other = RedisSessions(client, KEYS), RedisSessions(client, KEYS)
    store.save(FIRST, "0", [])
    second = replace(FIRST, turn=1, step="b")
    third = replace(FIRST, turn=2, step="c")
    assert other.load(CALL) == (FIRST, "0")
    assert store.save(second, "1", []) == Saved()
    assert store.save(third, "2", []) == Saved()
    assert other.save(replace(second, step="x"), "x", []) == Behind(third, "2")
    assert other.load(CALL, 2) == (third, "2")


def test_a_kept_copy_serves_only_its_turn(client: StateClient, redis: "Redis") -> None:
    store = RedisSessions(client, KEYS)
    store.save(FIRST, "0", [])
    seen = calls_served(redis)
    assert store.load(CALL, 0) == (FIRST, "0")
    assert calls_served(redis) == seen
    RedisSessions(client, KEYS).save(replace(FIRST, turn=1), "1", [])
    assert store.load(CALL, 1) == (replace(FIRST, turn=1), "1")
    assert calls_served(redis) > seen


def calls_served(redis: "Redis") -> int:
    return int(redis.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0))


def test_a_store_that_lost_its_tail_is_overruled(client: StateClient, redis: "Redis") -> None:
    store = RedisSessions(client, KEYS)
    store.save(FIRST, "0", [])
    redis.delete(KEYS.session(CALL))
    second = replace(FIRST, turn=1)
    assert store.save(second, "1", []) == Saved()
    assert RedisSessions(client, KEYS).load(CALL) == (second, "1")
    assert redis.zscore(KEYS.calls, CALL) == 1772438400000.0


def test_one_of_many_at_once_takes_the_turn(client: StateClient, redis: "Redis") -> None:
    stores = [RedisSessions(client, KEYS) for _ in range(8)]
    stores[0].save(FIRST, "0", [])

    def take(number: int) -> object:
        return stores[number].save(replace(FIRST, turn=1, step=str(number)), str(number), [did(str(number))])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(take, range(8)))
    winner = next(index for index, answer in enumerate(answers) if answer == Saved())
    assert [answer for answer in answers if answer != Saved()] == [Repeated(str(winner))] * 7
    assert redis.llen(KEYS.captions(CALL)) == 1
    for store in stores:
        assert store.load(CALL, 1) == (replace(FIRST, turn=1, step=str(winner)), str(winner))


def test_captions_are_bounded(client: StateClient, redis: "Redis") -> None:
    store = RedisSessions(client, KEYS)
    for turn in range(CAPTIONS_KEPT):
        store.save(replace(FIRST, turn=turn), "", [did(str(turn)), heard(f"h{turn}")])
    said = [json.loads(line)["text"] for line in redis.lrange(KEYS.captions(CALL), 0, -1)]
    assert len(said) == CAPTIONS_KEPT
    assert said[-1] == f"h{CAPTIONS_KEPT - 1}"


def test_a_call_ends_once(client: StateClient, redis: "Redis") -> None:
    store = RedisSessions(client, KEYS)
    assert store.end(CALL, "answered", 9) is False
    store.save(FIRST, "0", [])
    assert [store.end(CALL, "answered", 9), store.end(CALL, "failed", 10)] == [True, False]
    facts = store.facts(CALL)
    assert (facts["outcome"], facts["ended_ms"]) == ("answered", "9")
    assert redis.zrange(KEYS.calls, 0, -1) == []
    assert redis.zrange(KEYS.unrecorded, 0, -1, withscores=True) == [(CALL, 9.0)]
    last = redis.xrevrange(KEYS.events, count=1)[0][1]
    assert (last["type"], json.loads(last["data"])) == ("call.ended", {"outcome": "answered"})
    assert store.load(CALL) == (FIRST, "0")


def test_the_copies_kept_are_bounded(client: StateClient, redis: "Redis") -> None:
    store = RedisSessions(client, KEYS, kept=2)
    sids = [f"CA{n:032x}" for n in range(3)]
    for sid in sids:
        store.save(replace(FIRST, call_sid=sid), sid, [])
    assert store.load(CALL) is None, "Redis knows the script from here on: the first time it is asked twice"
    seen = calls_served(redis)
    for sid in sids[1:]:
        assert store.load(sid, 0) is not None
    assert calls_served(redis) == seen
    assert store.load(sids[0], 0) == (replace(FIRST, call_sid=sids[0]), sids[0])
    assert calls_served(redis) == seen + 1


def test_a_store_that_is_away_says_so(own_redis: RedisProcess) -> None:
    store = RedisSessions(StateClient(own_redis.url), KEYS)
    store.save(FIRST, "0", [])
    own_redis.kill()
    for ask in (lambda: store.load(CALL), lambda: store.save(replace(FIRST, turn=1), "", []), lambda: store.facts(CALL),
                lambda: store.end(CALL, "failed", 1)):  # fmt: skip
        with pytest.raises(StoreDown):
            ask()
    assert store.load(CALL, 0) == (FIRST, "0")
