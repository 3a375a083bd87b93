"""The real exchange, as a process of its own, with a tiny hotline behind it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.exchange.phones.hotline_app import ACCOUNT, LINE, TOKEN, Hotline, hotline

SPEED = 16.0
"""How fast its clock runs, where a module doesn't say SPEED itself: a browser takes its time as a person does."""
PHONES = """
phones:
  - name: Camille Roux
    number: "+33639980001"
    ring: 1
    steps:
      - {press: "1", when: gather, after: 0.5}
      - {say: "Bonjour, Camille à l'appareil.", when: bridged, after: 0.5}
    talk: 12
  - {name: Octave Lambert, number: "+33639980004", on_ring: ring}
"""


@dataclass
class Exchange:
    """A running exchange and the hotline it asks."""

    url: str
    hotline: Hotline


@pytest.fixture(scope="module")
def exchange(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    speed = getattr(request.module, "SPEED", SPEED)
    folder: Path = tmp_path_factory.mktemp("exchange")
    (folder / "phones.yaml").write_text(PHONES, encoding="utf-8")
    with hotline() as told:
        config = {
            "account_sid": ACCOUNT,
            "auth_token": TOKEN,
            "clock": f"{speed}@{time.time()}=1780000000",
            "cps": 0,
            "phones": "phones.yaml",
            "numbers": [{"number": LINE, "friendly_name": "Mairie", "voice": {"url": f"{told.base}/answer"}}],
        }
        (folder / "exchange.json").write_text(json.dumps(config), encoding="utf-8")
        log = (folder / "log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "exchange", "--config", str(folder / "exchange.json"), "--port", "0"],
            stderr=log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            told.exchange = _address(process, folder / "log")
            yield Exchange(told.exchange, told)
        finally:
            process.terminate()
            process.wait(10)
            log.close()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text().splitlines():
            if " exchange on http" in line:
                url = line.split(" exchange on ")[1].split(",")[0]
                with urllib.request.urlopen(f"{url}/healthz", timeout=5) as reply:
                    assert reply.status == 200
                return url
        time.sleep(0.05)
    raise AssertionError(f"the exchange did not start: {log.read_text()}")
