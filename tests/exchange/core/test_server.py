"""The exchange as a process: its pages, its REST faults, and how it stops."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ACCOUNT, TOKEN = "AC" + "b" * 32, "s" * 32


class Running:
    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process, self.url = process, url

    def post(self, path: str, body: object) -> requests.Response:
        return requests.post(self.url + path, json=body, timeout=5)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=5)

    def rest(self, path: str) -> str:
        return f"{self.url}/2010-04-01/Accounts/{ACCOUNT}{path}"


def start(config: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "exchange", "--config", str(config), "--port", "0"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    path = tmp_path_factory.mktemp("exchange") / "exchange.json"
    number = {"number": "+33139750000", "voice": {"url": "http://127.0.0.1:1/voice"}, "friendly_name": "Town hall"}
    path.write_text(
        json.dumps({"account_sid": ACCOUNT, "auth_token": TOKEN, "numbers": [number], "clock": "", "cps": 0})
    )
    process = start(path)
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"http://\S+?:\d+", line)
    assert found, line
    yield Running(process, found[0])
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert process.wait(5) == 0
    assert time.monotonic() - began < 2.5
    process.stderr.close()


def test_health_and_numbers(running: Running) -> None:
    assert running.get("/healthz").json()["status"] == "ok"
    assert running.get("/exchange/numbers").json()["numbers"][0]["friendly_name"] == "Town hall"
    added = running.post("/exchange/numbers", {"number": "+33100000009", "voice": {"url": "http://127.0.0.1:1/x"}})
    assert added.status_code == 201
    assert len(running.get("/exchange/numbers").json()["numbers"]) == 2
    assert (
        running.post("/exchange/numbers", {"number": "+33100000009", "fallback": {"url": "http://h/x"}}).status_code
        == 400
    )
    assert requests.post(running.url + "/exchange/numbers", data="number=1", timeout=5).status_code == 415


def test_faults_over_http(running: Running) -> None:
    wrong = running.post("/exchange/faults", {"set": {"nope": {}}})
    assert (wrong.status_code, "unknown fault" in wrong.json()["message"]) == (400, True)
    body = {"set": {"rest_429": {"count": 1}}, "behaviour": {"queue_size": 100, "extra_dial_seconds": 0}}
    shown = running.post("/exchange/faults", body).json()
    assert shown["behaviour"]["queue_size"] == 100
    assert shown["on"][0]["name"] == "rest_429"
    auth = (ACCOUNT, TOKEN)
    refused = requests.post(running.rest("/Queues.json"), {"FriendlyName": "a"}, auth=auth, timeout=5)
    assert (refused.status_code, refused.json()["code"]) == (429, 20429)
    running.post("/exchange/faults", {"clear": True, "set": {"rest_500_after_acting": {"count": 1}}})
    broken = requests.post(running.rest("/Queues.json"), {"FriendlyName": "b"}, auth=auth, timeout=5)
    assert broken.status_code == 500
    running.post(
        "/exchange/faults", {"clear": ["rest_500_after_acting"], "set": {"rest_drop_after_acting": {"count": 1}}}
    )
    with pytest.raises(requests.ConnectionError):
        requests.post(running.rest("/Queues.json"), {"FriendlyName": "c"}, auth=auth, timeout=5)
    queues = requests.get(running.rest("/Queues.json"), auth=auth, timeout=5).json()["queues"]
    assert {queue["friendly_name"] for queue in queues} == {"b", "c"}
    assert {queue["max_size"] for queue in queues} == {100}


def test_calls_and_alerts(running: Running) -> None:
    fields = {"From": "+33139750000", "To": "+33600000000", "Twiml": "<Response/>"}
    call = requests.post(running.rest("/Calls.json"), fields, auth=(ACCOUNT, TOKEN), timeout=5).json()
    shown = running.get(f"/exchange/calls/{call['sid']}").json()
    assert shown["to"] == "+33600000000"
    assert shown["timeline"][0]["kind"] == "dialled"
    assert running.get("/exchange/calls/CAnone").status_code == 404
    assert "alerts" in running.get("/exchange/alerts").json()
    assert any(item["sid"] == call["sid"] for item in running.get("/exchange/calls?all=1&timeline=0").json()["calls"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", ["account_sid is missing", "auth_token is missing"]),
        (
            '{"account_sid": "AC1", "auth_token": "x", "colour": 1, "cps": "x"}',
            ["unknown field 'colour'", "cps='x' is no number"],
        ),
        ('{"account_sid": "AC1", "auth_token": "x", "numbers": [{"number": 5}]}', ["numbers[1]"]),
        ('{"account_sid": "AC1", "auth_token": "x", "behaviour": {"nope": 1}}', ["unknown behaviour"]),
    ],
)
def test_a_bad_configuration_names_every_problem(tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "exchange.json"
    path.write_text(text)
    process = start(path)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert all(word in errors for word in words)
    assert "Traceback" not in errors
