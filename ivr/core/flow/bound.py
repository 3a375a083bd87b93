"""What a look-up sends: an address and values, with `{{ }}` slots that are only ever filled in encoded.

An operator writes scheme and host out; slots may stand in the path and behind the question mark, where a value can't
leave its place: it is percent-encoded, dots and slashes too, so that no answer of a caller's leads anywhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from urllib.parse import quote, urlencode

from ivr.core.flow.text import Lookup, Slot, Template, TemplateError, parse_template

MAX_ADDRESS = 1_000
"""Longest address, in characters, before anything is filled in."""

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(?P<port>\d{1,5}))?(?P<rest>/.*)?"
)
_PLAIN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/%?]*")
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Bound:
    """A value to be sent, as the caller's language doesn't change it."""

    template: Template

    @property
    def names(self) -> tuple[str, ...]:
        """The values it needs."""
        return self.template.names

    def render(self, lookup: Lookup) -> str:
        """The value as it is now: one line, only characters that can be written."""
        return self.template.render(lookup)


@dataclass(frozen=True, slots=True)
class Address:
    """An address to be asked. `host` is in small letters; `port` 0 is the scheme's own."""

    scheme: str
    host: str
    port: int
    path: tuple[str | Slot, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The values it needs."""
        return tuple(part.name for part in self.path if isinstance(part, Slot))

    def render(self, lookup: Lookup, query: Mapping[str, str]) -> str:
        """The whole address, with the values filled in and the query's behind it."""
        port = f":{self.port}" if self.port else ""
        path = "".join(part if isinstance(part, str) else encoded(part.fill(lookup)) for part in self.path)
        if not query:
            return f"{self.scheme}://{self.host}{port}{path}"
        return f"{self.scheme}://{self.host}{port}{path}{'&' if '?' in path else '?'}{urlencode(query)}"


def encoded(value: str) -> str:
    """A value that stays within its part of an address; `.` and `..` alone would not, and are encoded as well."""
    kept = quote(value, safe="")
    return kept.replace(".", "%2E") if kept.strip(".") == "" else kept


def parse_bound(source: str) -> Bound:
    """Reads a value with slots. Raises TemplateError."""
    return Bound(parse_template(source))


def parse_address(source: str) -> Address:
    """Reads an address. Raises TemplateError, with what to write instead."""
    if len(source) > MAX_ADDRESS:
        raise TemplateError(f"the address has {len(source):,} characters; at most {MAX_ADDRESS:,} are possible")
    match = _ADDRESS.fullmatch(source.strip())
    if match is None:
        raise TemplateError("not an address", "write https://, the host in small letters, and the path")
    port = int(match["port"] or 0)
    if port > _MAX_PORT or (match["port"] and not port):
        raise TemplateError(f"{match['port']} is not a port")
    template = parse_template(match["rest"] or "/")
    for part in template.parts:
        if isinstance(part, str) and _PLAIN.fullmatch(part) is None:
            raise TemplateError("a character that can't stand in an address", "no spaces, `#` or letters with accents")
    return Address(match["scheme"], match["host"], port, template.parts)


def json_of(values: Mapping[str, str]) -> str:
    """The body of a POST: values by name, as JSON; empty where there is nothing to send."""
    return dumps(values, ensure_ascii=False) if values else ""
