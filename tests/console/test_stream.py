"""Event streams as a real granian process serves them, on a real Redis."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ivr.store.redis.client import StateClient
from ivr.store.redis.console_sessions import ConsoleSession, ConsoleSessions
from ivr.store.redis.keys import Keys
from tests.conftest import RedisProcess, free_port
from tests.console.conftest import events_settings, granian, wait_for
from tests.console.seed import Seeder, busy_morning

pytestmark = pytest.mark.xdist_group("stream")

Connect = Callable[..., "Stream"]
WEB = "http://localhost:9"
CA1 = "CA" + "1" * 32
CA9 = "CA" + "9" * 32


class Stream:
    """A browser's EventSource."""

    def __init__(self, base: str, session: str, *, after: str = "", origin: str = "http://localhost:9") -> None:
        parts = urlsplit(base)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=8)
        headers = {"Cookie": f"hotline={session}", "Origin": origin}
        if after:
            headers["Last-Event-ID"] = after
        self.connection.request("GET", "/events", headers=headers)
        self.answer = self.connection.getresponse()
        self.last_id = ""

    def messages(self) -> Iterator[tuple[str, Any]]:
        """Messages until the server ends the stream."""
        fields: dict[str, str] = {}
        while line := self.answer.readline():
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name:
                fields[name] = value
            elif "event" in fields:
                self.last_id = fields.get("id", self.last_id)
                yield fields["event"], json.loads(fields["data"])
                fields = {}

    def until(self, event: str, accept: Callable[[Any], bool] = lambda _: True) -> Any:
        """The next message of a kind."""
        for name, data in self.messages():
            if name == event and accept(data):
                return data
        raise AssertionError(f"the stream ended without {event}")

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


@pytest.fixture
def connect() -> Iterator[Callable[..., Stream]]:
    """Opens streams, and closes them when the test is over."""
    opened: list[Stream] = []

    def open_one(base: str, session: str, **options: str) -> Stream:
        opened.append(Stream(base, session, **options))
        return opened[-1]

    yield open_one
    for stream in opened:
        stream.close()


@pytest.fixture(scope="module")
def module_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    process = RedisProcess(tmp_path_factory.mktemp("events-redis"))
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="module")
def events(module_redis: RedisProcess) -> Iterator[str]:
    port = free_port()
    process = granian("asgi", "ivr.events_app:app", port, events_settings(module_redis.url, WEB))
    wait_for(f"http://127.0.0.1:{port}/healthz", process)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def session_for(redis_url: str, role: str = "supervisor", account: str = "sam", letter: str = "S") -> str:
    """A living session's id."""
    session = ConsoleSession(letter * 43, int(time.time()), account, role, {})
    ConsoleSessions(StateClient(redis_url), Keys()).save(session, int(time.time()), new=True)
    return session.id


@pytest.fixture
def clean(module_redis: RedisProcess) -> Seeder:
    seed = Seeder(module_redis.url)
    seed.redis.flushall()
    return seed


def test_first_everything_then_what_changes(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    busy_morning(clean)
    stream = connect(events, session_for(module_redis.url))
    assert stream.answer.status == 200
    assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
    whole = stream.until("snapshot")
    calls = {call["call"]: call for call in whole["calls"]}
    assert len(calls) == 4
    marie = calls[CA1]
    assert (marie["name"], marie["number"], marie["state"], marie["agent"]) == (
        "Marie Dupont",
        "+33*******78",
        "talking",
        "ana",
    )
    assert marie["path"] == ["Passports", "Lost"]
    assert [caption["text"] for caption in marie["captions"]][-1].startswith("Un conseiller")
    assert {queue["queue"]: queue["waiting"] for queue in whole["queues"]} == {"passports": 1, "taxes": 1}
    assert {agent["agent"]: agent["state"] for agent in whole["agents"]}["dan"] == "reserved"
    assert abs(whole["now_ms"] - time.time() * 1000) < 5000
    assert "612345678" not in json.dumps(whole)

    clean.call(CA9, "+33699887766", name="New Caller")
    assert stream.until("call")["name"] == "New Caller"
    clean.says(CA9, ("hotline", "Bonjour"), ("caller", "1"))
    assert [caption["text"] for caption in stream.until("captions")["captions"]] == ["Bonjour", "1"]
    clean.joins(CA9, "passports")
    assert stream.until("call")["state"] == "waiting"
    assert stream.until("queue") == {
        "queue": "passports",
        "waiting": 2,
        "oldest_ms": calls["CA" + "2" * 32]["since_ms"],
    }
    clean.agent("chloe", "reserved", call=CA9, name="Chloé Martin")
    assert stream.until("agent")["state"] == "reserved"
    clean.ends(CA9)
    assert stream.until("ended") == {"call": CA9, "outcome": "talked"}
    assert stream.until("gone") == {"call": CA9}
    stream.close()


def test_what_the_board_does_not_show_of_the_lines_is_told_as_well(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    stream = connect(events, session_for(module_redis.url))
    stream.until("snapshot")
    clean.emit("call.heard", CA1, {"text": "no place changes by this"})
    clean.agent("ana", "paused")
    clean.agent("bo", "paused")
    seen = []
    for name, data in stream.messages():
        seen.append(name)
        if name == "agent" and data["agent"] == "bo":
            break
    assert "lines" not in seen
    clean.emit("call.boosted", "CB" + "1" * 32, {"by": "sam"})
    assert stream.until("lines") == {}


def test_a_change_nobody_told_of_is_found(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    clean.call(CA1, ago=5)
    session = session_for(module_redis.url)
    stream = connect(events, session)
    until = time.monotonic() + 20
    while [call["call"] for call in stream.until("snapshot")["calls"]] != [CA1]:
        stream.close()
        assert time.monotonic() < until
        time.sleep(0.6)  # nobody watches for a moment: the board of the test before is forgotten
        stream = connect(events, session)
    # The call ends without an event, as after a crash; an agent's event makes nobody look at it.
    clean.redis.zrem(Keys().calls, CA1)
    stream.connection.sock.settimeout(15)  # type: ignore[union-attr]
    assert stream.until("gone") == {"call": CA1}
    stream.close()


def test_a_browser_that_comes_back_gets_what_it_missed(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    keeper = connect(events, session_for(module_redis.url))
    keeper.until("snapshot")
    clean.call(CA1)
    keeper.until("call")
    stream = connect(events, "S" * 43)
    stream.until("snapshot")
    last = stream.last_id
    stream.close()
    clean.says(CA1, ("hotline", "one"))
    keeper.until("captions")
    clean.says(CA1, ("hotline", "two"))
    keeper.until("captions")
    back = connect(events, "S" * 43, after=last)
    seen = [next(iter(back.messages())) for _ in range(2)]
    assert [name for name, _ in seen] == ["captions", "captions"]
    assert [data["captions"][0]["text"] for _, data in seen] == ["one", "two"]
    lost = connect(events, "S" * 43, after="deadbeef-7")
    assert next(iter(lost.messages()))[0] == "snapshot"


@pytest.mark.parametrize(("session", "status"), [("", 401), ("S" * 43, 401), ("x'; drop", 401)])
def test_nobody_watches_without_a_session(
    connect: Connect, events: str, clean: Seeder, session: str, status: int
) -> None:
    assert connect(events, session).answer.status == status


def test_roles_and_unfinished_sign_ins(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    assert connect(events, session_for(module_redis.url, "agent", "ana", "A")).answer.status == 403
    assert connect(events, session_for(module_redis.url, "", "", "N")).answer.status == 401
    stream = connect(events, session_for(module_redis.url, "operator", "olga", "O"))
    assert stream.answer.status == 200
    stream.close()


def test_only_the_console_may_read_it(connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder) -> None:
    session = session_for(module_redis.url)
    for origin, allowed in (
        ("http://localhost:9", True),
        ("http://127.0.0.1:9", True),
        ("https://evil.example", False),
        ("http://localhost:10", False),
    ):
        stream = connect(events, session, origin=origin)
        assert (stream.answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed
        assert stream.answer.headers.get("Access-Control-Allow-Origin") != "*"
        stream.close()


def test_a_revoked_session_loses_its_stream_within_two_seconds(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    quickest = 60.0
    for _ in range(5):  # the server looks once a second; a busy machine may only add to it
        stream = connect(events, session_for(module_redis.url))
        stream.until("snapshot")
        ConsoleSessions(StateClient(module_redis.url), Keys()).revoke("sam")
        began = time.monotonic()
        assert stream.until("bye") == {"reason": "signed-out"}
        quickest = min(quickest, time.monotonic() - began)
        assert stream.answer.readline() == b""
        if quickest < 2:
            break
    assert quickest < 2


def test_one_account_cannot_take_every_stream(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    session = session_for(module_redis.url)
    open_ones = [connect(events, session) for _ in range(20)]
    assert {stream.answer.status for stream in open_ones} == {200}
    assert connect(events, session).answer.status == 503
    other = connect(events, session_for(module_redis.url, "operator", "olga", "O"))
    assert other.answer.status == 200


def test_many_streams_share_one_reader(
    connect: Connect, events: str, module_redis: RedisProcess, clean: Seeder
) -> None:
    streams = [connect(events, session_for(module_redis.url, "operator", f"o{n}", chr(65 + n))) for n in range(15)]
    for stream in streams:
        stream.until("snapshot")
    assert clean.redis.info("clients")["connected_clients"] < 15
    clean.call(CA9)
    for stream in streams:
        assert stream.until("call")["call"] == CA9
        stream.close()


def test_redis_away_is_told_and_mended(connect: Connect, own_redis: RedisProcess) -> None:
    port = free_port()
    process = granian("asgi", "ivr.events_app:app", port, events_settings(own_redis.url, WEB))
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        stream = connect(f"http://127.0.0.1:{port}", session_for(own_redis.url))
        stream.until("snapshot")
        own_redis.kill()
        assert stream.until("store") == {"away": True}
        own_redis.start()
        assert stream.until("store") == {"away": False}
        Seeder(own_redis.url).call(CA9)
        assert stream.until("call")["call"] == CA9
        stream.close()
    finally:
        process.terminate()
        process.wait(10)


def test_sigterm_ends_open_streams_and_the_process(connect: Connect, module_redis: RedisProcess, clean: Seeder) -> None:
    port = free_port()
    # Whoever waited for the streams to end by themselves would be killed after all this time, and not before.
    settings = events_settings(module_redis.url, WEB)
    process = granian("asgi", "ivr.events_app:app", port, settings, "--workers-kill-timeout", "60")
    wait_for(f"http://127.0.0.1:{port}/healthz", process)
    streams = [connect(f"http://127.0.0.1:{port}", session_for(module_redis.url)) for _ in range(3)]
    ended: list[float] = []

    def drain(stream: Stream) -> None:
        for _ in stream.messages():
            continue
        ended.append(time.monotonic())

    threads = [threading.Thread(target=drain, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    process.terminate()
    try:
        assert process.wait(30) == 0
    finally:
        process.kill()
    for thread in threads:
        thread.join(30)
    assert len(ended) == 3
