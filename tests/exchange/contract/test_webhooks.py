"""What reaches the application, as far as the `twilio` library judges: signatures true and forged, fallbacks."""

import pytest

from tests.exchange.contract.conftest import Setup

pytestmark = pytest.mark.direct


@pytest.mark.parametrize(
    "address", ["/answer", "/answer?b=2&a=1&empty=", "/answer?name=Zo%C3%AB%20M", "/answer#rc=2&rt=4000"]
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_signature_is_what_the_library_expects(setup: Setup, address: str, method: str) -> None:
    call = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at(address), method=method)

    (request,) = setup.app.wait("/answer")
    assert request.form["CallSid"] == call.sid
    assert setup.app.forged == []
    assert request.headers["I-Twilio-Idempotency-Token"]
    assert request.headers["User-Agent"].startswith("TwilioProxy/")


def test_wrong_token_does_not_pass(setup: Setup) -> None:
    setup.fault("signature_wrong", count=1)
    setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    (request,) = setup.app.wait("/answer")
    assert setup.app.forged == [request]
    setup.app.forged.clear()


def test_missing_signature_does_not_pass(setup: Setup) -> None:
    setup.fault("signature_missing", count=1)
    setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    (request,) = setup.app.wait("/answer")
    assert "X-Twilio-Signature" not in request.headers
    assert setup.app.forged == [request]
    setup.app.forged.clear()


def test_fallback_takes_over_with_the_error_it_heals(setup: Setup) -> None:
    setup.app.answers["/broken"] = "<Response><Say>"
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/broken"), fallback_url=setup.at("/fallback")
    )

    (request,) = setup.app.wait("/fallback")
    assert (request.form["CallSid"], request.form["ErrorCode"]) == (call.sid, "12100")
    assert request.form["ErrorUrl"] == setup.at("/broken")


def test_fallback_given_to_a_live_call_counts(setup: Setup) -> None:
    call = setup.live_call()
    setup.app.answers["/broken"] = "no document"

    setup.client.calls(call).update(fallback_url=setup.at("/fallback"))
    setup.client.calls(call).update(url=setup.at("/broken"))

    (request,) = setup.app.wait("/fallback")
    assert request.form["CallSid"] == call


def test_status_callback_of_a_live_call_moves(setup: Setup) -> None:
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/live"), status_callback=setup.at("/notice/first")
    ).sid
    setup.until(call, "in-progress")

    setup.client.calls(call).update(status_callback=setup.at("/notice/second"))
    setup.client.calls(call).update(status="completed")

    (notice,) = setup.app.wait("/notice/second")
    assert notice.form["CallStatus"] == "completed"
    assert setup.app.at("/notice/first") == []
