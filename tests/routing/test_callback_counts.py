"""How callbacks go, as `/metrics` counts it: by line, each thing once."""

from collections.abc import Callable

import pytest

from ivr.core.callback import RETRY_SECONDS
from ivr.store.redis.keys import Keys
from ivr.store.redis.meter import fold_events, read_meter
from tests.routing.conftest import Centre
from tests.routing.test_callback_promises import told
from tests.routing.test_callbacks import accepted, book, booked

__all__ = ["told"]

Counted = Callable[[], dict[str, float]]


@pytest.fixture
def counted(centre: Centre) -> Counted:
    """What is counted of the line's callbacks, by what; twice, as two scrapes would."""

    def count() -> dict[str, float]:
        for _ in range(2):
            fold_events(centre.client, Keys())
        found: dict[str, float] = {}
        for field, number in read_meter(centre.client, Keys()).items():
            _, name, label = field.split(":")
            if name.startswith("callbacks_"):
                assert label == "help"
                found[name.removeprefix("callbacks_")] = number
        return found

    return count


def not_reached(centre: Centre, item: str) -> None:
    """Its agent accepts, its caller is dialled and doesn't answer; the agent is free again."""
    offer, leg = accepted(centre, item)
    centre.dispatch.callbacks.leg_status(offer, leg, "no-answer", "", centre.now)
    centre.work()
    centre.dispatch.offer_status(offer, centre.carrier.redirects[-1][0], "completed", "", centre.now)
    centre.sweep(5_000)


def test_one_that_is_never_reached(told: Centre, counted: Counted) -> None:
    book(told, told.caller(), tries=2)
    item = booked(told)
    assert counted() == {"booked": 1}
    told.agent("ann")
    not_reached(told, item)
    assert counted() == {"booked": 1, "in_time": 1, "missed": 1}
    told.sweep(RETRY_SECONDS[0] * 1000)
    assert counted() == {"booked": 1, "in_time": 1, "missed": 1, "due": 1}
    not_reached(told, item)
    assert told.call_state(item) == "left"
    assert counted() == {"booked": 1, "in_time": 1, "missed": 2, "due": 1, "given_up": 1}


def test_one_that_is_dialled_too_late(told: Centre, counted: Counted) -> None:
    book(told, told.caller())
    told.clock.pass_ms(3_600_000)
    told.agent("ann")
    accepted(told, booked(told))
    assert counted() == {"booked": 1, "late": 1}


def test_what_was_not_promised_is_neither_in_time_nor_late(centre: Centre, counted: Counted) -> None:
    book(centre, centre.caller())
    centre.agent("ann")
    accepted(centre, booked(centre))
    assert counted() == {"booked": 1}


def test_one_that_nobody_gets_to_and_one_that_is_taken_back(centre: Centre, counted: Counted) -> None:
    book(centre, "CAnone")
    for _ in range(5):
        centre.sweep(12 * 3_600_000)
    assert counted() == {"booked": 1, "given_up": 1}
    book(centre, "CAother", number="+33639980099")
    assert book(centre, "CAother", number="+33639980099", turn=6, cancel=True).status == "cancelled"
    assert counted() == {"booked": 2, "given_up": 1}, "the caller's own wish"
