"""What the API refuses, code by code, as the `twilio` library reports it. Without the proxy: it would refuse first."""

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.exchange.contract.carrier_client import ExchangeHttpClient
from tests.exchange.contract.conftest import Setup

GHOST = "0" * 32
pytestmark = pytest.mark.direct


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "not a number"}, 21211),
        ({"to": "+1"}, 21211),
        ({"to": "client:with space"}, 21211),
        ({"from_": "Anonymous"}, 21212),
        ({"from_": "+266696687"}, 21210),
        ({"from_": "+33687654321"}, 21210),
        ({"url": None}, 21205),
        ({"url": "/relative"}, 21205),
        ({"url": "ftp://host/x"}, 21205),
        ({"url": "http://under_score/x"}, 21205),
        ({"method": "PUT"}, 21209),
        ({"fallback_url": "nonsense"}, 21205),
        ({"status_callback": "nonsense"}, 21205),
        ({"status_callback": "http://h/x", "status_callback_method": "PATCH"}, 21209),
        ({"send_digits": "12x"}, 21206),
        ({"send_digits": "1" * 33}, 21206),
        ({"timeout": 601}, 21208),
        ({"timeout": 0}, 21208),
        ({"time_limit": 0}, 20001),
        ({"application_sid": "AP" + GHOST}, 21218),
        ({"url": None, "twiml": "x" * 4001}, 20001),
        ({"machine_detection": "enable"}, 20001),
        ({"machine_detection": "Enable", "machine_detection_timeout": 2}, 20001),
        ({"machine_detection": "Enable", "machine_detection_speech_threshold": 999}, 20001),
        ({"machine_detection": "Enable", "machine_detection_silence_timeout": 10001}, 20001),
        ({"record": True, "recording_channels": "stereo"}, 20001),
        ({"record": True, "trim": "trim"}, 20001),
        ({"call_reason": "x" * 51}, 20001),
        ({"caller_id": "me"}, 21212),
    ],
)
def test_create_call(setup: Setup, change: dict[str, Any], code: int) -> None:
    given = {"to": setup.callee, "from_": setup.own, "url": setup.at("/answer")} | change
    with pytest.raises(TwilioRestException) as refused:
        setup.client.calls.create(**{name: value for name, value in given.items() if value is not None})

    assert (refused.value.code, refused.value.status) == (code, 400)
    assert setup.client.calls.list() == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": "{own}", "Url": "http://h/x"}, 21201),
        ({"To": "{callee}", "Url": "http://h/x"}, 21213),
        ({"To": "", "From": "{own}", "Url": "http://h/x"}, 21201),
        ({}, 21213),
    ],
)
def test_create_call_without_its_numbers(setup: Setup, form: dict[str, str], code: int) -> None:
    filled = {name: value.format(own=setup.own, callee=setup.callee) for name, value in form.items()}

    answer = setup.raw("POST", "/Calls.json", data=filled)

    assert answer.status_code == 400
    assert answer.json() == {
        "code": code,
        "message": answer.json()["message"],
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": 400,
    }


def test_body_that_is_no_form_counts_as_empty(setup: Setup) -> None:
    answer = setup.raw("POST", "/Calls.json", json={"To": setup.callee})

    assert answer.json()["code"] == 21213


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/Calls/CA{GHOST}.json"),
        ("POST", f"/Calls/CA{GHOST}.json"),
        ("DELETE", f"/Calls/CA{GHOST}.json"),
        ("GET", f"/Calls/CA{GHOST}/Recordings.json"),
        ("POST", f"/Calls/CA{GHOST}/Recordings.json"),
        ("GET", f"/Queues/QU{GHOST}.json"),
        ("DELETE", f"/Queues/QU{GHOST}.json"),
        ("GET", f"/Queues/QU{GHOST}/Members/Front.json"),
        ("GET", "/Queues/by-its-name.json"),
        ("GET", f"/Conferences/CF{GHOST}.json"),
        ("GET", f"/Conferences/CF{GHOST}/Participants.json"),
        ("GET", f"/Recordings/RE{GHOST}.json"),
        ("GET", f"/Recordings/RE{GHOST}"),
        ("GET", f"/Recordings/RE{GHOST}.wav"),
        ("GET", f"/Messages/SM{GHOST}.json"),
        ("GET", f"/IncomingPhoneNumbers/PN{GHOST}.json"),
        ("GET", "/Faxes.json"),
        ("GET", ""),
    ],
)
def test_nothing_there(setup: Setup, method: str, path: str) -> None:
    answer = setup.raw(method, path)

    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (404, 20404, 404)


def test_method_an_address_does_not_have(setup: Setup) -> None:
    answer = setup.raw("DELETE", "/Calls.json")

    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


@pytest.mark.parametrize(
    ("login", "secret"), [("{account}", "wrong"), ("AC" + GHOST, "{token}"), ("SK" + GHOST, "x"), ("{account}", "é")]
)
def test_wrong_credentials(setup: Setup, login: str, secret: str) -> None:
    login, secret = login.format(account=setup.account_sid), secret.format(token=setup.auth_token)
    stranger = Client(login, secret, setup.account_sid, http_client=ExchangeHttpClient(setup.exchange.url))

    with pytest.raises(TwilioRestException) as refused:
        stranger.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    assert (refused.value.code, refused.value.status) == (20003, 401)
    assert setup.client.calls.list() == []


@pytest.mark.parametrize("header", [None, "", "Basic", "Basic !!!", "Bearer x", "Basic Og=="])
def test_no_credentials(setup: Setup, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = requests.get(f"{setup.exchange.url}{setup.account_path}/Calls.json", headers=headers, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_another_account_is_not_there(setup: Setup) -> None:
    answer = requests.get(
        f"{setup.exchange.url}/2010-04-01/Accounts/AC{GHOST}/Calls.json",
        auth=(setup.account_sid, setup.auth_token),
        timeout=5,
    )

    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_api_key_is_accepted(setup: Setup) -> None:
    key, secret = setup.api_key
    client = Client(key, secret, account_sid=setup.account_sid, http_client=ExchangeHttpClient(setup.exchange.url))

    assert client.calls.list() == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"PageSize": "1001"}, 20007),
        ({"PageSize": "x"}, 20007),
        ({"Page": "-1"}, 20001),
        ({"PageToken": "PA" + GHOST}, 20001),
        ({"Status": "ended"}, 20001),
        ({"ParentCallSid": "CA1"}, 20001),
        ({"StartTime": "yesterday"}, 20001),
    ],
)
def test_list_calls(setup: Setup, query: dict[str, str], code: int) -> None:
    answer = setup.raw("GET", "/Calls.json", params=query)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_headers_name_the_request_and_the_load(setup: Setup) -> None:
    first, second = setup.raw("GET", "/Calls.json"), setup.raw("GET", "/Calls.json")

    assert first.headers["Twilio-Concurrent-Requests"] == "1"
    assert first.headers["Twilio-Request-Id"].startswith("RQ")
    assert first.headers["Twilio-Request-Id"] != second.headers["Twilio-Request-Id"]
