"""One connection to Redis, at the price of two system calls an exchange.

redis-py connects, authenticates and selects; from then on commands go straight to the socket and replies straight to
hiredis. A Python socket with a time-out asks the kernel twice for each send and each receive, and gives up the
interpreter's lock each time: in a server with several threads that is dearer than Redis itself. So the kernel keeps
the time-out here (SO_RCVTIMEO, SO_SNDTIMEO), except over TLS, where Python must.
"""

import socket
import ssl
import struct
from collections.abc import Callable
from typing import Any

import hiredis
from redis._parsers.base import BaseParser
from redis.exceptions import ConnectionError as RedisConnectionError

_RECEIVE_BYTES = 65536
_parse_error: Callable[[str], Exception] = BaseParser.parse_error


class Wire:
    """A connection in use by one thread. `connection` is redis-py's, already connected; `timeout` in seconds."""

    __slots__ = ("_connection", "_reader", "_socket", "generation", "used")

    def __init__(self, connection: Any, timeout: float, generation: int, now: float) -> None:
        self._connection = connection
        self._socket: socket.socket = connection._get_socket()  # noqa: SLF001 - redis-py's own accessor; none is public
        self._reader = hiredis.Reader(protocolError=RedisConnectionError, replyError=_parse_error)
        self.generation = generation
        self.used = now
        if not isinstance(self._socket, ssl.SSLSocket):
            whole, part = divmod(int(timeout * 1_000_000), 1_000_000)
            limit = struct.pack("@ll", whole, part)
            self._socket.settimeout(None)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    def exchange(self, packed: bytes) -> Any:
        """Send a command, return its reply.

        Raises the error Redis answers (redis.exceptions.ResponseError and its kind), redis.exceptions.ConnectionError
        where the other end has closed, and OSError, BlockingIOError among them when the time is over. After any but
        the first the connection is useless: a late reply would be taken for another command's.
        """
        self._socket.sendall(packed)
        reader = self._reader
        receive = self._socket.recv
        reply = False
        while reply is False:
            data = receive(_RECEIVE_BYTES)
            if not data:
                raise RedisConnectionError("Redis closed the connection")
            reader.feed(data)
            reply = reader.gets()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def fileno(self) -> int:
        """For polling; -1 once closed."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close it."""
        self._connection.disconnect()
