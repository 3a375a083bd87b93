"""Reads the parameters of a request, form or query, and refuses what is out of the documented range.

An absent parameter and an empty one are told apart where that matters (`WaitUrl=` means silence); elsewhere empty
counts as absent.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from multidict import MultiMapping

from exchange.records import Hook, StatusHook
from exchange.rest import refusals

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_METHODS = ("GET", "POST")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters of one request. Every reader returns None (or its default) for what is absent and raises
    ExchangeError for what can't be accepted.
    """

    fields: MultiMapping[str]

    def has(self, name: str) -> bool:
        """Whether it was sent at all, even empty."""
        return name in self.fields

    def text(self, name: str, *, longest: int | None = None, code: int = 20001) -> str | None:
        """A string of at most `longest` characters; empty counts as absent."""
        value = self.fields.get(name)
        if not value:
            return None
        if longest is not None and len(value) > longest:
            raise refusals.invalid_parameter(name, f"longer than {longest} characters", code)
        return value

    def choice(self, name: str, allowed: Iterable[str], *, code: int = 20001) -> str | None:
        """One of `allowed`, exactly as spelt."""
        value = self.text(name)
        if value is not None and value not in tuple(allowed):
            raise refusals.invalid_parameter(name, value, code)
        return value

    def integer(self, name: str, least: int, most: int, *, code: int = 20001) -> int | None:
        """A whole number within a range, ends included."""
        value = self.text(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?\d{1,12}", value, re.ASCII) or not least <= int(value) <= most:
            raise refusals.invalid_parameter(name, f"{value} (from {least} to {most})", code)
        return int(value)

    def boolean(self, name: str, *, code: int = 20001) -> bool | None:
        """`true` or `false` in any case (`1`, `0`, `yes`, `no` too, as old helper libraries send them)."""
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in _TRUTH:
            raise refusals.invalid_parameter(name, value, code)
        return _TRUTH[value.lower()]

    def url(self, name: str, *, code: int = 21205) -> str | None:
        """An absolute http or https URL; its host has no underscore (contract 1.1)."""
        value = self.text(name)
        if value is None:
            return None
        if not _is_web_address(value):
            raise refusals.invalid_parameter(name, value, code)
        return value

    def method(self, name: str, default: str = "POST", *, code: int = 21209) -> str:
        """GET or POST."""
        value = (self.text(name) or default).upper()
        if value not in _METHODS:
            raise refusals.invalid_parameter(name, value, code)
        return value

    def hook(self, url: str, method: str, default: str = "POST", *, code: int = 21205) -> Hook | None:
        """A webhook from its URL and method parameters."""
        found, how = self.url(url, code=code), self.method(method, default)
        return None if found is None else Hook(found, how)

    def silence_or_hook(self, url: str, method: str, default: str = "POST") -> Hook | None:
        """As `hook`, but an empty URL that was sent stays a hook with no address: silence."""
        if self.has(url) and not self.fields.get(url):
            return Hook("", default)
        return self.hook(url, method, default)

    def status_hook(self, prefix: str, allowed: Iterable[str], default: Iterable[str]) -> StatusHook | None:
        """A status callback from `<prefix>`, `<prefix>Method`, `<prefix>Event`. A value that is none of `allowed` is
        accepted and drops the whole subscription, as measured on the carrier (21626, contract 4.1, M): `events` is then
        empty.
        """
        url = self.url(prefix, code=21205)
        method = self.method(f"{prefix}Method")
        if url is None:
            return None
        events = [event for event in self.fields.getall(f"{prefix}Event", []) if event]
        if not events:
            return StatusHook(url, method, frozenset(default))
        known = frozenset(allowed)
        return StatusHook(url, method, frozenset(events) if known.issuperset(events) else frozenset())

    def sid(self, name: str, prefix: str, *, code: int = 20001) -> str | None:
        """A resource's identifier."""
        value = self.text(name)
        if value is not None and not (value.startswith(prefix) and SID.fullmatch(value)):
            raise refusals.invalid_parameter(name, value, code)
        return value


@dataclass(frozen=True, slots=True)
class Span:
    """Moments from `since` (included) to `until` (excluded); None where open."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in the span; an absent one lies only in the fully open span."""
        if self.since is None and self.until is None:
            return True
        if moment is None:
            return False
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)


def span(query: Mapping[str, str], name: str) -> Span:
    """The span `Name=`, `Name<=` and `Name>=` ask for. A date means its whole day in UTC. On the wire the operator is
    part of the parameter's name (`StartTime<=2026-03-01` is name `StartTime<`); `>` and `<` include the moment.
    """
    since: datetime | None = None
    until: datetime | None = None
    for key, opens, closes in ((name, True, True), (f"{name}>", True, False), (f"{name}<", False, True)):
        value = query.get(key)
        if not value:
            continue
        start, end = _moments(key, value)
        since = start if opens else since
        until = end if closes else until
    return Span(since, until)


def _moments(name: str, value: str) -> tuple[datetime, datetime]:
    """The first moment meant and the one just after the last: a day for a date, a second for a time."""
    if not re.match(r"\d{4}-\d{2}-\d{2}(T|$)", value, re.ASCII):
        raise refusals.invalid_parameter(name, value)
    try:
        if "T" not in value:
            day = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return day, day + timedelta(days=1)
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise refusals.invalid_parameter(name, value) from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    second = moment.replace(microsecond=0)
    return second, second + timedelta(seconds=1)


def _is_web_address(value: str) -> bool:
    if len(value) > 4000 or any(character.isspace() for character in value):  # noqa: PLR2004 - the carrier's longest URL (K)
        return False
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "_" not in (host or "")
