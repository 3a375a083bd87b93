"""The exchange as its own process, reached by nothing but HTTP."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from twilio.rest import Client

from tests.conftest import free_port
from tests.exchange.contract.conftest import ACCOUNT_SID, AUTH_TOKEN, CALLEE, OWN, make_client
from tests.exchange.contract.webhook_app import Application


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """The library, pointed at a process of this test's own."""
    port, file = free_port(), tmp_path / "exchange.json"
    file.write_text(json.dumps({"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "numbers": [{"number": OWN}]}))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "exchange", "--config", file, "--port", str(port)], stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    limit = time.monotonic() + 60
    while True:
        assert process.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < limit, "the exchange did not start"
        try:
            requests.get(f"{url}/healthz", timeout=1).raise_for_status()
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.05)
        else:
            break
    yield make_client(url)
    process.terminate()
    assert process.wait(10) == 0


def test_process_serves_the_library_and_stops_when_told(client: Client) -> None:
    app = Application(AUTH_TOKEN)
    try:
        call = client.calls.create(
            to=CALLEE, from_=OWN, url=f"{app.url}/answer", status_callback=f"{app.url}/notice",
            status_callback_event=["initiated", "completed"],
        )  # fmt: skip

        notices = app.wait("/notice", 2)
        assert {notice.form["CallStatus"] for notice in notices} == {"initiated", "failed"}
        assert client.calls(call.sid).fetch().status == "failed"
        assert app.forged == []
    finally:
        app.stop()
