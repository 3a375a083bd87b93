"""The exchange's configuration, from a JSON or YAML file. Every problem is told at once."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from exchange.behaviour import Behaviour
from exchange.clock import Clock, clock_from
from exchange.errors import ExchangeError
from exchange.records import Hook, Number, StatusHook

CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_KNOWN = frozenset(
    {
        "account_sid", "auth_token", "api_keys", "numbers", "phones", "host", "port", "base_url", "clock", "cps",
        "verified", "geo", "behaviour", "least_timeout", "keep_calls", "framed_by",
    }
)  # fmt: skip

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+")
_FIELDS: tuple[tuple[str, type], ...] = (
    ("host", str), ("base_url", str), ("verified", list), ("geo", dict), ("api_keys", dict), ("framed_by", list)
)  # fmt: skip


class ConfigError(ValueError):
    """A configuration that can't be used; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(slots=True)
class Config:
    """`phones`: the file of scripted phones. `clock`: as HOTLINE_CLOCK, which is used where this is None. `cps`:
    outbound starts a second, 0 for no pacing. `api_keys`: SID to secret. `geo`: number to City, State, Zip, Country.
    `framed_by`: origins whose pages may show the browser phone in a frame."""

    account_sid: str
    auth_token: str
    numbers: list[Number] = field(default_factory=list)
    api_keys: dict[str, str] = field(default_factory=dict)
    phones: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8001
    base_url: str = ""
    clock: str | None = None
    cps: float = 1.0
    verified: list[str] = field(default_factory=list)
    geo: dict[str, dict[str, str]] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    least_timeout: float = 5.0
    keep_calls: int = 20_000
    framed_by: list[str] = field(default_factory=list)

    def make_clock(self) -> Clock:
        """The clock it asks for. Raises ValueError."""
        setting = os.environ.get("HOTLINE_CLOCK", "") if self.clock is None else self.clock
        return clock_from(setting, self.least_timeout)


def load(path: Path) -> Config:
    """Read a file. Raises ConfigError (every problem at once) and OSError."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError([f"{path}: {error}"]) from error
    return decode(data, path.parent)


def decode(data: object, folder: Path | None = None) -> Config:
    """From plain data; relative paths count from `folder`. Raises ConfigError."""
    if not isinstance(data, dict):
        raise ConfigError(["expected fields: account_sid, auth_token, numbers, ..."])
    problems = [f"unknown field {name!r} (known: {', '.join(sorted(_KNOWN))})" for name in data if name not in _KNOWN]
    problems += [f"{name} is missing" for name in ("account_sid", "auth_token") if not data.get(name)]
    numbers = [_number(item, f"numbers[{at}]", problems) for at, item in enumerate(data.get("numbers") or [], 1)]
    fields: dict[str, Any] = {name: kind(data[name]) for name, kind in _FIELDS if data.get(name) is not None}
    problems += [
        f"framed_by: {origin!r} is no origin, such as http://127.0.0.1:8000"
        for origin in fields.get("framed_by", [])
        if _ORIGIN.fullmatch(str(origin)) is None
    ]
    for name, kind in (("port", int), ("cps", float), ("least_timeout", float), ("keep_calls", int)):
        if data.get(name) is not None:
            try:
                fields[name] = kind(data[name])
            except (TypeError, ValueError):
                problems.append(f"{name}={data[name]!r} is no number")
    try:
        fields["behaviour"] = Behaviour().changed(dict(data.get("behaviour") or {}))
    except ExchangeError as error:
        problems.append(error.message)
    if problems:
        raise ConfigError(problems)
    phones = data.get("phones")
    found = [number for number in numbers if number is not None]
    return Config(
        str(data["account_sid"]),
        str(data["auth_token"]),
        found,
        phones=None if not phones else (folder or Path()) / str(phones),
        clock=None if data.get("clock") is None else str(data["clock"]),
        **fields,
    )


def _number(data: object, where: str, problems: list[str]) -> Number | None:
    if not isinstance(data, dict) or not isinstance(data.get("number"), str):
        problems.append(f"{where}: expected number (as text), voice, fallback, status, friendly_name")
        return None
    try:
        return number_from(data)
    except ConfigError as error:
        problems += [f"{where}: {problem}" for problem in error.problems]
        return None


def number_from(data: dict[str, Any]) -> Number:
    """A number with its webhooks: `{number, voice: {url, method}, fallback, status: {url, method, events}}`.

    Raises ConfigError; a fallback without a primary address is 21405.
    """
    voice, fallback = _hook(data.get("voice"), "voice"), _hook(data.get("fallback"), "fallback")
    if fallback is not None and voice is None:
        raise ConfigError(["a fallback without a voice address (21405)"])
    status = _hook(data.get("status"), "status")
    events = frozenset((data.get("status") or {}).get("events") or {"completed"}) if status is not None else frozenset()
    if events - CALL_EVENTS:
        raise ConfigError([f"status: unknown events {', '.join(sorted(events - CALL_EVENTS))}"])
    # An inbound number is only told of its calls' end (contract 5, D).
    return Number(
        data["number"],
        voice,
        fallback,
        None if status is None else StatusHook(status.url, status.method, frozenset({"completed"})),
        str(data.get("friendly_name") or ""),
    )


def _hook(data: object, what: str) -> Hook | None:
    if data is None:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("url"), str):
        raise ConfigError([f"{what}: expected url and method"])
    method = str(data.get("method") or "POST").upper()
    if method not in {"GET", "POST"}:
        raise ConfigError([f"{what}: method {method!r} is neither GET nor POST"])
    return Hook(data["url"], method)
