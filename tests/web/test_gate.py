"""Who gets in, and that whoever does is answered: every route of the webhooks, known or added tomorrow."""

import logging
import re
import xml.etree.ElementTree as ET

import pytest
from redis import Redis
from twilio.request_validator import RequestValidator

from ivr.app import WEBHOOKS
from tests.web.house import ACCOUNT, BASE, CALL, CALLER, OTHER_TOKEN, TOKEN, House, is_fallback

PLACES = {"turn_no": "3", "reservation": f"{CALL}-1", "call": CALL, "place": "pin", "identity": "0" * 32, "tries": "1"}


def routes(house: House) -> list[str]:
    """An address of every route of the webhooks."""
    rules = [rule.rule for rule in house.app.extensions[WEBHOOKS].url_map.iter_rules()]
    assert len(rules) >= 15
    return [re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", lambda found: PLACES[found[1]], rule) for rule in rules]


def everything(redis_url: str) -> dict[str, object]:
    """All that Redis holds of calls, lines and agents, without how many requests were counted so far."""
    with Redis.from_url(redis_url) as client:
        return {key: client.dump(key) for key in client.keys("*") if not key.endswith(b":meter")}


def test_every_route_refuses_what_the_carrier_did_not_sign(
    house: House, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = everything(redis_url)
    for path in [*routes(house), "/voice", "/voice/", "/voice/no/such/place", "/voice//answer"]:
        form = house.form()
        right = RequestValidator(TOKEN).compute_signature(BASE + path, form)
        elsewhere = RequestValidator(TOKEN).compute_signature("https://hotline.example.org" + path, form)
        other = house.form(AccountSid="AC" + "2" * 32)
        for fields, headers in [
            (form, {}),
            (form, {"X-Twilio-Signature": ""}),
            (form, {"X-Twilio-Signature": "é"}),
            (form, {"X-Twilio-Signature": RequestValidator("x" * 32).compute_signature(BASE + path, form)}),
            (form, {"X-Twilio-Signature": elsewhere}),
            (form | {"Digits": "1"}, {"X-Twilio-Signature": right}),
            (other, {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(BASE + path, other)}),
            (form, {"X-Twilio-Signature": elsewhere, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}),
        ]:
            for method in ("POST", "GET", "PUT", "OPTIONS"):
                caplog.clear()
                response = house.client.open(path, method=method, data=fields, headers=headers)
                assert (response.status_code, response.data) == (403, b""), (method, path, headers)
                assert len(caplog.records) == 1, caplog.records
    assert everything(redis_url) == before


def test_both_tokens_sign_during_a_rotation(house: House) -> None:
    for token in (TOKEN, OTHER_TOKEN):
        assert house.post("/voice/answer", token=token).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"CallSid": "", "From": "", "To": ""},
        {"CallSid": "nonsense", "CallStatus": "", "Digits": "\x00🎉" * 400, "QueueResult": "leave"},
        {"QueueResult": "hangup", "CallStatus": "completed"},
        {"QueueResult": "error", "DialCallStatus": "completed", "RecordingUrl": "x", "SpeechResult": "é" * 3000},
        {"StatusCallbackEvent": "participant-leave", "CallStatus": "completed", "Digits": "1"},
    ],
)
def test_every_route_answers_what_the_carrier_signed(house: House, fields: dict[str, str]) -> None:
    for path in [
        *routes(house),
        "/voice",
        "/voice/",
        "/voice/no/such/place",
        "/voice//answer",
        "/voice/turn/-1",
        "/voice/turn/x",
    ]:
        response = house.post(path, **fields)
        assert response.status_code in {200, 204}, (path, response.status)
        if response.status_code == 200:
            assert ET.fromstring(response.data).tag == "Response"
        else:
            assert response.data == b""


def test_no_signed_request_is_redirected_or_refused_for_its_method(house: House) -> None:
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH"):
        response = house.post("/voice/answer", method=method)
        assert response.status_code == 200, method
        assert is_fallback(ET.fromstring(response.data))


@pytest.mark.parametrize(
    "body",
    [
        b"A=1&A=2",
        b"CallSid=x&CallSid=y",
        b"A=" + b"x" * 70_000,
        b"&".join(b"A%d=1" % n for n in range(200)),
        b"\xff\xfe",
        b'--b\r\nContent-Disposition: form-data; name="A"\r\n\r\n1\r\n--b--\r\n',
        b"1=2",
        b"A.B=2",
    ],
)
def test_unreadable_bodies_are_refused_however_signed(house: House, body: bytes) -> None:
    signature = RequestValidator(TOKEN).compute_signature(BASE + "/voice/answer", {"A": "1"})
    response = house.client.post(
        "/voice/answer",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert (response.status_code, response.data) == (403, b"")


def test_a_failure_nobody_thought_of_is_spoken_and_logged_once(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise ZeroDivisionError("unthought of")

    monkeypatch.setattr("ivr.services.conversation.Conversation.take_turn", fail)
    monkeypatch.setattr("ivr.services.conversation.Conversation.caller_ended", fail)
    with caplog.at_level(logging.WARNING):
        assert is_fallback(house.say("/voice/turn/1", Digits="1"))
        assert house.post("/voice/status", CallStatus="completed").status_code == 204
    assert [record.message for record in caplog.records] == ["webhook failed"] * 2
    assert all(len(record.__dict__["fault"]) == 8 for record in caplog.records)
    assert CALLER not in caplog.text


def test_an_agents_leg_is_never_dialled_through(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise ZeroDivisionError("unthought of")

    monkeypatch.setattr("ivr.services.offering.Offering.answered", fail)
    root = house.say(f"/voice/offer/{CALL}-1")
    assert [child.tag for child in root] == ["Say", "Hangup"]


def test_prompts_are_served_and_nothing_else_is(house: House) -> None:
    for path in ("/prompts/../lines.yaml", "/prompts/%2e%2e/lines.yaml", "/prompts/nothing.wav"):
        assert house.client.get(path).status_code == 404, path


def test_no_number_is_logged_whole(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        house.say("/voice/answer")
        house.say("/voice/answer", To="+33155555555", CallSid="CA" + "c" * 32)
        house.say("/voice/turn/1", Digits="1")
        house.say("/voice/turn/9", CallSid="CA" + "d" * 32)
        house.client.post("/voice/answer", data=house.form(AccountSid=ACCOUNT))
    text = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for number in (CALLER, "+33155555555"):
        assert number not in text
        assert number.lstrip("+") not in text
