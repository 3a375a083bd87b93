"""What the contract suite stands on: an exchange, an application it calls, phones that answer, the `twilio` library.

Every test runs twice, with the library talking to the exchange directly and through the validating proxy, unless marked
`direct`.
"""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.rest import Client

from exchange.config import Config
from exchange.records import Number
from tests.exchange.contract.carrier_client import ExchangeHttpClient
from tests.exchange.contract.exchange_thread import ExchangeThread, LoopThread
from tests.exchange.contract.handsets import Desk, Phone
from tests.exchange.contract.prism import Prism
from tests.exchange.contract.webhook_app import Application, eventually

SPEED = 20.0
ACCOUNT_SID, AUTH_TOKEN = "AC" + "5a" * 16, "a token of the contract suite"
API_KEY = ("SK" + "7b" * 16, "its secret")
OWN, CALLEE, OTHER = "+33139753975", "+33612345678", "+33698765432"


def pytest_configure(config: pytest.Config) -> None:
    """`direct`: not through the validating proxy."""
    config.addinivalue_line("markers", "direct: the test talks to the exchange without the validating proxy")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both ways, unless marked `direct`."""
    if "setup" in metafunc.fixturenames:
        direct = metafunc.definition.get_closest_marker("direct") is not None
        proxied = pytest.param("proxied", marks=pytest.mark.xdist_group("prism"))
        metafunc.parametrize("setup", ["direct"] if direct else ["direct", proxied], indirect=True)


@dataclass
class Setup:
    """One test's world. Seconds are the exchange's unless said otherwise."""

    exchange: ExchangeThread
    app: Application
    client: Client
    phone: Phone
    other_phone: Phone
    account_sid: str = ACCOUNT_SID
    auth_token: str = AUTH_TOKEN
    api_key: tuple[str, str] = API_KEY
    own: str = OWN
    callee: str = CALLEE
    other: str = OTHER
    speed: float = SPEED

    @property
    def account_path(self) -> str:
        """The address of the account below the host, without suffix."""
        return f"/2010-04-01/Accounts/{self.account_sid}"

    def at(self, path: str) -> str:
        """A webhook of the application."""
        return self.app.url + path

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """A request below the account, past the library and the proxy."""
        options = {"auth": (self.account_sid, self.auth_token), "timeout": 8} | options
        return requests.request(method, self.exchange.url + self.account_path + path, **options)

    def another_client(self, timeout: float) -> Client:
        """The library with another time limit, in real seconds."""
        return make_client(self.exchange.url, timeout)

    def live_call(self, to: str | None = None) -> str:
        """A call that is answered and stays up: its SID."""
        call = self.client.calls.create(to=to or self.callee, from_=self.own, url=self.at("/live")).sid
        self.until(call, "in-progress")
        eventually(lambda: any(request.form["CallSid"] == call for request in self.app.at("/live")))
        return str(call)

    def status(self, call_sid: str) -> str:
        """A call's status now."""
        return str(self.client.calls(call_sid).fetch().status)

    def until(self, call_sid: str, status: str) -> None:
        """Wait for a call's status."""
        eventually(lambda: self.status(call_sid) == status)

    def alerts(self) -> list[int]:
        """The codes in the carrier's debugger."""
        return self.exchange.thread.call(lambda: [alert.code for alert in self.exchange.switch.desk.alerts])

    def fault(self, name: str, **settings: object) -> None:
        """Switch a fault on."""
        self.exchange.thread.call(lambda: self.exchange.switch.faults.set(name, **settings))

    def now(self) -> datetime:
        """The exchange's time."""
        return self.exchange.switch.clock.now()

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds / self.speed)

    def speak(self, call_sid: str, text: str, seconds: float) -> None:
        """The person at that leg's phone says something."""
        self.exchange.thread.call(lambda: self.exchange.switch.line(call_sid).speak(text, seconds))

    def hang_up(self, call_sid: str) -> None:
        """The person at that leg's phone hangs up."""
        self.exchange.thread.call(lambda: self.exchange.switch.line(call_sid).hang_up())

    def dial_in(self, from_number: str) -> str:
        """Somebody calls the account's number: the call's SID."""
        switch = self.exchange.switch
        return self.exchange.thread.call(lambda: switch.dial_in(from_number, self.own, Phone()).sid)


def address(server: socket.socket) -> str:
    """Scheme, host and port a socket listens on."""
    return "http://{}:{}".format(*server.getsockname())


def make_client(base: str, timeout: float = 8.0) -> Client:
    """The `twilio` library pointed at `base`."""
    return Client(ACCOUNT_SID, AUTH_TOKEN, http_client=ExchangeHttpClient(base, timeout))


@pytest.fixture(scope="session")
def listening() -> Iterator[socket.socket]:
    """Every test's exchange serves on one port, the proxy's upstream, held so that nobody else takes it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture(scope="session")
def loop_thread() -> Iterator[LoopThread]:
    """Where the exchanges run."""
    thread = LoopThread()
    yield thread
    thread.stop()


@pytest.fixture(scope="session")
def prism(listening: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    """The validating proxy in front of the exchange."""
    proxy = Prism(address(listening), Path(tmp_path_factory.mktemp("prism")) / "log")
    yield proxy
    proxy.stop()


@pytest.fixture
def setup(request: pytest.FixtureRequest, loop_thread: LoopThread, listening: socket.socket) -> Iterator[Setup]:
    """A fresh exchange with one number and two phones, and the library, directly or through the proxy."""
    # First what may fail: nothing else is open then.
    through = request.getfixturevalue("prism").url if request.param == "proxied" else ""
    phones = {CALLEE: Phone(), OTHER: Phone()}
    now = time.time()
    config = Config(
        ACCOUNT_SID, AUTH_TOKEN, [Number(OWN)], dict([API_KEY]),
        base_url=address(listening), clock=f"{SPEED}@{now}={now}", cps=50,
    )  # fmt: skip
    app = Application(AUTH_TOKEN)
    exchange = ExchangeThread(loop_thread, config, Desk(phones), listening)
    yield Setup(exchange, app, make_client(through or exchange.url), phones[CALLEE], phones[OTHER])
    exchange.stop()
    app.stop()
    assert app.forged == [], "requests with a wrong signature"
