"""`Idempotency-Key`: an act is done once, whatever becomes of its answer on the way."""

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.services.lines_view import boost_of
from ivr.services.ports import StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.repeats import KEPT_MS, UNDER_WAY_MS, Answered, RedisRepeats
from ivr.web.api import once
from tests.api.conftest import FakeAudit, FakeSkills
from tests.api.house import House

BOOST = "/api/calls/CA1/boost"
KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


@pytest.fixture
def waiting(house: House) -> House:
    """Two calls wait."""
    house.wait("CA2", "passports", 60)
    house.wait("CA1", "passports", 30)
    return house


def send(api: FlaskClient, path: str = BOOST, body: object = None, key: str = KEY, who: str = "sam") -> Any:
    headers = {"Authorization": f"Bearer hotline_{who}", "Idempotency-Key": key}
    return api.post(path, headers=headers, json={"seconds": 60} if body is None else body)


def boosted(house: House, call: str = "CA1") -> int:
    found = house.lines.call(call)
    assert found is not None
    return boost_of(found)


def test_a_repetition_gets_the_first_answer_and_does_nothing(
    api: FlaskClient, waiting: House, audit: FakeAudit
) -> None:
    first, again = send(api), send(api)
    assert (first.status_code, first.json["call"]["position"], boosted(waiting)) == (200, 1, 60)
    assert (again.status_code, again.content_type, again.data) == (200, "application/json", first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(audit.acts) == 1


def test_the_same_request_may_be_written_otherwise(api: FlaskClient, waiting: House) -> None:
    headers = {"Authorization": "Bearer hotline_sam", "Idempotency-Key": KEY, "Content-Type": "application/json"}
    for body in ('{"seconds": 60, "why": "late"}', '{ "why":"late","seconds":60 }'):
        assert api.post(BOOST, headers=headers, data=body).status_code == 200
    assert boosted(waiting) == 60


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (BOOST, {"seconds": 61}),
        (BOOST, {"seconds": 60, "why": "x"}),
        ("/api/calls/CA2/boost", {"seconds": 60}),
        ("/api/calls/CA1/move", {"queue": "taxes"}),
    ],
)
def test_a_key_of_another_request_is_refused(
    api: FlaskClient, waiting: House, audit: FakeAudit, path: str, body: object
) -> None:
    send(api)
    said = send(api, path, body)
    assert (said.status_code, said.json["code"], said.content_type) == (422, "key_reused", "application/problem+json")
    assert (boosted(waiting), boosted(waiting, "CA2"), len(audit.acts)) == (60, 0, 1)


def test_keys_are_each_tokens_own(api: FlaskClient, waiting: House) -> None:
    send(api)
    assert send(api, who="olga", body={"seconds": 5}).status_code == 200
    assert boosted(waiting) == 65


def test_what_was_refused_is_answered_so_again(api: FlaskClient, waiting: House) -> None:
    pull = {"agent": "ana"}
    refused = send(api, "/api/calls/CA1/pull", pull)
    assert (refused.status_code, refused.json["code"]) == (409, "agent_not_free")
    waiting.lines.leave("CA2", "abandoned", waiting.clock.now_ms())
    waiting.agent("ana", passports=1)
    again = send(api, "/api/calls/CA1/pull", pull)
    assert (again.status_code, again.data, again.content_type) == (409, refused.data, "application/problem+json")


def test_while_the_first_is_under_way_its_repetition_has_to_wait(
    api: FlaskClient, app: Flask, waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    boost = type(waiting.lines).boost

    def slow(*arguments: Any) -> Any:
        entered.set()
        assert go_on.wait(10)
        return boost(*arguments)

    monkeypatch.setattr(type(waiting.lines), "boost", slow)
    said: list[Any] = []
    first = threading.Thread(target=lambda: said.append(send(app.test_client())))
    first.start()
    assert entered.wait(10)
    second = send(api)
    assert (second.status_code, second.json["code"], second.headers["Retry-After"]) == (409, "key_in_use", "1")
    go_on.set()
    first.join(10)
    assert (said[0].status_code, send(api).data, boosted(waiting)) == (200, said[0].data, 60)


def test_an_act_whose_answer_was_lost_is_not_done_twice(
    api: FlaskClient, waiting: House, audit: FakeAudit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def away(*_: object) -> None:
            raise StoreDown("the reply was lost")

        broken.setattr(type(waiting.lines), "figures", away)
        assert send(api).status_code == 503
    assert boosted(waiting) == 60, "it was done before the store went away"
    assert send(api, body={"seconds": 5}).json["code"] == "key_reused"
    again = send(api)
    assert (again.status_code, again.json["call"]["boost_seconds"], boosted(waiting)) == (200, 60, 60)
    assert send(api).data == again.data


def test_an_act_is_known_to_the_lines_for_a_day(api: FlaskClient, waiting: House, redis_url: str) -> None:
    send(api)
    client = StateClient(redis_url)
    operations = client.execute("KEYS", f"{Keys().prefix}op:api:*")
    left = [client.execute("PTTL", key) for key in [*operations, *client.execute("KEYS", f"{Keys().prefix}once:*")]]
    client.close()
    assert len(left) == 2
    assert all(KEPT_MS - 60_000 < one <= KEPT_MS for one in left)


def test_a_move_and_a_pull_under_a_key(api: FlaskClient, waiting: House) -> None:
    moves = [send(api, "/api/calls/CA1/move", {"queue": "taxes"}, key="a") for _ in range(2)]
    waiting.agent("chloe", dutch=2)
    pulls = [send(api, "/api/calls/CA1/pull", {"agent": "chloe"}, key="b") for _ in range(2)]
    assert [answer.status_code for answer in (*moves, *pulls)] == [200] * 4
    assert (moves[0].data, pulls[0].data) == (moves[1].data, pulls[1].data)


def test_a_skill_under_a_key(api: FlaskClient, skills: FakeSkills) -> None:
    headers = {"Authorization": "Bearer hotline_sam", "Idempotency-Key": "1"}
    for level in (3, 3, 4):
        api.put("/api/agents/ana/skills/dutch", headers=headers, json={"level": level})
    assert skills.set_ == [("ana", "dutch", 3, "sam")]


@pytest.mark.parametrize("key", ["", '""', '"', 'a"b', '"a"b"', "a,b", "a;b", '"' + "x" * 256 + '"', "\xe9", "a b"])
def test_a_key_that_is_none_is_refused(api: FlaskClient, waiting: House, key: str) -> None:
    said = send(api, key=key)
    assert (said.status_code, said.json["code"]) == (400, "wrong_key")
    assert boosted(waiting) == 0


def test_what_only_looks_needs_no_key(api: FlaskClient, waiting: House) -> None:
    headers = {"Authorization": "Bearer hotline_sam", "Idempotency-Key": KEY}
    assert api.get("/api/calls/CA1", headers=headers).json["call"]["position"] == 2  # type: ignore[index]
    send(api)
    assert api.get("/api/calls/CA1", headers=headers).json["call"]["position"] == 1  # type: ignore[index]


def test_keys_are_counted(api: FlaskClient, waiting: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once.A_DAY, "amount", 1)
    assert send(api, key="a").status_code == 200
    assert send(api, key="b").json["code"] == "too_many_requests"
    assert boosted(waiting) == 60


def test_a_request_that_died_is_let_through_again(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = StateClient(redis_url)
    repeats = RedisRepeats(client, Keys())
    assert [repeats.claim("k", "f"), repeats.claim("k", "f"), repeats.claim("k", "g")] == ["go", "busy", "other"]
    client.execute("HINCRBY", f"{Keys().prefix}once:k", "until", -UNDER_WAY_MS)
    assert [repeats.claim("k", "g"), repeats.claim("k", "f"), repeats.claim("k", "f")] == ["other", "go", "busy"]
    repeats.keep("k", Answered(200, "text/plain", b"\xff first"))
    repeats.keep("k", Answered(200, "text/plain", b"second"))
    assert repeats.claim("k", "f") == Answered(200, "text/plain", b"\xff first")
    client.close()
