"""Callbacks between a real Redis and a carrier at its port: booked, in line, dialled, confirmed, missed."""

import msgspec
import pytest

from ivr.core.callback import NOT_NOW_SECONDS, RETRY_SECONDS
from ivr.core.flow.effects import Book, Join
from ivr.core.flow.inputs import Booked
from ivr.core.flow.session import CallerFacts, Session
from ivr.services.dialling import Dialling, Limits
from ivr.services.dispatch import Dispatch
from ivr.services.dispatch_answers import Accepted, Leave, Stale, Whisper
from ivr.services.ports import CarrierError
from ivr.services.promises import record_of
from tests.routing.conftest import Centre

NUMBER = "+33639980055"
OTHER = "+33639980056"


def session(call: str, number: str = NUMBER, turn: int = 5) -> Session:
    caller = CallerFacts(number=number, name="Marie")
    return Session(
        call, "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=turn, caller=caller, path=("Passports",)
    )


def book(centre: Centre, call: str, number: str = NUMBER, turn: int = 5, **more: object) -> Booked:
    wanted = Book("help", number, reason="Passports", **more)  # type: ignore[arg-type]
    return centre.dispatch.callbacks.book(session(call, number, turn), wanted, centre.now)


def booked(centre: Centre, number: str = NUMBER) -> str:
    return centre.lines.callback_of("help", number)


def accepted(centre: Centre, item: str) -> tuple[str, str]:
    """An agent has accepted the callback and its caller's phone rings: reservation, caller's leg."""
    centre.work()
    offer = centre.offer_of(item)
    said = centre.dispatch.offer_answered(offer, centre.ringing_leg(item), centre.now)
    assert isinstance(said, Whisper)
    answer = centre.dispatch.offer_key(offer, "1", centre.now)
    assert isinstance(answer, Accepted)
    assert answer.calling
    centre.work()
    reservation = centre.lines.reservation(offer)
    assert reservation is not None
    return offer, reservation.caller_leg


def test_a_place_goes_over_to_the_callback_and_the_caller_may_hang_up(centre: Centre) -> None:
    call = centre.caller()
    start = centre.lines.call(call).virtual_start_ms  # type: ignore[union-attr]
    centre.clock.pass_ms(40_000)
    later = centre.caller()
    assert book(centre, call) == Booked("booked", 1)
    item = booked(centre)
    kept = centre.lines.call(item)
    assert kept is not None
    assert (kept.virtual_start_ms, kept.state, kept.mode) == (start, "waiting", "callback")
    assert centre.lines.call(call).left_reason == "callback"  # type: ignore[union-attr]
    centre.dispatch.caller_gone(call, centre.now)
    assert centre.call_state(item) == "waiting"
    assert book(centre, call) == Booked("booked", 1), "asked again in the same turn"
    centre.agent("ann")
    assert centre.call_state(item) == "offered", "its own turn: before whoever came later"
    assert centre.call_state(later) == "waiting"


def test_a_callback_never_overtakes_an_older_waiter(centre: Centre) -> None:
    older = centre.caller()
    centre.clock.pass_ms(1_000)
    younger = centre.caller()
    centre.clock.pass_ms(1_000)
    book(centre, younger)
    centre.agent("ann")
    assert centre.call_state(older) == "offered"
    assert centre.call_state(booked(centre)) == "waiting"


def test_from_booking_to_the_talk(centre: Centre) -> None:
    call = centre.caller()
    book(centre, call)
    item = booked(centre)
    centre.dispatch.caller_gone(call, centre.now)
    centre.agent("ann")
    offer, leg = accepted(centre, item)
    made = centre.carrier.legs[leg]
    assert (made.to_number, made.from_number) == (NUMBER, "+33139753975")
    assert made.path == f"/voice/callback/{offer}"
    assert centre.dispatch.callbacks.dial(offer) == ()
    assert len([m for m in centre.carrier.legs.values() if m.to_number == NUMBER]) == 1, "one agent, one dial"
    assert centre.lines.caller_leg(offer, leg, centre.now, lease_ms=30_000, picked_up=True).agent == "ann"
    assert centre.dispatch.bridge(offer, item, centre.now) is not None
    centre.dispatch.room_event(offer, "conference-start", "", centre.now)
    centre.clock.pass_ms(60_000)
    centre.dispatch.callbacks.leg_status(offer, leg, "completed", "", centre.now)
    assert centre.state("ann") == "wrap_up"
    assert booked(centre) == "", "the number may ask again"
    record = record_of(item, centre.lines.way(item))
    assert (record.status, record.agent_id, record.talk_seconds) == ("done", "ann", 60)


def test_the_agent_is_told_that_it_is_a_callback_and_of_whom(centre: Centre) -> None:
    centre.agent("ann")
    book(centre, "CAnone")
    item = booked(centre)
    centre.work()
    said = centre.dispatch.offer_answered(centre.offer_of(item), centre.ringing_leg(item), centre.now)
    assert isinstance(said, Whisper)
    assert said.callback is not None
    assert (said.callback.caller.name, said.callback.path) == ("Marie", ("Passports",))


@pytest.mark.parametrize(("status", "cause"), [("no-answer", "no_answer"), ("busy", "busy"), ("failed", "carrier")])
def test_whoever_is_not_reached_is_tried_again_and_then_has_failed(centre: Centre, status: str, cause: str) -> None:
    book(centre, "CAnone", tries=2)
    item = booked(centre)
    centre.agent("ann")
    for attempt in (1, 2):
        offer, leg = accepted(centre, item)
        centre.carrier.legs[leg].status = status
        centre.dispatch.callbacks.leg_status(offer, leg, status, "", centre.now)
        centre.dispatch.callbacks.leg_status(offer, leg, status, "", centre.now)
        assert centre.lines.call(item).attempts == attempt  # type: ignore[union-attr]
        centre.work()
        assert centre.carrier.redirects[-1][1] == f"/voice/offer/{offer}", "the agent is told"
        assert centre.dispatch.offer_answered(offer, centre.carrier.redirects[-1][0], centre.now) == Stale(
            "not_reached"
        )
        centre.dispatch.offer_status(offer, centre.carrier.redirects[-1][0], "completed", "", centre.now)
        assert centre.state("ann") == "wrap_up"
        centre.sweep(5_000)
        assert centre.state("ann") == "available"
        if attempt == 1:
            assert centre.call_state(item) == "later"
            centre.sweep(RETRY_SECONDS[0] * 1000 - 5_000)
            assert centre.call_state(item) == "offered"
    assert centre.call_state(item) == "left"
    record = record_of(item, centre.lines.way(item))
    assert (record.status, record.attempts, record.last_cause) == ("failed", 2, cause)
    assert booked(centre) == ""


def test_a_voicemail_cannot_confirm(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    offer, leg = accepted(centre, item)
    centre.lines.caller_leg(offer, leg, centre.now, lease_ms=30_000, picked_up=True)
    assert centre.dispatch.callbacks.no_key(offer, leg).state == "later"
    assert centre.dispatch.bridge(offer, item, centre.now) is None


def test_not_now_is_later_and_called_off_is_over(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    offer, leg = accepted(centre, item)
    assert centre.dispatch.callbacks.not_now(offer, leg).state == "later"
    centre.sweep(NOT_NOW_SECONDS * 1000)
    offer, leg = accepted(centre, item)
    assert centre.dispatch.callbacks.call_off(offer, leg).state == "left"
    assert record_of(item, centre.lines.way(item)).status == "cancelled"


def test_an_agent_who_goes_while_it_rings_costs_no_place_and_stops_the_ringing(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    offer, leg = accepted(centre, item)
    centre.dispatch.offer_status(offer, centre.ringing_leg(item), "completed", "", centre.now)
    assert centre.call_state(item) == "waiting"
    assert centre.lines.call(item).attempts == 0  # type: ignore[union-attr]
    centre.sweep(1_000)
    assert leg in centre.carrier.hung_up
    assert centre.lines.caller_leg(offer, leg, centre.now, lease_ms=1_000, picked_up=True).stale == "agent_gone"
    centre.sweep(10_000)
    assert centre.call_state(item) == "offered"


def test_a_dial_whose_answer_was_lost_is_looked_for_not_repeated(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    centre.work()
    offer = centre.offer_of(item)
    centre.dispatch.offer_answered(offer, centre.ringing_leg(item), centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.carrier.fail("call", CarrierError("timed out", ambiguous=True), after=True)
    centre.work()
    centre.sweep(7_000)
    reservation = centre.lines.reservation(offer)
    assert reservation is not None
    assert reservation.caller_leg
    assert len([made for made in centre.carrier.legs.values() if made.to_number == NUMBER]) == 1


def test_a_worker_that_died_before_dialling_is_followed_up(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    centre.work()
    offer = centre.offer_of(item)
    centre.dispatch.offer_answered(offer, centre.ringing_leg(item), centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.jobs.take()
    centre.sweep(3_000)
    assert centre.lines.reservation(offer).caller_leg  # type: ignore[union-attr]


def test_a_phone_nobody_reports_on_is_given_up(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    _, leg = accepted(centre, item)
    centre.sweep(40_000)
    assert centre.call_state(item) == "later"
    centre.work()
    centre.sweep(1_000)
    assert leg in centre.carrier.hung_up


def test_a_number_has_one_callback_in_a_queue(centre: Centre) -> None:
    first = centre.caller()
    centre.clock.pass_ms(1)
    second = centre.caller()
    book(centre, first)
    assert book(centre, second) == Booked("already", 1)
    assert centre.call_state(second) == "waiting", "who asks in vain keeps the place"
    assert book(centre, second, OTHER).status == "booked"
    assert book(centre, first, turn=6, cancel=True) == Booked("cancelled")
    assert booked(centre) == ""
    assert book(centre, first, turn=7).status == "booked"


def test_a_chosen_time_is_waited_for_and_takes_its_place_then(centre: Centre) -> None:
    from datetime import UTC, datetime

    at_ms = centre.now + 3_600_000
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
    call = centre.caller()
    assert book(centre, call, not_before=at) == Booked("booked", 0, at)
    item = booked(centre)
    centre.agent("ann")
    assert centre.call_state(item) == "later"
    centre.dispatch.offer_status(
        centre.offer_of(item) or "none", "CAx", "busy", "", centre.now
    )  # a late word about nothing
    centre.clock.pass_ms(3_599_000)
    waiting = centre.caller(Join("help", {"fr": 9}))
    centre.sweep(1_000)
    assert centre.call_state(item) == "offered"
    assert centre.lines.call(item).virtual_start_ms == at_ms  # type: ignore[union-attr]
    assert centre.call_state(waiting) == "waiting"


def test_nobody_is_called_back_whose_own_call_an_agent_has_accepted(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    centre.work()
    offer = centre.offer_of(call)
    centre.dispatch.offer_answered(offer, centre.ringing_leg(call), centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    assert book(centre, call) == Booked("taken")
    assert centre.call_state(call) == "accepted"


def test_an_agent_ringing_for_the_call_is_offered_the_callback(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    centre.work()
    leg = centre.ringing_leg(call)
    book(centre, call)
    centre.work()
    assert leg in centre.carrier.hung_up
    assert centre.call_state(booked(centre)) == "offered"


def test_what_may_not_be_dialled_is_not_booked_and_a_spent_budget_ends_it(centre: Centre) -> None:
    assert book(centre, "CAnone", "+8816123456789") == Booked("refused")
    assert book(centre, "CAnone", "112") == Booked("refused")
    parts = {
        "lines": centre.lines, "carrier": centre.carrier, "jobs": centre.jobs, "agents": centre.agents,
        "flows": centre.flows, "live": centre.live, "clock": centre.clock,
    }  # fmt: skip
    limits = {"callback": Limits(number=1), "agent": Limits()}
    centre.dispatch = Dispatch(**parts, dialling=Dialling(budgets=centre.lines, limits=limits))  # type: ignore[arg-type]
    book(centre, "CAnone")
    item = booked(centre)
    centre.agent("ann")
    offer, leg = accepted(centre, item)
    centre.dispatch.callbacks.leg_status(offer, leg, "busy", "", centre.now)
    centre.work()
    centre.sweep(RETRY_SECONDS[0] * 1000)
    accepted(centre, item)
    assert len([made for made in centre.carrier.legs.values() if made.to_number == NUMBER]) == 1
    assert centre.lines.call(item).left_reason == "refused"  # type: ignore[union-attr]
    assert record_of(item, centre.lines.way(item)).status == "failed"


def test_a_callback_nobody_gets_to_is_given_up_in_the_end(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    for _ in range(5):
        centre.sweep(12 * 3_600_000)
    assert centre.lines.call(item).left_reason == "expired"  # type: ignore[union-attr]
    assert record_of(item, centre.lines.way(item)).status == "failed"


def test_the_database_hears_of_every_change(centre: Centre) -> None:
    book(centre, "CAnone")
    item = booked(centre)
    assert list(centre.lines.unkept(centre.now, 9)) == [item]
    revision = centre.lines.way(item)["rev"]
    centre.lines.leave(item, "cancelled", centre.now)
    centre.lines.callback_kept(item, revision, centre.now)
    assert list(centre.lines.unkept(centre.now, 9)) == [item], "it has changed since it was read"
    centre.lines.callback_kept(item, centre.lines.way(item)["rev"], centre.now)
    assert list(centre.lines.unkept(centre.now, 9)) == []


def test_what_goes_along_comes_back(centre: Centre) -> None:
    book(centre, "CAnone")
    known = centre.dispatch.callbacks.known(booked(centre))
    assert msgspec.json.decode(msgspec.json.encode(known), type=type(known)) == known
    assert known.language == "fr-FR"


def test_leaving_by_key_is_told_apart(centre: Centre) -> None:
    call = centre.caller()
    centre.dispatch.left_by_key(call, centre.now)
    assert centre.dispatch.waiting(call, centre.now) == Leave("key")
