"""Signing in: forms of our own only, new ids, short lives, few tries."""

import json
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from ivr.store.redis.client import StateClient
from ivr.store.redis.console_sessions import (
    ABSOLUTE_SECONDS,
    IDLE_SECONDS,
    ConsoleSession,
    ConsoleSessions,
    session_key,
)
from ivr.store.redis.keys import Keys
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from tests.console.conftest import csrf_of, sign_in
from tests.console.stand import PASSWORD, make_app, make_site

KEYS = Keys()
JSON = {"Accept": "application/json"}


def cookie(client: FlaskClient, name: str = "hotline") -> str:
    found = client.get_cookie(name)
    return found.value if found else ""


def alive(client: FlaskClient) -> bool:
    return client.get("/console/session", headers=JSON).status_code == 204


def test_signing_in_and_out(client: FlaskClient) -> None:
    answer = sign_in(client, "Sam")
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").location == "/console/live"
    page = client.get("/console/live")
    assert "Live calls" in page.text
    assert client.post("/sign-out", data={"csrf_token": csrf_of(page.text)}).location == "/sign-in"
    assert not alive(client)


def test_an_agent_begins_with_their_own_state(client: FlaskClient) -> None:
    sign_in(client, "ana")
    assert client.get("/").location == "/console/mine"
    page = client.get("/console/mine").text
    assert "Ana Lima" in page
    assert "Offline" in page


@pytest.mark.parametrize(
    ("name", "password"), [("sam", "wrong"), ("nobody", PASSWORD), ("dora", PASSWORD), ("", ""), ("sam", "")]
)
def test_whatever_is_wrong_gets_one_answer(client: FlaskClient, name: str, password: str) -> None:
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert "Wrong name or password" in answer.text
    assert not alive(client)


def test_sign_in_gives_a_new_id_and_kills_the_old_one(app: Flask, client: FlaskClient) -> None:
    client.get("/sign-in")
    before = cookie(client)
    assert before
    sign_in(client, "sam")
    assert cookie(client) not in {"", before}
    with app.test_client() as attacker:
        attacker.set_cookie("hotline", before)
        assert not alive(attacker)


def test_an_id_of_the_attackers_choice_is_never_taken(app: Flask) -> None:
    with app.test_client() as browser:
        browser.set_cookie("hotline", "A" * 43)
        sign_in(browser, "sam")
        assert cookie(browser) != "A" * 43
        assert alive(browser)


def test_cookies_over_http_and_https(redis_url: str, people: tuple[SqlAccounts, SqlAgents]) -> None:
    for public, name, secure in (
        ("http://localhost", "hotline", False),
        ("https://hotline.example", "__Host-hotline", True),
    ):
        browser = make_app(make_site(redis_url, public=public, people=people)).test_client()
        header = (
            sign_in(browser, "sam", base_url=public).headers["Set-Cookie"]
            if not secure
            else browser.get("/sign-in", base_url=public).headers["Set-Cookie"]
        )
        assert header.startswith(f"{name}=")
        assert "HttpOnly" in header
        assert "SameSite=Lax" in header
        assert "Path=/" in header
        assert "Domain" not in header
        assert ("Secure" in header) is secure


def test_redis_never_holds_an_id(client: FlaskClient, redis_url: str) -> None:
    sign_in(client, "sam")
    redis = Redis.from_url(redis_url)
    kept = redis.keys("*")
    assert session_key(KEYS, cookie(client)).encode() in kept
    dump = b"".join(redis.dump(key) for key in kept) + b"".join(kept)  # type: ignore[misc]
    assert cookie(client).encode() not in dump
    assert PASSWORD.encode() not in dump


def test_a_session_dies_of_idleness(client: FlaskClient, redis_url: str) -> None:
    sign_in(client, "sam")
    redis = Redis.from_url(redis_url)
    key = session_key(KEYS, cookie(client))
    assert IDLE_SECONDS - 5 <= redis.ttl(key) <= IDLE_SECONDS
    redis.expire(key, 0)
    assert not alive(client)


def test_a_session_dies_of_age_however_busy(client: FlaskClient, redis_url: str) -> None:
    sign_in(client, "sam")
    redis = Redis.from_url(redis_url)
    key = session_key(KEYS, cookie(client))
    redis.hset(key, "created", str(int(time.time()) - ABSOLUTE_SECONDS + 60))
    data = json.loads(redis.hget(key, "data") or b"{}")
    redis.hset(key, "data", json.dumps({**data, "_seen": 0}))
    assert alive(client)
    assert redis.ttl(key) <= 60
    redis.hset(key, "created", str(int(time.time()) - ABSOLUTE_SECONDS))
    assert not alive(client)


def test_revoking_ends_every_session_of_an_account(app: Flask) -> None:
    first, second, other = app.test_client(), app.test_client(), app.test_client()
    for browser, name in ((first, "sam"), (second, "sam"), (other, "olga")):
        sign_in(browser, name)
    page = first.get("/console/live").text
    first.post("/sign-out", data={"csrf_token": csrf_of(page), "everywhere": "1"})
    assert [alive(browser) for browser in (first, second, other)] == [False, False, True]


def test_a_revoked_session_is_not_brought_back_by_a_request_under_way(redis_url: str) -> None:
    sessions = ConsoleSessions(StateClient(redis_url), KEYS)
    now = int(time.time())
    session = ConsoleSession("B" * 43, now, "sam", "supervisor", {"a": 1})
    assert sessions.save(session, now, new=True)
    assert sessions.revoke("sam") == 1
    assert not sessions.save(session, now, new=False)
    assert sessions.load(session.id, now) is None


def test_an_account_shut_out_is_out_at_once(client: FlaskClient, people: tuple[SqlAccounts, SqlAgents]) -> None:
    sign_in(client, "sam")
    assert alive(client)
    people[0].set_disabled("sam", True)
    assert not alive(client)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_form_without_our_token_changes_nothing(client: FlaskClient, token: str) -> None:
    sign_in(client, "sam")
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert alive(client)


def test_a_token_of_another_session_is_refused(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "sam")
    theirs = csrf_of(app.test_client().get("/sign-in").text)
    assert client.post("/sign-out", data={"csrf_token": theirs}).status_code == 400
    assert alive(client)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_a_token(client: FlaskClient, headers: dict[str, str]) -> None:
    sign_in(client, "sam")
    token = csrf_of(client.get("/console/live").text)
    assert client.post("/sign-out", data={"csrf_token": token}, headers=headers).status_code == 400
    assert alive(client)


def test_five_wrong_tries_make_a_name_wait_wherever_they_come_from(app: Flask) -> None:
    for number in range(5):
        assert (
            sign_in(app.test_client(), "sam", "wrong", environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code
            == 401
        )
    answer = sign_in(app.test_client(), "SAM ", PASSWORD, environ_base={"REMOTE_ADDR": "10.0.1.1"})
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert 600 < int(answer.headers["Retry-After"]) <= 901
    assert sign_in(app.test_client(), "olga", environ_base={"REMOTE_ADDR": "10.0.1.1"}).status_code == 303


def test_a_right_password_forgives_earlier_tries(app: Flask) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(app.test_client(), "sam", "wrong")
        assert sign_in(app.test_client(), "sam").status_code == 303


def test_twenty_tries_make_an_address_wait(app: Flask) -> None:
    for number in range(20):
        assert sign_in(app.test_client(), f"name{number}", "x").status_code == 401
    assert sign_in(app.test_client(), "sam").status_code == 429
    assert sign_in(app.test_client(), "sam", environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/console/live?x=1", "/console/live?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:x", "/"),
        ("/\tevil", "/"),
        ("/\n/evil.example", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_on_within_this_server_only(client: FlaskClient, wanted: str, to: str) -> None:
    token = csrf_of(client.get("/sign-in").text)
    answer = client.post("/sign-in", data={"csrf_token": token, "name": "sam", "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.location) == (303, to)


def test_a_page_asks_for_sign_in_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/console/live", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/console/live")


def test_without_redis_people_are_told(people: tuple[SqlAccounts, SqlAgents]) -> None:
    browser = make_app(make_site("redis://127.0.0.1:1/0", people=people)).test_client()
    assert browser.get("/sign-in", headers={"Accept": "text/html"}).status_code == 503
    browser.set_cookie("hotline", "C" * 43)
    page = browser.get("/console/live", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "can&#39;t reach its store" in page.text
