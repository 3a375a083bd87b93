"""Text messages through the `twilio` library."""

import pytest
from twilio.base.exceptions import TwilioRestException

from exchange.rest.segments import segments
from tests.exchange.contract.conftest import Setup


def test_sent_message_is_queued_and_reported(setup: Setup) -> None:
    message = setup.client.messages.create(
        to=setup.callee, from_=setup.own, body="Rappel à 10 h & merci ☎", status_callback=setup.at("/notice/message")
    )

    assert (message.status, message.direction, message.body) == ("queued", "outbound-api", "Rappel à 10 h & merci ☎")
    assert (message.num_segments, message.num_media, message.error_code) == ("1", "0", None)
    notices = setup.app.wait("/notice/message", 2)
    assert {notice.form["MessageStatus"] for notice in notices} == {"sent", "delivered"}
    assert {notice.form["MessageSid"] for notice in notices} == {message.sid}
    assert notices[0].form["SmsSid"] == message.sid
    fetched = setup.client.messages(message.sid).fetch()
    assert fetched.status == "delivered"
    assert fetched.date_sent is not None


def test_list_filters(setup: Setup) -> None:
    first = setup.client.messages.create(to=setup.callee, from_=setup.own, body="1").sid
    second = setup.client.messages.create(to=setup.other, from_=setup.own, body="2").sid

    assert [message.sid for message in setup.client.messages.list()] == [second, first]
    assert [message.sid for message in setup.client.messages.list(to=setup.callee)] == [first]
    assert setup.client.messages.list(from_=setup.other) == []


def test_recipient_who_opted_out(setup: Setup) -> None:
    setup.exchange.switch.messages.opted_out.add(setup.callee)
    with pytest.raises(TwilioRestException) as refused:
        setup.client.messages.create(to=setup.callee, from_=setup.own, body="x")

    assert refused.value.code == 21610


@pytest.mark.direct
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "nobody"}, 21211),
        ({"from_": "nobody"}, 21212),
        ({"from_": "+33687654321"}, 21606),
        ({"from_": None}, 21603),
        ({"to": ""}, 21604),
        ({"body": None}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"status_callback": "nonsense"}, 21609),
        ({"media_url": ["http://h/picture.png"]}, 21620),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"schedule_type": "fixed", "send_at": "2026-01-01T00:00:00Z"}, 35118),
    ],
)
def test_refused_messages(setup: Setup, change: dict[str, object], code: int) -> None:
    given = {"to": setup.callee, "from_": setup.own, "body": "x"} | change
    with pytest.raises(TwilioRestException) as refused:
        setup.client.messages.create(**{name: value for name, value in given.items() if value is not None})

    assert refused.value.code == code
    assert setup.client.messages.list() == []


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("☎" * 134, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments(body: str, parts: int) -> None:
    assert segments(body) == parts
