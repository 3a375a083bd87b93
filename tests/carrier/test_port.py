"""What every `Carrier` does, the fake and the adapter alike: the product's verbs are tested on the one and run on the
other.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ivr.services.ports import CarrierError
from tests.carrier.worlds import AGENT, OTHER, OWN, ExchangeWorld, FakeWorld, World, ring

UP = {"queued", "initiated", "ringing", "in-progress"}
UNKNOWN, NO_RECORDING = "CA" + "e" * 32, "RE" + "e" * 32


@pytest.fixture(params=[FakeWorld, ExchangeWorld], ids=["fake", "exchange"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made: World = request.param()
    yield made
    made.close()


def test_a_leg_that_was_rung_is_up_and_known_by_its_number(world: World) -> None:
    leg = ring(world)
    found = world.carrier.leg(leg)
    assert (found.sid, found.to_number) == (leg, AGENT)
    assert found.status in UP


def test_a_leg_picked_up_asks_for_its_document_and_is_in_progress(world: World) -> None:
    leg = ring(world)
    world.pick_up(leg)
    world.fetched(leg, "/voice/offer/r")
    assert world.carrier.leg(leg).status == "in-progress"


def test_legs_to_a_number_are_found_newest_first_since_a_moment(world: World) -> None:
    since = world.now()
    first, _, second = ring(world), ring(world, OTHER), ring(world)
    found = world.carrier.legs_to(AGENT, since)
    assert [leg.sid for leg in found] == [second, first]
    assert {leg.to_number for leg in found} == {AGENT}
    assert world.carrier.legs_to(AGENT, since + timedelta(days=1)) == []


def test_a_live_leg_is_led_to_another_document(world: World) -> None:
    leg = ring(world)
    world.pick_up(leg)
    world.carrier.redirect(leg, "/voice/bridge/r")
    world.fetched(leg, "/voice/bridge/r")


@pytest.mark.parametrize("state", ["ringing", "ended", "unknown"])
def test_who_is_not_on_the_line_cannot_be_led_anywhere(world: World, state: str) -> None:
    leg = UNKNOWN if state == "unknown" else ring(world)
    if state == "ended":
        world.carrier.hang_up(leg)
    with pytest.raises(CarrierError) as refused:
        world.carrier.redirect(leg, "/voice/bridge/r")
    assert (refused.value.gone, refused.value.retry, refused.value.ambiguous) == (True, False, False)


@pytest.mark.parametrize(("picked_up", "status"), [(False, "canceled"), (True, "completed")])
def test_hanging_up_ends_a_leg_in_whatever_state_and_twice_is_fine(world: World, picked_up: bool, status: str) -> None:
    leg = ring(world)
    if picked_up:
        world.pick_up(leg)
    world.carrier.hang_up(leg)
    assert world.carrier.leg(leg).status == status
    world.carrier.hang_up(leg)
    world.carrier.hang_up(UNKNOWN)
    assert world.carrier.leg(leg).status == status


def test_what_nobody_knows_is_gone(world: World) -> None:
    with pytest.raises(CarrierError) as leg:
        world.carrier.leg(UNKNOWN)
    with pytest.raises(CarrierError) as recording:
        world.carrier.recording(NO_RECORDING)
    assert leg.value.gone
    assert recording.value.gone
    world.carrier.delete_recording(NO_RECORDING)
    assert world.carrier.legs_to(AGENT, world.now()) == []


def test_refused_by_rate_nothing_was_done_and_it_may_be_asked_again(world: World) -> None:
    since = world.now()
    world.too_many()
    with pytest.raises(CarrierError) as refused:
        ring(world)
    assert (refused.value.retry, refused.value.ambiguous, refused.value.gone) == (True, False, False)
    assert world.carrier.legs_to(AGENT, since) == []
    assert world.carrier.leg(ring(world)).status in UP


def test_an_answer_that_was_lost_is_ambiguous_and_the_leg_is_found(world: World) -> None:
    since = world.now()
    world.lost_answer()
    with pytest.raises(CarrierError) as lost:
        ring(world)
    assert (lost.value.ambiguous, lost.value.retry, lost.value.gone) == (True, False, False)
    (made,) = world.carrier.legs_to(AGENT, since)
    assert made.status in UP


def test_texts_have_names_of_their_own(world: World) -> None:
    sent = [
        world.carrier.text(to_number=AGENT, from_number=OWN, text="Bonjour", status_path="/notice/text/t")
        for _ in range(2)
    ]
    assert len(set(sent)) == 2
    assert all(sid.startswith(("SM", "MM")) for sid in sent)


def test_who_calls_in_is_looked_at_but_is_no_leg_that_was_rung(world: World) -> None:
    since = world.now()
    caller = world.dial_in()
    found = world.carrier.leg(caller)
    assert (found.sid, found.to_number, found.over) == (caller, OWN, False)
    assert world.carrier.legs_to(OWN, since) == []


def test_a_phone_that_was_hung_up_is_over_and_needs_no_hanging_up(world: World) -> None:
    leg = ring(world)
    world.pick_up(leg)
    assert not world.carrier.leg(leg).over
    world.hang_up(leg)
    ended = world.carrier.leg(leg)
    assert (ended.status, ended.over) == ("completed", True)
    world.carrier.hang_up(leg)
    with pytest.raises(CarrierError) as refused:
        world.carrier.redirect(leg, "/voice/bridge/r")
    assert refused.value.gone


def test_a_redirect_whose_answer_was_lost_is_ambiguous_and_was_made(world: World) -> None:
    leg = ring(world)
    world.pick_up(leg)
    world.lost_answer()
    with pytest.raises(CarrierError) as lost:
        world.carrier.redirect(leg, "/voice/bridge/r")
    assert (lost.value.ambiguous, lost.value.retry, lost.value.gone) == (True, False, False)
    world.fetched(leg, "/voice/bridge/r")


def test_a_hang_up_whose_answer_was_lost_is_ambiguous_and_was_made(world: World) -> None:
    leg = ring(world)
    world.pick_up(leg)
    world.lost_answer()
    with pytest.raises(CarrierError) as lost:
        world.carrier.hang_up(leg)
    assert (lost.value.ambiguous, lost.value.retry, lost.value.gone) == (True, False, False)
    assert world.carrier.leg(leg).over
