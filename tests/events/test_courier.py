"""Sending to real subscribers over HTTP: signed, guarded, again where it failed, and no one delays another."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ivr.core.webhooks import GIVE_UP_SECONDS
from ivr.lookups.addresses import networks
from ivr.lookups.posting import HttpPost
from ivr.services.courier import Courier
from ivr.services.events_port import Attempt
from ivr.services.ports import HistoryDown
from ivr.services.posting_port import AddressRefused, NotSent
from ivr.services.subscribing import Subscribing, UnknownWebhook, WebhookLocked
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database
from ivr.store.sql.subscribers import SqlSubscribers
from ivr.store.sql.vault import Vault
from tests.events.test_store import EVENTS, VAULT, written
from tests.fakes import FakeClock
from tests.lookups.house import Answer, Server, certified, drip, plain, serving

HOUSE = networks("127.0.0.0/8")


class Centre:
    """Subscribers on this machine, and a courier that goes when it is told."""

    def __init__(self, database: Database) -> None:
        self.clock = FakeClock()
        self.subscribers, self.deliveries = SqlSubscribers(database, VAULT), SqlDeliveries(database)
        self.decisions = SqlDecisions(database)
        self.post = HttpPost(HOUSE)
        self.subscribing = Subscribing(self.subscribers, self.deliveries, self.post)

    def add(self, server: Server, path: str = "/", events: str = "call.*") -> str:
        url = f"http://127.0.0.1:{server.port}{path}"
        return self.subscribing.add(url, events, "zoe", self.clock.now()).id

    def fold(self) -> None:
        self.decisions.fold(EVENTS, self.clock.now())

    def courier(self, seconds: float = 10.0, answer_seconds: float = 5.0) -> Courier:
        made = (self.subscribers, self.deliveries, self.post, self.clock, f"round {self.clock.ms}")
        return Courier(*made, round_seconds=seconds, answer_seconds=answer_seconds)

    def deliver(self, after: timedelta = timedelta()) -> None:
        self.clock.pass_ms(int(after.total_seconds() * 1000))
        self.courier().deliver()

    def one(self, webhook: str) -> object:
        found = self.subscribing.named(webhook)
        return (found.state, found.failures, found.last_said)


@pytest.fixture
def centre(sqlite: Database) -> Centre:
    return Centre(sqlite)


def in_turn(*answers: Answer) -> Answer:
    left = list(answers)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return answer


def ids(server: Server) -> list[str]:
    return [asked.headers["webhook-id"] for asked in server.asked]


def test_what_is_wanted_arrives_signed_and_once(centre: Centre) -> None:
    with serving({"/": plain(204, b"")}) as server:
        webhook = centre.add(server)
        centre.fold()
        centre.deliver()
        centre.deliver(timedelta(days=1))
    assert ids(server) == ["msg_1000-0", "msg_1000-2", "msg_2000-0"]
    first = server.asked[0]
    assert (first.method, first.headers["Content-Type"]) == ("POST", "application/json; charset=utf-8")
    assert json.loads(first.body)["type"] == "call.joined"
    secret = base64.b64decode(centre.subscribing.named(webhook).secrets[0].removeprefix("whsec_"))
    signed = b".".join([first.headers["webhook-id"].encode(), first.headers["webhook-timestamp"].encode(), first.body])
    expected = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    assert first.headers["webhook-signature"] == f"v1,{expected}"
    assert centre.deliveries.waiting() == {}


def test_after_a_failure_it_rests_and_then_all_of_it_comes(centre: Centre) -> None:
    with serving({"/": in_turn(plain(503, b""), plain(200, b"x" * 70_000))}) as server:
        webhook = centre.add(server)
        centre.fold()
        centre.deliver()
        assert centre.one(webhook) == ("on", 1, "503")
        centre.deliver(timedelta(seconds=4))
        assert len(server.asked) == 1, "it rests"
        centre.deliver(timedelta(seconds=1))
    assert ids(server) == ["msg_1000-0", "msg_1000-0", "msg_1000-2", "msg_2000-0"], "the same id again"
    assert server.asked[0].headers["webhook-timestamp"] != server.asked[1].headers["webhook-timestamp"]
    assert server.asked[0].body == server.asked[1].body
    assert centre.one(webhook) == ("on", 0, "200")


def test_one_refused_event_holds_up_no_other(centre: Centre) -> None:
    with serving({"/": in_turn(plain(400, b""), plain(200, b""))}) as server:
        centre.add(server)
        centre.fold()
        centre.deliver()
        assert ids(server) == ["msg_1000-0", "msg_1000-2", "msg_2000-0"]
        centre.deliver(timedelta(seconds=5))
    assert ids(server)[3:] == ["msg_1000-0"]


def test_after_a_day_it_is_given_up_listed_and_sent_again_on_demand(centre: Centre) -> None:
    with serving({"/": plain(500, b"")}) as server:
        webhook = centre.add(server)
        centre.fold()
        centre.deliver()
        for _ in range(3):
            centre.deliver(timedelta(seconds=GIVE_UP_SECONDS))
        given_up = centre.deliveries.failed(webhook)
        assert [each.said for each in given_up] == ["500"] * 3
        assert centre.deliveries.waiting() == {}
        tried = len(server.asked)
        assert centre.subscribing.retry(webhook, given_up[0].event, centre.clock.now()) == 1
        centre.deliver()
        assert len(server.asked) == tried + 1
        assert centre.subscribing.retry(webhook, None, centre.clock.now()) == 2
        with pytest.raises(UnknownWebhook):
            centre.subscribing.retry("wh_none", None, centre.clock.now())


def test_one_that_wants_no_more_gets_no_more(centre: Centre) -> None:
    with serving({"/": plain(410, b"")}) as server:
        webhook = centre.add(server)
        centre.fold()
        centre.deliver()
        centre.deliver(timedelta(days=1))
        assert len(server.asked) == 1
        assert centre.one(webhook) == ("off", 1, "410")
        assert centre.decisions.fold([written(9000, 0, "call.left", "CA1")], centre.clock.now()) == frozenset()


def test_a_redirect_is_not_followed(centre: Centre) -> None:
    with serving({"/there": plain(200, b"")}) as other:
        away = plain(307, b"", Location=f"http://127.0.0.1:{other.port}/there")
        with serving({"/": away}) as server:
            webhook = centre.add(server, events="fault")
            centre.decisions.fold([written(1, 0, "fault", code="x")], centre.clock.now())
            centre.deliver()
    assert (len(server.asked), len(other.asked)) == (1, 0)
    assert centre.one(webhook) == ("on", 1, "307")


def test_a_slow_subscriber_delays_nobody(centre: Centre) -> None:
    """The slow one answers only once the other has everything, also what was folded meanwhile."""
    served = threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        centre.decisions.fold([written(9000, 0, "call.left", "CA1")], centre.clock.now())
        assert served.wait(20)
        plain(200, b"")(handler)

    def quick(handler: BaseHTTPRequestHandler) -> None:
        plain(200, b"")(handler)
        if handler.headers["webhook-id"] == "msg_9000-0":
            served.set()

    with serving({"/slow": slow, "/quick": quick}) as server:
        centre.add(server, "/slow")
        centre.add(server, "/quick")
        centre.fold()
        centre.courier(answer_seconds=20).deliver()
    assert served.is_set()


@pytest.mark.parametrize("answer", [drip(20), lambda handler: handler.rfile.read(1)])
def test_one_that_never_answers_is_cut_off(centre: Centre, answer: Answer) -> None:
    with serving({"/": answer}) as server:
        webhook = centre.add(server)
        centre.fold()
        centre.courier(answer_seconds=0.3).deliver()
        assert len(server.asked) == 1
        state = centre.subscribing.named(webhook)
        assert state.failures == 1
        assert state.next_at is not None


def test_what_was_sent_and_not_noted_is_sent_again_under_the_same_id(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: Attempt) -> None:
        raise HistoryDown("away")

    with serving({"/": plain(200, b"")}) as server:
        centre.add(server)
        centre.fold()
        with monkeypatch.context() as patch:
            patch.setattr(centre.deliveries, "settle", dies)
            patch.setattr(centre.deliveries, "lease", lambda *_: len(server.asked) < 1)
            centre.courier(seconds=0.2).deliver()
        centre.deliver()
    assert ids(server) == ["msg_1000-0", "msg_1000-0", "msg_1000-2", "msg_2000-0"]


def test_two_couriers_at_once_send_nothing_twice(centre: Centre) -> None:
    with serving({"/": plain(200, b"")}) as server:
        centre.add(server)
        centre.fold()
        couriers = [centre.courier() for _ in range(3)]
        for number, courier in enumerate(couriers):
            courier._holder = f"courier {number}"
        threads = [threading.Thread(target=courier.deliver) for courier in couriers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        centre.deliver()
    assert sorted(ids(server)) == ["msg_1000-0", "msg_1000-2", "msg_2000-0"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://10.0.0.1/x", "not public"),
        ("http://169.254.169.254/latest", "not public"),
        ("https://[::1]/x", "no scheme and host"),
        ("http://93.184.215.14/x", "https"),
        ("https://user:secret@example.org/x", "plainly"),
        ("ftp://example.org/x", "no scheme and host"),
        ("https://example.org:port/x", "Port|port|read"),
        ("https://nowhere.invalid/x", "resolved"),
        ("not an address", "no scheme and host"),
    ],
)
def test_where_nothing_is_sent(centre: Centre, url: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why):
        centre.subscribing.add(url, "*", "zoe", datetime.now(UTC))
    assert centre.subscribers.all() == []


def test_a_name_that_moves_into_the_house_later_is_refused_then() -> None:
    answers = [["93.184.215.14"], ["10.0.0.1"]]
    post = HttpPost(resolver=lambda _host, _port: answers.pop(0))
    post.check("https://moving.example.org/x")
    with pytest.raises(AddressRefused, match="not public"):
        post.send("https://moving.example.org/x", "{}", {}, 1.0)


def test_nobody_there_is_said_so() -> None:
    with serving({}) as server:
        url = f"http://127.0.0.1:{server.port}/x"
    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        HttpPost(HOUSE).send(url, "{}", {}, 1.0)


def test_certificates_are_checked_by_the_subscribers_name(tmp_path: Path) -> None:
    tls, certificate = certified(tmp_path, "crm.example.org")

    def send(host: str, ca_file: str) -> int:
        post = HttpPost(HOUSE, ca_file=ca_file, resolver=lambda _host, _port: ["127.0.0.1"])
        return post.send(f"https://{host}:{server.port}/", "{}", {}, 5.0)

    with serving({"/": plain(200, b"")}, tls=tls) as server:
        assert send("crm.example.org", certificate) == 200
        with pytest.raises(NotSent, match="certificate: "):
            send("other.example.org", certificate)
        with pytest.raises(NotSent, match="certificate: "):
            send("crm.example.org", "")
    assert len(server.asked) == 1


def test_for_a_day_the_old_secret_signs_as_well(centre: Centre) -> None:
    with serving({"/": plain(200, b"")}) as server:
        webhook = centre.add(server)
        centre.subscribing.rotate(webhook, centre.clock.now())
        centre.fold()
        centre.deliver()
        centre.clock.pass_ms(24 * 3600 * 1000)
        centre.decisions.fold([written(9000, 0, "call.left", "CA1")], centre.clock.now())
        centre.deliver()
    counts = [len(asked.headers["webhook-signature"].split(" ")) for asked in server.asked]
    assert counts == [2, 2, 2, 1]


def test_what_was_delivered_is_forgotten_soon_and_what_failed_later(centre: Centre) -> None:
    with serving({"/": in_turn(plain(410, b""), plain(200, b""))}) as server:
        webhook = centre.add(server)
        centre.fold()
        centre.deliver()
        centre.subscribing.switch(webhook, on=True)
        centre.deliver()
    assert centre.subscribing.tidy(centre.clock.now()) == 0
    assert centre.subscribing.tidy(centre.clock.now() + timedelta(hours=1)) == 2
    assert centre.subscribing.tidy(centre.clock.now() + timedelta(days=13)) == 0
    assert centre.subscribing.tidy(centre.clock.now() + timedelta(days=15)) == 1


def test_a_subscriber_whose_secret_can_not_be_opened_waits_and_says_why(
    centre: Centre, sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with serving({"/": plain(204, b"")}) as server:
        webhook = centre.add(server)
        centre.fold()
        sealed = centre.subscribers
        centre.subscribers = SqlSubscribers(sqlite, Vault("another key of the house's, as long"))
        centre.deliver()
        assert server.asked == []
        (state, failures, said) = centre.one(webhook)  # type: ignore[misc]
        assert (state, failures) == ("on", 1)
        assert said.startswith("not sent: it was sealed by another HOTLINE_SECRET_KEY: set that again")
        assert [getattr(record, "webhook", "") for record in caplog.records if "can't be used" in record.message] == [
            webhook
        ]
        with pytest.raises(WebhookLocked, match=webhook):
            Subscribing(centre.subscribers, centre.deliveries, centre.post).rotate(webhook, centre.clock.now())
        centre.subscribers = sealed
        centre.deliver(timedelta(minutes=1))
    assert len(ids(server)) == 3
