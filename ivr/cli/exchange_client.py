"""Speaks to the exchange's phones over HTTP (`exchange/phones/protocol.md`)."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

DEFAULT_URL = "http://127.0.0.1:8001"
ANSWER_SECONDS = 10.0


class ExchangeUnreachable(Exception):  # noqa: N818 - a state of the world
    """There is no exchange at that address, or it went away; the message is one sentence."""


class ExchangeRefused(Exception):  # noqa: N818 - what it said
    """The exchange refused a request; the message is why."""


def exchange_url(given: str | None, var: Path) -> str:
    """Where the exchange is: as given, HOTLINE_EXCHANGE_URL, the stack running on `var`, or port 8001 here."""
    if given:
        return given.rstrip("/")
    if told := os.environ.get("HOTLINE_EXCHANGE_URL"):
        return told.rstrip("/")
    try:
        running = json.loads((var / "run" / "stack.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return DEFAULT_URL
    return str(running.get("exchange") or DEFAULT_URL).rstrip("/")


class ExchangeClient:
    """One exchange. Raises ExchangeUnreachable and ExchangeRefused."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()
        self._http.trust_env = False

    def numbers(self) -> list[str]:
        """Numbers that can be dialled."""
        return [str(number["number"]) for number in self._ask("GET", "/phones")["numbers"]]

    def place(self, from_number: str, to_number: str, script: Mapping[str, Any]) -> str:
        """Dial; the call's SID."""
        body = {"from": from_number, "to": to_number, "script": script}
        return str(self._ask("POST", "/phones/calls", body)["call_sid"])

    def act(self, sid: str, verb: str, body: Mapping[str, Any] | None = None) -> None:
        """`press` {keys}, `speak` {text} or `hang-up`."""
        self._ask("POST", f"/phones/calls/{sid}/{verb}", body or {})

    def follow(self, sid: str) -> Iterator[dict[str, Any]]:
        """The call's entries as they happen; the last one is its summary."""
        try:
            with self._http.get(
                f"{self.url}/phones/calls/{sid}/events", stream=True, timeout=(ANSWER_SECONDS, None)
            ) as reply:
                self._check(reply)
                for line in reply.iter_lines(chunk_size=1):
                    if line:
                        yield json.loads(line)
        except (requests.RequestException, ValueError) as error:
            raise ExchangeUnreachable(f"the exchange at {self.url} went away during the call") from error

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            reply = self._http.request(method, f"{self.url}{path}", json=body, timeout=ANSWER_SECONDS)
        except requests.RequestException as error:
            raise ExchangeUnreachable(
                f"no exchange answers at {self.url}; start one with `hotline run`, or name it with --exchange"
            ) from error
        self._check(reply)
        try:
            return dict(reply.json()) if reply.content else {}
        except ValueError as error:
            raise ExchangeUnreachable(f"what answers at {self.url} is no exchange") from error

    def _check(self, reply: requests.Response) -> None:
        if reply.ok:
            return
        try:
            raise ExchangeRefused("; ".join(reply.json()["errors"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ExchangeUnreachable(
                f"what answers at {self.url} is no exchange (HTTP {reply.status_code})"
            ) from error
