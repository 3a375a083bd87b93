"""The account and its numbers through the `twilio` library."""

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.contract.conftest import Setup


def test_account(setup: Setup) -> None:
    account = setup.client.api.accounts(setup.account_sid).fetch()

    assert (account.sid, account.status, account.type) == (setup.account_sid, "active", "Full")


def test_number_is_taken_changed_and_given_back(setup: Setup) -> None:
    numbers = setup.client.incoming_phone_numbers
    taken = numbers.create(phone_number="+33155667788", voice_url=setup.at("/voice"), friendly_name="Accueil")

    assert (taken.phone_number, taken.friendly_name, taken.voice_method) == ("+33155667788", "Accueil", "POST")
    changed = numbers(taken.sid).update(
        voice_url=setup.at("/other"), voice_method="GET", status_callback=setup.at("/notice"),
        voice_fallback_url=setup.at("/fallback"),
    )  # fmt: skip
    assert (changed.voice_url, changed.voice_method) == (setup.at("/other"), "GET")
    assert (changed.status_callback, changed.voice_fallback_url) == (setup.at("/notice"), setup.at("/fallback"))
    assert [number.sid for number in numbers.list(phone_number="55667")] == [taken.sid]
    assert [number.sid for number in numbers.list(friendly_name="Accueil")] == [taken.sid]
    assert numbers(taken.sid).delete()
    assert [number.phone_number for number in numbers.list()] == [setup.own]


def test_number_calls_the_webhook_it_was_given(setup: Setup) -> None:
    (own,) = setup.client.incoming_phone_numbers.list()
    setup.client.incoming_phone_numbers(own.sid).update(voice_url=setup.at("/voice"))

    call = setup.dial_in("+33612345678")

    (request,) = setup.app.wait("/voice")
    assert (request.form["CallSid"], request.form["CallStatus"]) == (call, "ringing")
    assert (request.form["Direction"], request.form["From"], request.form["To"]) == (
        "inbound", "+33612345678", setup.own,
    )  # fmt: skip
    assert setup.client.calls(call).fetch().direction == "inbound"


@pytest.mark.direct
@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"PhoneNumber": "nonsense"}, 21421),
        ({"AreaCode": "415"}, 21421),
        ({"PhoneNumber": "{own}"}, 21422),
        ({"PhoneNumber": "+33155667788", "VoiceUrl": "nonsense"}, 21205),
        ({"PhoneNumber": "+33155667788", "VoiceFallbackUrl": "http://h/x"}, 21405),
        ({"PhoneNumber": "+33155667788", "VoiceApplicationSid": "AP" + "0" * 32}, 21218),
    ],
)
def test_refused_numbers(setup: Setup, form: dict[str, str], code: int) -> None:
    filled = {name: value.format(own=setup.own) for name, value in form.items()}

    answer = setup.raw("POST", "/IncomingPhoneNumbers.json", data=filled)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert [number.phone_number for number in setup.client.incoming_phone_numbers.list()] == [setup.own]


def test_unknown_number_is_not_there(setup: Setup) -> None:
    with pytest.raises(TwilioRestException) as missing:
        setup.client.incoming_phone_numbers("PN" + "0" * 32).fetch()

    assert missing.value.code == 20404
