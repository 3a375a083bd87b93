"""Which address a look-up goes to, and whether it may: decided once, then connected to exactly that."""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ivr.services.lookups import HostRule

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) -> IP addresses. Raises OSError."""

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_TARGET = re.compile(r"/[!-~]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MAX_URL = 4_000


class Refused(Exception):  # noqa: N818 - a decision, not a mistake
    """This look-up is not made. The message says why, without values."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a look-up goes: the name for TLS and the Host header, the path with its query, and the port."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        """The name, with the port where it isn't the scheme's own."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"


def destination(url: str, rule_of: Callable[[str], HostRule | None]) -> tuple[Destination, HostRule]:
    """An address taken apart and found allowed. Raises Refused.

    It is read strictly, because readers of addresses differ: what stands in it has to be exactly a scheme, a host in
    small letters, perhaps a port, and a path of printable ASCII.
    """
    if len(url) > _MAX_URL:
        raise Refused("the address is too long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("the address can't be read") from None
    scheme, host = parts.scheme, parts.hostname or ""
    if scheme not in _DEFAULT_PORTS or _HOST.fullmatch(host) is None:
        raise Refused("the address has no scheme and host that could be asked")
    written = host if port is None else f"{host}:{port}"
    target = url[len(f"{scheme}://{written}") :]
    if not url.startswith(f"{scheme}://{written}/") or _TARGET.fullmatch(target) is None or parts.fragment:
        raise Refused("the address is not written plainly")
    rule = rule_of(host)
    if rule is None:
        raise Refused("the host is not allowed")
    if scheme == "http" and not rule.plain:
        raise Refused("the host may only be asked by https")
    actual = _DEFAULT_PORTS[scheme] if port is None else port
    if actual != _DEFAULT_PORTS[scheme] and actual not in rule.ports:
        raise Refused("the port is not allowed")
    return Destination(scheme, host, actual, target), rule


def addresses(to: Destination, resolve: Resolve, private: Sequence[Network]) -> list[str]:
    """The IP addresses to connect to, every one checked. Raises Refused where any may not be reached, or there is none.

    `private` are networks of the house that may be reached although they are not public.
    """
    try:
        found = list(dict.fromkeys(resolve(to.host, to.port)))
    except (OSError, UnicodeError):
        raise Refused("the host's name can't be resolved") from None
    if not found:
        raise Refused("the host's name can't be resolved")
    for address in found:
        if not reachable(address, private):
            raise Refused("the host's address is not public")
    return found


def reachable(address: str, private: Sequence[Network]) -> bool:
    """Whether an IP address may be connected to: public, in every guise it has, or in a network of the house."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(_public(one) or _within(one, private) for one in _guises(ip))


def inside(address: str, private: Sequence[Network]) -> bool:
    """Whether an IP address lies in a network of the house, in every guise it has."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(_within(one, private) for one in _guises(ip))


def _guises(ip: IpAddress) -> list[IpAddress]:
    """The address, and the IPv4 address it stands for where it embeds one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    embedded: list[IpAddress] = [ip]
    if ip.sixtofour is not None:
        embedded.append(ip.sixtofour)
    if ip.teredo is not None:
        embedded += ip.teredo
    if ip in _NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return embedded


def _public(ip: IpAddress) -> bool:
    if isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local)


def _within(ip: IpAddress, private: Sequence[Network]) -> bool:
    return any(ip.version == network.version and ip in network for network in private)


def networks(written: str) -> tuple[Network, ...]:
    """Networks separated by commas, such as `10.20.0.0/16, fd00:12::/48`. Raises ValueError naming the wrong one."""
    found = []
    for part in filter(None, (part.strip() for part in written.split(","))):
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError as error:
            raise ValueError(f"HOTLINE_FETCH_NETWORKS: {error}") from None
    return tuple(found)


def resolve(host: str, port: int) -> Sequence[str]:
    """The system's resolver."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
