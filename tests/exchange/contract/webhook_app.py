"""The application the exchange calls: a real HTTP server that keeps what it was sent, checks every signature and
answers what a test told it to.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

HOLDING = "<Response><Pause length='600'/></Response>"
T = TypeVar("T")
Answer = str | Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Received:
    """A request of the exchange."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Application:
    """`answers`: path to TwiML, or to a function of the form; other paths get 204 when they begin with `/notice`, else
    a document that keeps the call up.
    """

    token: str
    answers: dict[str, Answer] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    forged: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        application, arrived = self, threading.Condition()
        self._arrived = arrived

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                status, body = application._take(self)
                payload = body.encode()
                self.send_response(status)
                if payload:
                    self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = answer  # noqa: N815 - http.server's names

            def log_message(self, *args: object) -> None:
                """Nothing: tests read `received`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def at(self, path: str) -> list[Received]:
        """What came to a path, in order."""
        with self._arrived:
            return [request for request in self.received if request.path == path]

    def wait(self, path: str, count: int = 1, seconds: float = 30.0) -> list[Received]:
        """What came to a path once `count` requests have; fails after `seconds`."""
        with self._arrived:
            came = self._arrived.wait_for(
                lambda: sum(request.path == path for request in self.received) >= count, timeout=seconds
            )
        found = self.at(path)
        assert came, f"{path}: {len(found)} of {count} requests came; all: {[r.path for r in self.received]}"
        return found

    def _take(self, handler: BaseHTTPRequestHandler) -> tuple[int, str]:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
        parts = urlsplit(handler.path)
        posted = dict(parse_qsl(body, keep_blank_values=True))
        form = posted or dict(parse_qsl(parts.query, keep_blank_values=True))
        request = Received(handler.command, parts.path, form, dict(handler.headers))
        signature = handler.headers.get("X-Twilio-Signature", "")
        genuine = RequestValidator(self.token).validate(self.url + handler.path, posted, signature)
        answer = self.answers.get(parts.path)
        with self._arrived:
            self.received.append(request)
            if not genuine:
                self.forged.append(request)
            self._arrived.notify_all()
        if answer is None:
            return (204, "") if parts.path.startswith("/notice") else (200, HOLDING)
        return 200, answer(form) if callable(answer) else answer


def eventually(ask: Callable[[], T], seconds: float = 30.0) -> T:
    """The first truthy answer; fails after `seconds`."""
    limit = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < limit, f"still {answer!r} after {seconds} s"
        time.sleep(0.02)
