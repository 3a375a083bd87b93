"""What subscribers are sent: signed by the standard scheme, without numbers or what callers said; and when again."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.events import Event
from ivr.core.facts import FACTS
from ivr.core.webhooks import (
    BACK_OFF_SECONDS,
    GIVE_UP_SECONDS,
    PRIVATE,
    PatternProblem,
    back_off,
    body_of,
    headers,
    message_id,
    patterns,
    secret_of,
    types_of,
    verdict,
    wants,
)
from ivr.services.courier import REFUSALS, outcome
from ivr.services.events_port import Delivery, EventId, Webhook

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_it_signs_as_the_scheme_says() -> None:
    """The example every library of the scheme is tested against."""
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = headers([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert found == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_replaced_both_sign() -> None:
    new, old = secret_of(b"n" * 32), secret_of(b"o" * 32)
    signatures = headers([new, old], "msg_1", NOW, "{}")["webhook-signature"].split(" ")
    signed = f"msg_1.{int(NOW.timestamp())}.{{}}".encode()
    for secret, signature in zip((b"n" * 32, b"o" * 32), signatures, strict=True):
        assert signature == "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_AAAA", "whsec_!!!", secret_of(b"n" * 65)])
def test_a_secret_that_is_none_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes"):
        headers([secret], "msg_1", NOW, "{}")


def test_ids_can_not_be_mistaken_for_a_part_of_what_is_signed() -> None:
    assert "." not in message_id(str(EventId(1_700_000_000_000, 3)))


def test_a_body_says_what_happened_and_when() -> None:
    event = Event("call.bridged", 1_700_000_000_123, "CA" + "0" * 32, {"agent": "ana", "waited_ms": 94_000, "new": 1})
    assert json.loads(body_of(event) or "") == {
        "type": "call.bridged",
        "timestamp": "2023-11-14T22:13:20.123Z",
        "data": {"call": "CA" + "0" * 32, "agent": "ana", "offer": "", "queue": "", "waited_ms": 94_000},
    }


@pytest.mark.parametrize("kind", sorted(set(FACTS) - PRIVATE))
def test_no_type_of_event_carries_a_whole_number(kind: str) -> None:
    texts = dict.fromkeys(FACTS[kind].__dataclass_fields__, "ring 06 12 34 56 78 or +33612345678")
    body = body_of(Event(kind, 1, "CA1", texts | {"from": "0612345678"})) or ""  # type: ignore[arg-type]
    assert body
    assert "345678" not in body.replace(" ", "")


@pytest.mark.parametrize("kind", sorted(PRIVATE))
def test_what_callers_hear_and_say_is_never_sent(kind: str) -> None:
    assert body_of(Event(kind, 1, "CA1", {"text": "my code is 1234"})) is None  # type: ignore[arg-type]
    assert not wants(("*", "call.*", kind), kind)


def test_patterns() -> None:
    assert patterns(" call.*, agent.changed,call.* ") == ("call.*", "agent.changed")
    assert types_of(("callback.*", "fault")) == {"callback.booked", "callback.due", "callback.missed", "fault"}
    assert types_of(("*",)) == set(FACTS) - PRIVATE
    for bad in ("", " , ", "call", "call.sang", "call.heard", "*.*", "call.**", "Call.*"):
        with pytest.raises(PatternProblem):
            patterns(bad)


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, "done"), (204, "done"), (299, "done"), (0, "rest"), (199, "rest"), (500, "rest"), (503, "rest"),
     (429, "rest"), (408, "rest"), (301, "again"), (307, "again"), (400, "again"), (404, "again"), (410, "gone")],
)  # fmt: skip
def test_what_a_status_says(status: int, said: str) -> None:
    assert verdict(status) == said


def test_it_is_tried_again_later_and_later() -> None:
    assert [back_off(failures) for failures in range(1, 8)] == [5, 30, 120, 600, 1800, 3600, 3600]
    assert list(BACK_OFF_SECONDS) == sorted(BACK_OFF_SECONDS)


def subscriber(failures: int = 0) -> Webhook:
    return Webhook("wh_1", "https://example.org/", ("*",), ("whsec_x",), NOW, "zoe", failures=failures)


def delivery(attempts: int = 0) -> Delivery:
    return Delivery("wh_1", EventId(1, 0), "call.left", "{}", NOW, attempts)


def test_a_subscriber_that_is_not_well_rests_longer_and_longer() -> None:
    first = outcome(subscriber(), delivery(), 503, "503", NOW)
    third = outcome(subscriber(2), delivery(2), 0, "no answer in time", NOW)
    assert (first.state, first.failures, first.rests_until) == ("waiting", 1, NOW + timedelta(seconds=5))
    assert (third.failures, third.rests_until, third.next_at) == (3, NOW + timedelta(minutes=2), third.rests_until)


def test_one_event_that_is_refused_holds_up_no_other() -> None:
    refused = outcome(subscriber(), delivery(1), 400, "400", NOW)
    assert (refused.state, refused.rests_until, refused.next_at) == ("waiting", None, NOW + timedelta(seconds=30))


def test_one_that_refuses_everything_rests_too() -> None:
    refused = outcome(subscriber(REFUSALS - 1), delivery(), 404, "404", NOW)
    assert refused.rests_until == NOW + timedelta(seconds=5)
    assert outcome(subscriber(3), delivery(), 200, "200", NOW).failures == 0, "one that takes one is well"


def test_after_a_day_it_is_given_up() -> None:
    late = NOW + timedelta(seconds=GIVE_UP_SECONDS)
    assert outcome(subscriber(), delivery(), 503, "503", late - timedelta(seconds=1)).state == "waiting"
    given_up = outcome(subscriber(), delivery(), 503, "503", late)
    assert (given_up.state, given_up.said) == ("failed", "503")
    assert given_up.rests_until is not None, "and the subscriber rests as ever"


def test_one_that_wants_no_more_is_switched_off() -> None:
    gone = outcome(subscriber(), delivery(), 410, "410", NOW)
    assert (gone.state, bool(gone.off_why)) == ("failed", True)
