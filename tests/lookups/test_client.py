"""Look-ups over HTTP, against a real server: what is sent, what is taken, how it ends in time."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ivr.core.flow.effects import Fetch
from ivr.core.flow.inputs import Fetched
from ivr.lookups.addresses import networks
from ivr.lookups.client import HttpLookups
from ivr.lookups.health import FAILURES, REST_SECONDS, Health
from ivr.services.lookups import HostRule
from tests.lookups.house import Server, certified, cut, drip, plain, serving, slowly

HOST = "files.example.org"
HERE = networks("127.0.0.1/32")
SECRET = "Bearer 3f9a"


class Seconds:
    """A monotonic clock that can be moved on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


def resolver(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def let_go() -> threading.Event:
    """What is asked for at `/held` is answered once this is set."""
    return threading.Event()


@pytest.fixture
def server(let_go: threading.Event) -> Iterator[Server]:
    def held(handler: BaseHTTPRequestHandler) -> None:
        assert let_go.wait(60)
        plain(200, b"{}")(handler)

    with serving(
        {
            "/ok": plain(200, b'{"a": 1}'),
            "/bom": plain(200, b'\xef\xbb\xbf{"a": 1}'),
            "/latin": plain(200, b'{"a": "\xe9"}'),
            "/gone": plain(410, b"{}"),
            "/away": plain(503, b"{}"),
            "/refused": plain(403, b"{}"),
            "/empty": plain(204, b""),
            "/zipped": plain(200, b"x", Content_Encoding="gzip"),
            "/long": plain(200, b" " * 65_537),
            "/just": plain(200, b"1" + b" " * 65_535),
            "/slow": slowly(60),
            "/drip": drip(60),
            "/cut": cut,
            "/held": held,
        }
    ) as found:
        yield found


def asking(server: Server, *, at_once: int = 4, seconds: Seconds | None = None, **environment: str) -> HttpLookups:
    rule = HostRule(HOST, True, (server.port,), at_once, {"Authorization": "FETCH_FILES"} if environment else {})
    return HttpLookups(
        {HOST: rule}.get, environment, private=HERE, resolver=resolver, seconds=seconds or time.monotonic
    )


def ask(lookups: HttpLookups, server: Server, path: str, budget_ms: int = 2000, **more: str) -> Fetched:
    return lookups.ask(Fetch(f"http://{HOST}:{server.port}{path}", **more), budget_ms)  # type: ignore[arg-type]


def test_what_is_sent(server: Server) -> None:
    lookups = asking(server, FETCH_FILES=SECRET)
    assert ask(lookups, server, "/ok?number=A%201").body == '{"a": 1}'
    assert ask(lookups, server, "/ok", method="POST", body='{"n": "é"}').outcome == "ok"
    get, post = server.asked
    assert (get.method, get.path, get.body) == ("GET", "/ok?number=A%201", b"")
    assert get.headers == {
        "Host": f"{HOST}:{server.port}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "hotline",
        "Connection": "close",
        "Authorization": SECRET,
    }
    assert (post.method, post.body) == ("POST", '{"n": "é"}'.encode())
    assert post.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "outcome", "detail"),
    [
        ("/ok", "ok", ""),
        ("/bom", "ok", ""),
        ("/just", "ok", ""),
        ("/none", "missing", ""),
        ("/gone", "missing", ""),
        ("/away", "failed", "status 503"),
        ("/refused", "failed", "status 403"),
        ("/empty", "failed", "status 204"),
        ("/zipped", "failed", "the answer is compressed"),
        ("/long", "failed", "the answer is too long"),
        ("/latin", "failed", "UnicodeDecodeError"),
        ("/cut", "failed", "IncompleteRead"),
    ],
)
def test_what_is_taken(server: Server, path: str, outcome: str, detail: str) -> None:
    fetched = ask(asking(server), server, path)
    assert (fetched.outcome, fetched.detail) == (outcome, f"{HOST}: {detail}" if detail else "")
    assert bool(fetched.body) == (outcome == "ok")


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_it_ends_in_time_and_lets_go_of_its_thread(server: Server, path: str) -> None:
    lookups = asking(server)
    began = time.monotonic()
    fetched = ask(lookups, server, path, 300)
    assert fetched.outcome == "timeout"
    assert time.monotonic() - began < 10, "the server goes on for a minute"
    assert 250 <= fetched.took_ms < 10_000
    deadline = time.monotonic() + 10
    while any(thread.name == "look-up" for thread in threading.enumerate()):
        assert time.monotonic() < deadline, "the thread still reads"
        time.sleep(0.02)


def test_a_resolver_that_hangs_costs_the_budget_and_no_more(server: Server) -> None:
    woken = threading.Event()

    def hangs(host: str, port: int) -> list[str]:
        woken.wait(5)
        return ["127.0.0.1"]

    rule = HostRule(HOST, True, (server.port,))
    lookups = HttpLookups({HOST: rule}.get, {}, private=HERE, resolver=hangs)
    assert ask(lookups, server, "/ok", 200).outcome == "timeout"
    woken.set()
    time.sleep(0.1)
    assert server.connections == []


def test_without_time_left_nothing_is_asked(server: Server) -> None:
    assert ask(asking(server), server, "/ok", 0).outcome == "timeout"
    assert server.connections == []


def test_nobody_listens() -> None:
    rule = HostRule(HOST, True, (1,))
    fetched = HttpLookups({HOST: rule}.get, {}, private=HERE, resolver=resolver).ask(Fetch(f"http://{HOST}:1/"), 1000)
    assert (fetched.outcome, fetched.detail) == ("failed", f"{HOST}: ConnectionRefusedError")


def test_a_secret_that_is_not_set_is_told_by_its_name_only(server: Server) -> None:
    rule = HostRule(HOST, True, (server.port,), 4, {"Authorization": "FETCH_FILES"})
    fetched = ask(HttpLookups({HOST: rule}.get, {}, private=HERE, resolver=resolver), server, "/ok")
    assert (fetched.outcome, fetched.detail) == ("failed", "FETCH_FILES not set in the environment")
    assert server.connections == []


def test_one_too_many_at_once_fails_at_once(server: Server, let_go: threading.Event) -> None:
    lookups = asking(server, at_once=2)
    outcomes: list[Fetched] = []
    threads = [threading.Thread(target=lambda: outcomes.append(ask(lookups, server, "/held", 60_000))) for _ in "12"]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    while len(server.asked) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    third = ask(lookups, server, "/ok")
    let_go.set()
    assert (third.outcome, third.took_ms) == ("failed", 0)
    assert third.detail == "too many look-ups at this host at once"
    for thread in threads:
        thread.join()
    assert [one.outcome for one in outcomes] == ["ok", "ok"]


def test_one_after_the_other_is_never_too_many(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = Health.leave

    def late(health: Health) -> None:
        time.sleep(0.05)
        leave(health)

    monkeypatch.setattr(Health, "leave", late)
    lookups = asking(server, at_once=1)
    assert [ask(lookups, server, "/ok").outcome for _ in range(3)] == ["ok"] * 3


def test_a_host_that_keeps_failing_is_left_alone_for_a_while(server: Server) -> None:
    seconds = Seconds()
    lookups = asking(server, seconds=seconds)
    for _ in range(FAILURES):
        assert ask(lookups, server, "/away").detail == f"{HOST}: status 503"
    assert ask(lookups, server, "/ok").detail == "the host has failed too often lately"
    assert len(server.asked) == FAILURES
    seconds.ahead = REST_SECONDS + 1
    assert ask(lookups, server, "/ok").outcome == "ok"
    assert ask(lookups, server, "/ok").outcome == "ok"


def test_what_a_host_refuses_is_no_failure_of_its_health(server: Server) -> None:
    lookups = asking(server)
    for _ in range(FAILURES + 1):
        assert ask(lookups, server, "/none").outcome == "missing"
    assert ask(lookups, server, "/ok").outcome == "ok"


def test_certificates_are_checked_by_the_hosts_name(tmp_path: Path) -> None:
    tls, certificate = certified(tmp_path, HOST)
    with serving({"/ok": plain(200, b"{}")}, tls=tls) as server:
        rules = {name: HostRule(name, ports=(server.port,)) for name in (HOST, "other.example.org")}

        def lookups(ca_file: str) -> HttpLookups:
            return HttpLookups(rules.get, {}, private=HERE, resolver=resolver, ca_file=ca_file)

        def outcome(ca_file: str, host: str) -> str:
            fetched = lookups(ca_file).ask(Fetch(f"https://{host}:{server.port}/ok"), 2000)
            return fetched.detail or fetched.outcome

        assert outcome(certificate, HOST) == "ok"
        assert outcome(certificate, "other.example.org") == "other.example.org: SSLCertVerificationError"
        assert outcome("", HOST) == f"{HOST}: SSLCertVerificationError"
