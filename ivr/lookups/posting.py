"""The port `Post`: JSON to a subscriber's address, under the rules of look-ups, except that an operator names the host.

Public addresses by https only; plain http, and addresses that aren't public, in the networks of the house alone. The
name is resolved once, and the connection goes to the very address that was checked.
"""

import ssl
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from http.client import HTTPException
from urllib.parse import urlsplit

from ivr.lookups.addresses import Destination, Network, Refused, Resolve, addresses, destination, inside, resolve
from ivr.lookups.exchange import Exchange
from ivr.services.lookups import HostRule
from ivr.services.posting_port import AddressRefused, NotSent

_TRIED_ADDRESSES = 2


class HttpPost:
    """Posts to subscribers. `private` are the networks of the house, `ca_file` certificates besides the system's."""

    def __init__(self, private: Sequence[Network] = (), *, ca_file: str = "", resolver: Resolve = resolve) -> None:
        self._private = tuple(private)
        self._ca_file = ca_file
        self._resolve = resolver

    def check(self, url: str) -> None:
        """Raises AddressRefused for an address that would never be sent anything."""
        self._addresses(_destination(url))

    def send(self, url: str, body: str, headers: Mapping[str, str], seconds: float) -> int:
        """The status of the answer, which came within so many seconds. Raises AddressRefused and NotSent."""
        to = _destination(url)
        last: Exception = TimeoutError()
        for ip in self._addresses(to)[:_TRIED_ADDRESSES]:
            exchange = Exchange(to, ip, self._tls(to), seconds)
            try:
                return _tell(exchange, body, headers, seconds)
            except ConnectionRefusedError as error:  # nothing was sent: the next address may be tried
                last = error
            except (OSError, HTTPException, ValueError) as error:
                raise NotSent(_words(error)) from None
        raise NotSent(_words(last))

    def _addresses(self, to: Destination) -> list[str]:
        try:
            found = addresses(to, self._resolve, self._private)
        except Refused as refusal:
            raise AddressRefused(str(refusal)) from None
        if to.scheme == "http" and not all(inside(address, self._private) for address in found):
            raise AddressRefused("outside the networks of the house it has to be https")
        return found

    def _tls(self, to: Destination) -> ssl.SSLContext | None:
        return None if to.scheme == "http" else self._trusted

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The system's certificates and the house's own: made once, since reading them takes milliseconds."""
        context = ssl.create_default_context()
        if self._ca_file:
            context.load_verify_locations(self._ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _destination(url: str) -> Destination:
    try:
        port = urlsplit(url).port
        ports = (port,) if port is not None else ()
        return destination(url, lambda host: HostRule(host, plain=True, ports=ports))[0]
    except (Refused, ValueError) as refusal:
        raise AddressRefused(str(refusal) or "the address can't be read") from None


def _tell(exchange: Exchange, body: str, headers: Mapping[str, str], seconds: float) -> int:
    """The status, however slowly it is sent: a socket's own time-out begins anew with each byte."""
    cut = threading.Timer(seconds, exchange.abort)
    cut.daemon = True
    cut.start()
    try:
        return exchange.tell(body, headers)
    finally:
        cut.cancel()


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    return type(error).__name__
