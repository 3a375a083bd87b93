"""What the API does wrongly on demand (contract 10)."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.exchange.contract.conftest import Setup

pytestmark = pytest.mark.direct


def test_too_many_requests_are_refused_unprocessed(setup: Setup) -> None:
    setup.fault("rest_429", count=1)
    with pytest.raises(TwilioRestException) as refused:
        setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    assert (refused.value.code, refused.value.status) == (20429, 429)
    assert setup.client.calls.list() == []


def test_internal_error_after_having_acted(setup: Setup) -> None:
    setup.fault("rest_500_after_acting", count=1)
    with pytest.raises(TwilioRestException) as failed:
        setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    assert (failed.value.code, failed.value.status) == (20500, 500)
    assert [call.to for call in setup.client.calls.list()] == [setup.callee]


def test_connection_drops_after_having_acted(setup: Setup) -> None:
    setup.fault("rest_drop_after_acting", count=1)
    with pytest.raises(requests.ConnectionError):
        setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    assert [call.to for call in setup.client.calls.list()] == [setup.callee]


def test_late_answer_runs_into_the_clients_limit(setup: Setup) -> None:
    setup.fault("rest_late", count=1, seconds=3.0 * setup.speed)
    impatient = setup.another_client(timeout=0.5)
    with pytest.raises(requests.Timeout):
        impatient.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/answer"))

    assert [call.to for call in setup.client.calls.list()] == [setup.callee]


def test_call_ends_just_before_it_is_redirected(setup: Setup) -> None:
    call = setup.live_call()
    setup.fault("call_gone", count=1)
    with pytest.raises(TwilioRestException) as gone:
        setup.client.calls(call).update(url=setup.at("/elsewhere"))

    assert gone.value.code == 21220
    assert setup.app.at("/elsewhere") == []
