"""A small web server on this machine that answers as a look-up may find it, and notes everything it was asked."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """What was asked, and what is answered by path."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)


def plain(status: int, body: bytes, **headers: str) -> Answer:
    """A whole answer."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def slowly(seconds: float) -> Answer:
    """Headers at once, then a byte now and then."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    return send


def drip(seconds: float) -> Answer:
    """Not even the headers come to an end."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        until = time.monotonic() + seconds
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while time.monotonic() < until:
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.05)

    return send


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Half an answer, then the line is dead."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"a": 1')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def certified(folder: Path, host: str) -> tuple[ssl.SSLContext, str]:
    """How a server of this name encrypts, and the file of the certificate it shows."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate),
         "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"],
        check=True, capture_output=True,
    )  # fmt: skip
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return tls, str(certificate)


@contextmanager
def serving(
    answers: dict[str, Answer], address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server on a free port until the end of the block."""
    server_notes = Server(0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            server_notes.connections.append(str(self.client_address[0]))
            super().setup()

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else b""
            server_notes.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            try:
                answers.get(self.path.partition("?")[0], plain(404, b""))(self)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = answer  # noqa: N815 - the names http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that cuts the line is what is tested."""

    server = Quiet((address, 0), Handler)
    server_notes.port = server.server_address[1]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server_notes
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
