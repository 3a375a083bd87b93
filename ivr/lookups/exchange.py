"""One request to one checked IP address, and its answer: no redirects, no proxies, no compression, at most 64 KB."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.flow.effects import Fetch
from ivr.lookups.addresses import Destination, Refused

MAX_ANSWER = 64 * 1024
CONNECT_SECONDS = 2.0
_READ = 8_192


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the body as text."""

    status: int
    body: str


class Exchange:
    """A request under way. `abort` may be called from another thread: it cuts the connection wherever it is."""

    def __init__(self, to: Destination, ip: str, tls: ssl.SSLContext | None, seconds: float) -> None:
        self._connection = _Pinned(to, ip, tls, seconds)

    def run(self, fetch: Fetch, headers: Mapping[str, str]) -> Answer:
        """Sends and reads. Raises OSError, http.client.HTTPException, ValueError, or Refused for an answer too long."""
        body = fetch.body.encode() if fetch.method == "POST" else None
        try:
            return _read(self._send(fetch.method, body, headers))
        finally:
            self._connection.close()

    def tell(self, body: str, headers: Mapping[str, str]) -> int:
        """Posts JSON and reads the status alone. Raises OSError (TimeoutError where aborted) or HTTPException."""
        try:
            status = self._send("POST", body.encode(), headers).status
            if self._connection.aborted:  # headers that break off look like headers that end
                raise TimeoutError("aborted")
            return status
        finally:
            self._connection.close()

    def _send(self, method: str, body: bytes | None, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        sent = {
            "Host": self._connection.to.host_header,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "hotline",
            "Connection": "close",
            **({"Content-Type": "application/json; charset=utf-8"} if body is not None else {}),
            **headers,
        }
        self._connection.request(method, self._connection.to.target, body, sent)
        return self._connection.getresponse()

    def abort(self) -> None:
        """Cuts the connection; whoever reads from it gets an error."""
        self._connection.abort()


def _read(response: http.client.HTTPResponse) -> Answer:
    if response.status != 200:  # noqa: PLR2004 - OK; what else is said isn't read
        return Answer(response.status, "")
    if response.getheader("Content-Encoding", "identity").lower() not in {"", "identity"}:
        raise Refused("the answer is compressed")
    if (response.length or 0) > MAX_ANSWER:
        raise Refused("the answer is too long")
    read = bytearray()
    while chunk := response.read1(_READ):
        read += chunk
        if len(read) > MAX_ANSWER:
            raise Refused("the answer is too long")
    if response.length:
        raise http.client.IncompleteRead(bytes(read))
    return Answer(response.status, read.decode("utf-8-sig"))


class _Pinned(http.client.HTTPConnection):
    """A connection to an IP address that was checked; the name is used for TLS and the Host header only."""

    def __init__(self, to: Destination, ip: str, tls: ssl.SSLContext | None, seconds: float) -> None:
        super().__init__(to.host, to.port, timeout=seconds)
        self.to = to
        self._ip = ip
        self._tls = tls
        self._seconds = seconds
        self._lock = threading.Lock()
        self.aborted = False
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        """To the address, whatever its name says by now."""
        plain = socket.create_connection((self._ip, self.to.port), min(CONNECT_SECONDS, self._seconds))
        with self._lock:
            self._plain = plain
            if self.aborted:
                plain.close()
                raise TimeoutError("aborted")
        plain.settimeout(self._seconds)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.to.host) if self._tls else plain

    def abort(self) -> None:
        with self._lock:
            self.aborted = True
            found = self.sock or self._plain
        if found is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)
