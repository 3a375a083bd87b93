"""What a callback is promised is kept with it, and so is when its caller was dialled and reached."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.callback import CHOSEN_WITHIN_SECONDS, PROMISE_SECONDS, RETRY_SECONDS
from ivr.core.queue_figures import QueueFigures
from ivr.core.routing.estimate import Forecast
from ivr.services.callback_promises import promise
from ivr.services.callbacks_port import BookedItem
from ivr.services.lines_port import LineAsk
from ivr.services.ports import StoreDown
from ivr.services.promises import CallbackRecord, record_of
from tests.routing.conftest import Centre
from tests.routing.test_callbacks import accepted, book, booked


class Known:
    """A minute for whoever is next, and half a minute more for each call ahead; or nothing."""

    def __init__(self, *, known: bool = True) -> None:
        self.known = known

    def of_line(self, queue: str) -> Callable[[QueueFigures], Forecast | None]:
        assert queue == "help"
        return lambda at: Forecast(60 + 30 * at.ahead, 300, 90) if self.known else None

    def accuracy(self, queue: str, now_ms: int) -> object:
        raise NotImplementedError


@pytest.fixture
def told(centre: Centre) -> Centre:
    centre.dispatch.callbacks._forecasts = Known()  # type: ignore[assignment]
    return centre


def record(centre: Centre) -> CallbackRecord:
    item = booked(centre)
    return record_of(item, centre.lines.way(item))


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def test_a_callback_in_turn_is_promised_what_its_line_is_expected_to_take(told: Centre) -> None:
    told.caller()
    told.clock.pass_ms(1_000)
    call = told.caller()
    book(told, call)
    found = record(told)
    assert (found.promised_from, found.promised_until) == (at(told.now + 90_000), at(told.now + 300_000))
    assert (found.chosen_at, found.tried_at, found.reached_at) == (None, None, None)
    assert booked(told) in told.lines.unkept(told.now, 10)


def test_a_chosen_moment_is_the_promise_and_a_further_try_does_not_put_it_off(told: Centre) -> None:
    chosen = at(told.now + 3_600_000)
    book(told, told.caller(), not_before=chosen.isoformat())
    item = booked(told)
    promised = (chosen, chosen + timedelta(seconds=CHOSEN_WITHIN_SECONDS))
    told.agent("ann")
    told.sweep(3_600_000)
    dialled = told.now
    offer, leg = accepted(told, item)
    told.clock.pass_ms(20_000)
    told.dispatch.callbacks.leg_status(offer, leg, "no-answer", "", told.now)
    found = record(told)
    assert (found.chosen_at, found.promised_from, found.promised_until) == (chosen, *promised)
    assert found.due_at == chosen + timedelta(seconds=PROMISE_SECONDS), "an hour of the afternoon, not of the booking"
    assert (found.attempts, found.tried_at, found.reached_at) == (1, at(dialled), None)
    told.work()
    told.dispatch.offer_status(offer, told.carrier.redirects[-1][0], "completed", "", told.now)
    told.sweep(5_000)
    told.sweep(RETRY_SECONDS[0] * 1000)
    offer, leg = accepted(told, item)
    told.lines.caller_leg(offer, leg, told.now, lease_ms=30_000, picked_up=True)
    assert told.dispatch.bridge(offer, item, told.now) is not None
    found = record_of(item, told.lines.way(item))
    assert (found.tried_at, found.reached_at, found.promised_until) == (at(dialled), at(told.now), promised[1])


def test_booked_again_nothing_new_is_promised(told: Centre) -> None:
    call = told.caller()
    book(told, call)
    first = record(told)
    told.clock.pass_ms(50_000)
    assert book(told, told.caller()).status == "already"
    assert record(told).promised_until == first.promised_until
    told.lines.callback_promised(booked(told), 1, 2, told.now)
    assert record(told).promised_until == first.promised_until


def test_what_can_not_be_known_is_not_promised(told: Centre) -> None:
    told.dispatch.callbacks._forecasts = Known(known=False)  # type: ignore[assignment]
    assert book(told, told.caller()).status == "booked"
    assert record(told).promised_until is None
    assert told.lines.callback_promised("CBnone", 1, 2, told.now) is None
    assert told.lines.call("CBnone") is None


def test_a_store_that_goes_in_between_costs_the_promise_and_not_the_booking(
    told: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> QueueFigures:
        raise StoreDown("gone")

    monkeypatch.setattr(told.lines, "figures", away)
    ask = LineAsk("help", (), None)  # type: ignore[arg-type]
    promise(BookedItem("CB1"), ask, told.lines, Known(), told.now)  # type: ignore[arg-type]
