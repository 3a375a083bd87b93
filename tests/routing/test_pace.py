"""The carrier's calls per second: who is started when, in a real Redis, by itself and under whole offers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.core.flow.effects import Book, Join
from ivr.core.flow.session import Session
from ivr.core.queue_rules import QueueDefinition
from ivr.services.dispatch import Dispatch
from ivr.services.pacing import Purpose, Slot
from ivr.store.redis.keys import Keys
from ivr.store.redis.pace import RedisPace
from tests.routing.conftest import Centre
from tests.web.house import House


@pytest.fixture
def paced(centre: Centre) -> Iterator[Centre]:
    """A centre whose carrier starts one call a second."""
    centre.pace_at(1.0)
    return centre  # type: ignore[return-value]


def started(pace: RedisPace, wanted: list[tuple[str, Purpose]], begin: int) -> list[tuple[str, int]]:
    """Let tickets ask, and ask again when told to; who was started when (ms after `begin`), in that order."""
    asking = [(begin, place, ticket, purpose) for place, (ticket, purpose) in enumerate(wanted)]
    found = []
    while asking:
        asking.sort()
        now, place, ticket, purpose = asking.pop(0)
        slot = pace.slot(ticket, purpose, now)
        if slot.taken:
            found.append((ticket, now + slot.wait_ms - begin))
        else:
            assert slot.wait_ms > 0
            asking.append((now + slot.wait_ms, place, ticket, purpose))
    return sorted(found, key=lambda one: one[1])


def test_starts_come_at_the_carriers_pace_first_come_first(centre: Centre) -> None:
    pace = RedisPace(centre.client, Keys(), 1.0)
    found = started(pace, [(f"t{n:02}", "agent") for n in range(30)], centre.now)
    assert found == [(f"t{n:02}", 1000 * n) for n in range(30)]
    assert pace.slot("later", "agent", centre.now + 60_000) == Slot(taken=True), "a pause leaves nothing behind"


def test_a_faster_carrier_is_asked_in_bunches_within_a_second(centre: Centre) -> None:
    pace = RedisPace(centre.client, Keys(), 30.0)
    found = started(pace, [(f"t{n:02}", "agent") for n in range(90)], centre.now)
    assert [at for _, at in found] == pytest.approx([n * 1000 / 30 for n in range(90)], abs=2)


def test_urgent_goes_first_and_callbacks_step_back_two_seconds(centre: Centre) -> None:
    pace = RedisPace(centre.client, Keys(), 1.0)
    wanted: list[tuple[str, Purpose]] = [
        ("a1", "agent"), ("a2", "agent"), ("cb", "callback"), ("a3", "agent"), ("u", "urgent"),
    ]  # fmt: skip
    order = [ticket for ticket, _ in started(pace, wanted, centre.now)]
    assert order == ["a1", "a2", "u", "a3", "cb"], "what was given already isn't taken back"


def test_who_does_not_ask_again_holds_nobody_up(centre: Centre) -> None:
    pace = RedisPace(centre.client, Keys(), 1.0)
    for n in range(9):
        pace.slot(f"gone{n}", "agent", centre.now)
    mine = pace.slot("mine", "agent", centre.now)
    assert not mine.taken
    centre.clock.pass_ms(16_000)
    assert pace.slot("mine", "agent", centre.now) == Slot(taken=True)


def test_a_clock_that_jumps_back_does_not_stop_the_phones(centre: Centre) -> None:
    pace = RedisPace(centre.client, Keys(), 1.0)
    for n in range(9):
        pace.slot(f"before{n}", "agent", centre.now)
    assert pace.slot("after", "agent", centre.now - 3_600_000) == Slot(taken=True)


# --- under offers ---------------------------------------------------------------------------------------------------
def test_a_burst_of_offers_rings_one_phone_a_second_and_loses_none(paced: Centre) -> None:
    for n in range(6):
        paced.agent(f"agent{n}")
        paced.caller()
    paced.work()
    made = [len(paced.carrier.ringing())]
    for _ in range(10):
        paced.sweep(500)
        paced.work()
        made.append(len(paced.carrier.ringing()))
    assert made[0] == 2, "the second is started by the carrier within the second"
    assert all(later <= 2 + n / 2 for n, later in enumerate(made))
    assert made[-1] == 6
    last = max(leg.made_ms for leg in paced.carrier.ringing())
    assert last - min(leg.made_ms for leg in paced.carrier.ringing()) <= 5_000


def test_an_offer_in_line_for_the_carrier_keeps_its_whole_ringing_time(paced: Centre) -> None:
    for n in range(5):
        paced.agent(f"agent{n}")
        paced.caller()
    for _ in range(12):
        paced.work()
        paced.sweep(500)
    for leg in paced.carrier.ringing():
        reservation = paced.lines.reservation(leg.path.rpartition("/")[2])
        assert reservation is not None
        assert reservation.deadline_ms - leg.made_ms >= 27_000
        assert reservation.attempts == 1


def test_waiting_for_the_carrier_does_not_count_as_ringing(centre: Centre) -> None:
    centre.flows.queue_definitions["help"] = QueueDefinition("help", ringing_budget_seconds=30)
    centre.pace_at(0.1)
    for n in range(3):
        centre.agent(f"agent{n}")
        centre.caller()
    for _ in range(20):
        centre.work()
        centre.sweep(1_000)
    leg = centre.carrier.ringing()[2]
    assert leg.made_ms - centre.carrier.ringing()[0].made_ms >= 18_000
    offer = leg.path.rpartition("/")[2]
    call = offer.rpartition("-")[0]
    centre.clock.pass_ms(20_000)
    centre.dispatch.offer_status(offer, leg.sid, "no-answer", "", centre.now)
    assert centre.call_state(call) == "waiting", "it rang for 20 s of its 30"


def test_who_hangs_up_before_their_turn_is_never_rung_for(paced: Centre) -> None:
    for n in range(4):
        paced.agent(f"agent{n}")
    callers = [paced.caller() for _ in range(4)]
    paced.work()
    paced.dispatch.caller_gone(callers[3], paced.now)
    for _ in range(20):
        paced.sweep(500)
        paced.work()
    assert len(paced.carrier.ringing()) == 3
    assert sorted(paced.state(f"agent{n}") for n in range(4)) == ["available", "reserved", "reserved", "reserved"]


def test_an_emergency_is_rung_before_those_who_came_earlier(paced: Centre) -> None:
    for n in range(6):
        paced.agent(f"agent{n}")
    for _ in range(5):
        paced.caller()
    paced.work()
    urgent = paced.caller(Join("help", {"fr": 1}, urgent=True))
    paced.work()
    for _ in range(12):
        paced.sweep(500)
        paced.work()
    order = [leg.path.rpartition("/")[2].rpartition("-")[0] for leg in paced.carrier.ringing()]
    assert order.index(urgent) == 2, "after the two the carrier was given before it came"


def test_a_callback_is_dialled_in_its_turn(paced: Centre) -> None:
    session = Session("CAbooker", "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=1)
    booked = paced.dispatch.callbacks.book(session, Book("help", "+33639980001", {"fr": 1}), paced.now)
    assert booked.status == "booked"
    paced.agent("ann")
    paced.work()
    (leg,) = paced.carrier.ringing()
    offer = leg.path.rpartition("/")[2]
    paced.dispatch.offer_answered(offer, leg.sid, paced.now)
    for n in range(4):
        paced.agent(f"agent{n}")
        paced.caller()
    paced.work()
    paced.dispatch.offer_key(offer, "1", paced.now)
    paced.work()
    assert "+33639980001" not in {made.to_number for made in paced.carrier.ringing()}
    for _ in range(16):
        paced.sweep(500)
        paced.work()
    dialled = [made for made in paced.carrier.ringing() if made.to_number == "+33639980001"]
    assert len(dialled) == 1


def test_two_processes_share_one_pace(centre: Centre) -> None:
    other = Centre(centre.url, centre.clock)
    try:
        paces = [RedisPace(one.client, Keys(), 1.0) for one in (centre, other)]
        taken = [paces[n % 2].slot(f"t{n}", "agent", centre.now).taken for n in range(6)]
        assert sum(taken) == 2
    finally:
        other.client.close()


def test_without_a_pace_the_carrier_is_asked_at_once(centre: Centre) -> None:
    assert isinstance(centre.dispatch, Dispatch)
    for n in range(6):
        centre.agent(f"agent{n}")
        centre.caller()
    centre.work()
    assert len(centre.carrier.ringing()) == 6


def test_the_setting_says_the_pace_and_nought_leaves_it_to_the_carrier(redis_url: str, tmp_path: Path) -> None:
    house = House(redis_url, tmp_path, hotline_calls_per_second="1")
    try:
        ringing = house.hotline.dispatch._ringing
        assert isinstance(ringing._turns.pace, RedisPace)
        slots = [ringing._turns.pace.slot(f"t{n}", "agent", 1_000_000).taken for n in range(3)]
        assert slots == [True, True, False]
    finally:
        house.close()
    free = House(redis_url, tmp_path, hotline_calls_per_second="0")
    assert free.hotline.dispatch._ringing._turns.pace is None
    free.close()
