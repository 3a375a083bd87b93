"""A tiny hotline in TwiML, served by a thread: a menu, a line whose callers are connected with an agent, a mailbox.

It answers the exchange's webhooks with what each test needs and connects callers by the exchange's own REST API,
through the carrier's library, as the application does.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

ACCOUNT, TOKEN = "AC" + "0" * 32, "f" * 32
LINE = "+33199004001"
MENU = "Pour un passeport, tapez 1. Pour laisser un message, tapez 2."


class Hotline:
    """`answer(path, form)` gives the TwiML of a webhook. `agent` is the phone callers are connected with."""

    def __init__(self) -> None:
        self.base = ""
        self.exchange = ""
        self.agent = "+33639980001"
        self.requests: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, form: dict[str, str]) -> str:
        digits, said = form.get("Digits", ""), form.get("SpeechResult", "")
        match path:
            case "/answer":
                return (
                    '<Say language="fr-FR">Bonjour.</Say>'
                    '<Gather input="dtmf speech" numDigits="1" timeout="5" action="/menu">'
                    f'<Say language="fr-FR">{MENU}</Say></Gather><Say language="fr-FR">Au revoir.</Say>'
                )
            case "/menu" if digits == "1" or "passeport" in said:
                self._ring(form["CallSid"])
                return '<Enqueue waitUrl="/wait" action="/left">line</Enqueue>'
            case "/menu" if digits == "2":
                return '<Say>Parlez.</Say><Record action="/kept" maxLength="120" timeout="30" finishOnKey="#"/>'
            case "/kept":
                return "<Say>Merci.</Say><Hangup/>"
            case "/wait":
                return '<Say language="fr-FR">Merci de patienter.</Say><Pause length="4"/>'
            case "/offer":
                return '<Gather numDigits="1" action="/accept"><Say language="fr-FR">Un appel. Tapez 1.</Say></Gather>'
            case "/accept":
                return "<Dial><Queue>line</Queue></Dial>"
            case _:
                return ""

    def _ring(self, sid: str) -> None:
        client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=5))
        client.api.base_url = self.exchange
        thread = threading.Thread(
            target=client.calls.create,
            kwargs={"to": self.agent, "from_": LINE, "url": f"{self.base}/offer"},
        )
        thread.start()


@contextmanager
def hotline() -> Iterator[Hotline]:
    """A hotline on a free port for a while."""
    told = Hotline()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            path = urlsplit(self.path).path
            told.requests.append((path, form))
            answer = f"<Response>{told.answer(path, form)}</Response>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    told.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
