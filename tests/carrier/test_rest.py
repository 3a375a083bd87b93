"""REST through the real twilio library, against a server on this machine that answers as told."""

import base64
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.carrier.rest import Credentials, RestCarrier
from ivr.services.ports import CarrierError, Leg
from tests.conftest import free_port

ACCOUNT, TOKEN = "AC" + "1" * 32, "t" * 32
CALL, RECORDING = "CA" + "2" * 32, "RE" + "3" * 32
BASE = "https://hotline.example.org"
Answer = tuple[int, bytes]


class Server:
    """Answers each request as `answer` says, and remembers it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, list[str]], str]] = []
        self.answer: Callable[[str, str], Answer | None] = lambda _method, _path: (200, leg())
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.serve()

            def do_POST(self) -> None:
                self.serve()

            def do_DELETE(self) -> None:
                self.serve()

            def serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                outer.seen.append((self.command, self.path, parse_qs(body), self.headers.get("Authorization", "")))
                found = outer.answer(self.command, self.path)
                if found is None:
                    self.close_connection = True
                    return
                self.send_response(found[0])
                self.send_header("Content-Length", str(len(found[1])))
                self.end_headers()
                self.wfile.write(found[1])

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


def leg(status: str = "queued", sid: str = CALL, direction: str = "outbound-api") -> bytes:
    return b'{"sid": "%s", "status": "%s", "to": "+33639980001", "direction": "%s"}' % (
        sid.encode(),
        status.encode(),
        direction.encode(),
    )


def error(status: int, code: int) -> Answer:
    return status, b'{"code": %d, "message": "no", "more_info": "", "status": %d}' % (code, status)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def carrier(server: Server, **options: object) -> RestCarrier:
    return RestCarrier(Credentials(ACCOUNT, TOKEN), BASE, api_url=server.url, timeout=0.5, **options)  # type: ignore[arg-type]


def ring(rest: RestCarrier) -> str:
    return rest.call(
        to_number="+33639980001",
        from_number="+33199001000",
        path="/voice/offer/r",
        status_path="/voice/offer/r/status",
        ring_seconds=20,
    )


def test_a_phone_is_rung_with_every_event_asked_for_by_itself(server: Server) -> None:
    assert ring(carrier(server)) == CALL
    method, path, fields, authorization = server.seen[0]
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert fields["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert fields["Url"] == [f"{BASE}/voice/offer/r#rc=2&rp=ct,5xx"]
    assert fields["StatusCallback"] == [f"{BASE}/voice/offer/r/status"]
    assert (fields["To"], fields["From"], fields["Timeout"]) == (["+33639980001"], ["+33199001000"], ["20"])
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"{ACCOUNT}:{TOKEN}"


def test_an_api_key_is_used_where_there_is_one(server: Server) -> None:
    rest = RestCarrier(Credentials(ACCOUNT, TOKEN, "SK1", "secret"), BASE, api_url=server.url)
    ring(rest)
    assert base64.b64decode(server.seen[0][3].removeprefix("Basic ")) == b"SK1:secret"
    assert ACCOUNT in server.seen[0][1]


def test_a_leg_is_redirected_hung_up_and_looked_at(server: Server) -> None:
    rest = carrier(server)
    rest.redirect(CALL, "/voice/bridge/r")
    rest.hang_up(CALL)
    server.answer = lambda _method, _path: (200, leg("ringing"))
    assert rest.leg(CALL) == Leg(CALL, "ringing", "+33639980001")
    assert server.seen[0][2]["Url"] == [f"{BASE}/voice/bridge/r#rc=2&rp=ct,5xx"]
    assert server.seen[1][2] == {"Status": ["completed"]}


def test_legs_to_a_phone_are_the_outbound_ones(server: Server) -> None:
    page = b'{"calls": [%s, %s], "next_page_uri": null}' % (leg(), leg(direction="inbound", sid="CA" + "4" * 32))
    server.answer = lambda _method, _path: (200, page)
    assert [found.sid for found in carrier(server).legs_to("+33639980001", datetime(2026, 3, 2, 8, tzinfo=UTC))] == [
        CALL
    ]
    query = parse_qs(urlsplit(server.seen[0][1]).query)
    assert query["To"] == ["+33639980001"]
    assert query["StartTime>"] == ["2026-03-02T08:00:00Z"]


@pytest.mark.parametrize(
    ("status", "gone", "retry", "ambiguous"),
    [(404, True, False, False), (429, False, True, False), (500, False, False, True)],
)
def test_a_list_that_is_refused_says_so_like_anything_else(
    server: Server, status: int, gone: bool, retry: bool, ambiguous: bool
) -> None:
    server.answer = lambda _method, _path: error(status, 20000)
    with pytest.raises(CarrierError) as refused:
        carrier(server).legs_to("+33639980001", datetime(2026, 3, 2, 8, tzinfo=UTC))
    assert (refused.value.gone, refused.value.retry, refused.value.ambiguous) == (gone, retry, ambiguous)


def test_who_is_in_which_room(server: Server) -> None:
    room, legs = "CF" + "6" * 32, (CALL, "CA" + "7" * 32)
    rooms = b'{"conferences": [{"sid": "%s", "friendly_name": "room-%s-1"}], "next_page_uri": null}'
    seated = b'{"participants": [{"call_sid": "%s"}, {"call_sid": "%s"}], "next_page_uri": null}'
    pages = {
        "Conferences.json": rooms % (room.encode(), CALL.encode()),
        "Participants.json": seated % (legs[0].encode(), legs[1].encode()),
    }
    server.answer = lambda _method, path: (200, pages[urlsplit(path).path.rpartition("/")[2]])
    rest = carrier(server)
    assert [(found.sid, found.name) for found in rest.rooms()] == [(room, f"room-{CALL}-1")]
    assert parse_qs(urlsplit(server.seen[0][1]).query)["Status"] == ["in-progress"]
    assert tuple(rest.in_room(room)) == legs
    server.answer = lambda _method, _path: error(404, 20404)
    assert list(rest.in_room(room)) == []
    server.answer = lambda _method, _path: error(500, 20500)
    with pytest.raises(CarrierError):
        rest.in_room(room)


def test_a_recording_is_fetched_whole_and_deleted(server: Server) -> None:
    audio = bytes(range(256)) * 1000
    server.answer = lambda method, _path: (200, audio) if method == "GET" else (204, b"")
    rest = carrier(server)
    assert rest.recording(RECORDING) == audio
    rest.delete_recording(RECORDING)
    assert server.seen[0][1].endswith(f"/Recordings/{RECORDING}.wav")
    assert server.seen[0][3].startswith("Basic ")
    assert server.seen[1][0] == "DELETE"


@pytest.mark.parametrize(
    ("answer", "gone", "retry", "ambiguous"),
    [
        (error(404, 20404), True, False, False),
        (error(400, 21220), True, False, False),
        (error(429, 20429), False, True, False),
        (error(500, 20500), False, False, True),
        (error(503, 0), False, False, True),
        (error(400, 21211), False, False, False),
        (error(401, 20003), False, False, False),
        (None, False, False, True),
    ],
    ids=["not found", "not in progress", "too many", "500", "503", "bad number", "unauthorised", "cut off"],
)
def test_what_a_failure_means(server: Server, answer: Answer | None, gone: bool, retry: bool, ambiguous: bool) -> None:
    server.answer = lambda _method, _path: answer
    with pytest.raises(CarrierError) as caught:
        carrier(server).redirect(CALL, "/voice/bridge/r")
    assert (caught.value.gone, caught.value.retry, caught.value.ambiguous) == (gone, retry, ambiguous)
    assert len(server.seen) == 1


def test_a_late_answer_is_ambiguous_and_asked_for_once(server: Server) -> None:
    over = threading.Event()

    def late(_method: str, _path: str) -> None:
        over.wait(10)

    server.answer = late
    began = time.monotonic()
    with pytest.raises(CarrierError) as caught:
        ring(carrier(server))
    assert time.monotonic() - began < 5
    over.set()
    assert (caught.value.ambiguous, caught.value.retry) == (True, False)
    assert len(server.seen) == 1


def test_where_nobody_listens_nothing_was_done() -> None:
    rest = RestCarrier(Credentials(ACCOUNT, TOKEN), BASE, api_url=f"http://127.0.0.1:{free_port()}", timeout=0.5)
    with pytest.raises(CarrierError) as caught:
        ring(rest)
    assert (caught.value.retry, caught.value.ambiguous) == (True, False)


@pytest.mark.parametrize("answer", [error(404, 20404), error(400, 21220)])
def test_who_has_gone_needs_no_hanging_up(server: Server, answer: Answer) -> None:
    server.answer = lambda _method, _path: answer
    carrier(server).hang_up(CALL)
    carrier(server).delete_recording(RECORDING)


def test_a_recording_that_isnt_ready_is_gone_for_now(server: Server) -> None:
    server.answer = lambda _method, _path: (404, b"")
    with pytest.raises(CarrierError) as caught:
        carrier(server).recording(RECORDING)
    assert caught.value.gone
