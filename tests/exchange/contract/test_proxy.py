"""The validating proxy can fail: an upstream that answers slightly wrong is found out, one that answers right isn't."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from exchange.clock import Clock
from exchange.records import Call
from exchange.rest.calls import show
from tests.exchange.contract.carrier_client import ViolationError
from tests.exchange.contract.conftest import ACCOUNT_SID, CALLEE, OWN, make_client
from tests.exchange.contract.prism import DOCUMENT, Prism

Answer = tuple[int, dict[str, Any]]


class Upstream:
    """Answers every request with `answer`."""

    def __init__(self) -> None:
        upstream = self
        self.answer: Answer = (500, {})

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, shape = upstream.answer
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(shape).encode())

            def log_message(self, *args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    """A server that can be told to answer wrongly."""
    made = Upstream()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def client(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The library behind a proxy of its own."""
    log = Path(tmp_path_factory.mktemp("proxy")) / "log"
    proxy = Prism(f"http://127.0.0.1:{upstream.server.server_port}", log)
    yield make_client(proxy.url)
    proxy.stop()


def shape() -> dict[str, Any]:
    """A call, rightly shown."""
    now = Clock().now()
    return show(Call("CA" + "1" * 32, ACCOUNT_SID, OWN, CALLEE, "outbound-api", date_created=now, date_updated=now))


def test_right_answer_passes(upstream: Upstream, client: Client) -> None:
    upstream.answer = (201, shape())

    assert client.calls.create(to=CALLEE, from_=OWN, url="http://h/x").status == "queued"


def test_documented_error_passes(upstream: Upstream, client: Client) -> None:
    more = "https://www.twilio.com/docs/errors/21211"
    upstream.answer = (400, {"code": 21211, "message": "x", "more_info": more, "status": 400})

    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to=CALLEE, from_=OWN, url="http://h/x")
    assert refused.value.code == 21211


@pytest.mark.parametrize(
    "spoil",
    [
        lambda call: (200, call),
        lambda call: (201, {key: value for key, value in call.items() if key != "price"}),
        lambda call: (201, call | {"colour": "red"}),
        lambda call: (201, call | {"date_created": "2026-03-01T10:00:00Z"}),
        lambda call: (201, call | {"sid": "CA1"}),
        lambda call: (201, call | {"status": "bridged"}),
        lambda call: (201, call | {"duration": 5}),
        lambda call: (400, {"error": "no"}),
    ],
    ids=["status", "missing", "extra", "date", "sid", "enumeration", "type", "error"],
)
def test_wrong_answer_is_found(upstream: Upstream, client: Client, spoil: Callable[[dict[str, Any]], Answer]) -> None:
    upstream.answer = spoil(shape())

    with pytest.raises(ViolationError):
        client.calls.create(to=CALLEE, from_=OWN, url="http://h/x")


def test_document_names_its_source_and_licence() -> None:
    document = json.loads(DOCUMENT.read_text())

    assert document["info"]["license"]["name"] == "Apache 2.0"
    assert "github.com/twilio/twilio-oai" in document["info"]["description"]
    assert DOCUMENT.stat().st_size < 400_000


def test_lock_holds_no_address_of_a_registry() -> None:
    lock = json.loads((DOCUMENT.parent / "package-lock.json").read_text())

    packages = {name: package for name, package in lock["packages"].items() if name}
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if "integrity" not in package]
