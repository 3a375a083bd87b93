"""Each verb of the lines in a real Redis: what it answers, what it leaves, and that saying it twice changes nothing."""

from typing import Any

import pytest

from ivr.core.agent import IllegalTransition
from ivr.core.queue_rules import Rules
from ivr.services.presence import UnknownAgent
from tests.routing.conftest import Centre


def quiet(dump: dict[str, Any]) -> dict[str, Any]:
    """A dump without what only counts or remembers answers."""
    return {
        key: value for key, value in dump.items() if not key.startswith("op:") and key not in ("events", "groups:used")
    }


# --- joining and order ----------------------------------------------------------------------------------------------
def test_a_call_meets_a_free_agent_at_once(centre: Centre) -> None:
    centre.agent("ann")
    assert centre.join("CA1").offers == ("CA1-1",)
    assert centre.state("ann") == "reserved"
    assert centre.call_state("CA1") == "offered"


def test_a_free_agent_takes_the_one_who_waits_longest(centre: Centre) -> None:
    for name in ("CA1", "CA2", "CA3"):
        assert centre.join(name).state == "waiting"
        centre.clock.pass_ms(10)
    centre.agent("ann")
    assert [centre.call_state(name) for name in ("CA1", "CA2", "CA3")] == ["offered", "waiting", "waiting"]
    assert centre.lines.waiting("CA3", centre.now).position == 2, "CA1 is about to be answered"


def test_the_longest_idle_agent_goes_first(centre: Centre) -> None:
    for name in ("bea", "ann"):
        centre.agent(name)
        centre.clock.pass_ms(10)
    centre.join("CA1")
    assert centre.lines.call("CA1").agent == "bea"  # type: ignore[union-attr]


def test_priority_is_worth_its_seconds_and_no_more(centre: Centre) -> None:
    centre.join("CA1")
    centre.clock.pass_ms(59_000)
    centre.join("CA2", offset=-60_000)
    centre.clock.pass_ms(2_000)
    centre.join("CA3", offset=-60_000)
    centre.agent("ann")
    assert centre.call_state("CA2") == "offered"
    centre.agent("bea")
    assert centre.call_state("CA1") == "offered"


def test_an_agent_takes_the_smallest_of_all_their_lines(centre: Centre) -> None:
    centre.join("CA1", "billing:2")
    centre.clock.pass_ms(5)
    centre.join("CA2", "fr:1")
    centre.agent("ann", fr=5, billing=1)
    assert centre.call_state("CA2") == "offered", "ann's level isn't enough for CA1"
    centre.agent("bea", fr=5, billing=2)
    assert centre.call_state("CA1") == "offered"


def test_a_group_made_later_gets_the_agents_who_were_there(centre: Centre) -> None:
    centre.agent("ann", fr=5, ticks=3)
    centre.agent("bea", fr=5)
    assert centre.join("CA1", "ticks:3").state == "offered"
    assert centre.lines.call("CA1").agent == "ann"  # type: ignore[union-attr]
    assert centre.join("CA2", "ticks:4").state == "waiting"


def test_nobody_logged_in_is_told_at_once_where_wished(centre: Centre) -> None:
    place = centre.join("CA1", leave_if_nobody=True)
    assert (place.state, place.left_reason) == ("left", "nobody")
    centre.agent("ann")
    centre.presence.pause("ann", "lunch")
    assert centre.join("CA2", leave_if_nobody=True).state == "waiting"
    centre.presence.log_out("ann")
    place = centre.lines.waiting("CA2", centre.now)
    assert (place.state, place.left_reason) == ("left", "nobody")


def test_a_longest_wait_ends_at_a_heartbeat(centre: Centre) -> None:
    centre.join("CA1", max_wait_ms=60_000)
    centre.clock.pass_ms(59_000)
    assert centre.lines.waiting("CA1", centre.now).state == "waiting"
    centre.clock.pass_ms(1_000)
    assert centre.lines.waiting("CA1", centre.now).left_reason == "timeout"


def test_the_place_survives_a_second_line(centre: Centre) -> None:
    centre.join("CA1")
    centre.clock.pass_ms(30_000)
    centre.join("CA2")
    centre.join("CA1", "billing:1", turn=4)
    call = centre.lines.call("CA1")
    assert call is not None
    assert call.virtual_start_ms == centre.now - 30_000
    centre.agent("ann", fr=9, billing=9)
    assert centre.call_state("CA1") == "offered"


# --- saying it again ------------------------------------------------------------------------------------------------
def test_every_verb_said_twice_changes_nothing_the_second_time(centre: Centre) -> None:
    lines = centre.lines
    centre.agent("ann")
    verbs = [
        lambda: lines.join(centre.request("CA1"), centre.now),
        lambda: lines.claim("CA1-1", centre.now),
        lambda: lines.ringing("CA1-1", "LEG", centre.now, lease_ms=27_000),
        lambda: lines.ringing("CA1-1", "LEG", centre.now, lease_ms=45_000, picked_up=True),
        lambda: lines.accept("CA1-1", centre.now),
        lambda: lines.bridged("CA1-1", "CA1", centre.now),
        lambda: lines.met("CA1-1", centre.now),
        lambda: lines.finish("CA1-1", centre.now),
        lambda: lines.leg_ended("CA1-1", "LEG", centre.now),
        lambda: lines.wish("ann", "available", "", centre.now),
        lambda: lines.join(centre.request("CA2"), centre.now),
        lambda: lines.leave("CA2", "abandoned", centre.now),
        lambda: lines.wish("ann", "paused", "lunch", centre.now),
    ]
    for number, verb in enumerate(verbs):
        verb()
        before = quiet(dict(lines.dump()))
        centre.clock.pass_ms(5)
        verb()
        after = quiet(dict(lines.dump()))
        for dump in (before, after):  # a wish said again renews its time
            for key in ("since", "epoch"):
                dump["agent:ann"].pop(key, None)
        assert after == before, f"verb {number}"


def test_a_replayed_join_changes_nothing(centre: Centre) -> None:
    centre.agent("ann")
    first = centre.join("CA1")
    before = quiet(centre.lines.dump())
    again = centre.join("CA1")
    assert (again.state, again.position, again.reservation) == (first.state, first.position, first.reservation)
    assert quiet(centre.lines.dump()) == before
    centre.lines.leave("CA1", "abandoned", centre.now)
    assert centre.join("CA1").state == "left"
    assert centre.call_state("CA1") == "left", "who has left isn't put back by an answer that was lost"


def test_a_replayed_leave_still_names_the_leg_to_drop(centre: Centre) -> None:
    centre.agent("ann")
    centre.join("CA1")
    centre.lines.claim("CA1-1", centre.now)
    centre.lines.ringing("CA1-1", "LEG", centre.now, lease_ms=27_000)
    assert centre.lines.leave("CA1", "abandoned", centre.now).drops == ("LEG",)
    assert centre.lines.leave("CA1", "abandoned", centre.now).drops == ("LEG",)
    centre.lines.leg_ended("CA1-1", "LEG", centre.now)
    assert centre.lines.leave("CA1", "abandoned", centre.now).drops == ()


# --- offers ---------------------------------------------------------------------------------------------------------
def test_one_process_may_ring_and_only_while_pending(centre: Centre) -> None:
    centre.agent("ann")
    centre.join("CA1")
    assert centre.lines.claim("CA1-1", centre.now) is not None
    assert centre.lines.claim("CA1-1", centre.now) is None
    assert centre.lines.claim("CA1-1", centre.now, again=True) is not None
    centre.lines.leave("CA1", "abandoned", centre.now)
    assert centre.lines.claim("CA1-1", centre.now, again=True) is None
    assert centre.lines.ringing("CA1-1", "LEG", centre.now, lease_ms=1).stale == "caller_gone"


def test_an_offer_that_ends_goes_to_the_next_agent_in_its_place(centre: Centre) -> None:
    centre.agent("ann")
    centre.join("CA1")
    centre.clock.pass_ms(10)
    centre.join("CA2")
    centre.clock.pass_ms(10)
    centre.lines.claim("CA1-1", centre.now)
    centre.lines.ringing("CA1-1", "LEG", centre.now, lease_ms=27_000)
    ended = centre.lines.end_offer("CA1-1", "declined", centre.now)
    assert (ended.ended, ended.drop, ended.offers) == (True, "LEG", ())
    assert centre.presence.state("ann").pause_reason == "declined"
    centre.agent("bea")
    assert centre.call_state("CA1") == "offered", "it kept its place before CA2"


def test_two_offers_rung_out_in_a_row_pause_the_agent_for_good(centre: Centre) -> None:
    centre.agent("ann")
    centre.join("CA1")
    for epoch in (1, 2):
        centre.lines.claim(f"CA1-{epoch}", centre.now)
        centre.lines.ringing(f"CA1-{epoch}", f"LEG{epoch}", centre.now, lease_ms=27_000)
        centre.lines.end_offer(f"CA1-{epoch}", "no_answer", centre.now)
        if epoch == 1:
            assert centre.presence.state("ann").deadline_ms == centre.now + 10_000
            centre.clock.pass_ms(10_000)
            assert centre.lines.agent_due("ann", centre.now) == ("CA1-2",)
    agent = centre.presence.state("ann")
    assert (agent.state, agent.deadline_ms, agent.misses) == ("paused", None, 2)
    centre.presence.resume("ann")
    assert centre.presence.state("ann").misses == 0


@pytest.mark.parametrize("late", ["accept", "ringing", "end", "bridge", "finish"])
def test_what_comes_late_changes_nothing(centre: Centre, late: str) -> None:
    centre.agent("ann")
    centre.agent("bea")
    centre.join("CA1")
    centre.lines.claim("CA1-1", centre.now)
    centre.lines.ringing("CA1-1", "LEG", centre.now, lease_ms=27_000)
    centre.lines.end_offer("CA1-1", "no_answer", centre.now)
    assert centre.offer_of("CA1") == "CA1-2"
    before = quiet(dict(centre.lines.dump()))
    match late:
        case "accept":
            assert centre.lines.accept("CA1-1", centre.now).stale == "no_answer"
        case "ringing":
            assert centre.lines.ringing("CA1-1", "LEG", centre.now, lease_ms=9, picked_up=True).stale == "no_answer"
        case "end":
            assert not centre.lines.end_offer("CA1-1", "declined", centre.now).ended
        case "bridge":
            assert not centre.lines.bridged("CA1-1", "CA1", centre.now)
        case "finish":
            centre.lines.finish("CA1-1", centre.now)
    assert quiet(dict(centre.lines.dump())) == before


# --- agents ---------------------------------------------------------------------------------------------------------
def test_a_wish_during_a_call_is_granted_when_it_is_over(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    offer = centre.talk(call)
    assert centre.presence.pause("ann", "lunch").state == "on_call"
    centre.clock.pass_ms(60_000)
    centre.dispatch.offer_done(offer, centre.now)
    agent = centre.presence.state("ann")
    assert (agent.state, agent.pause_reason, agent.wish) == ("paused", "lunch", "")


def test_a_wish_is_taken_back_by_resuming(centre: Centre) -> None:
    centre.agent("ann")
    centre.join("CA1")
    centre.presence.log_out("ann")
    centre.presence.resume("ann")
    centre.lines.leave("CA1", "abandoned", centre.now)
    assert centre.state("ann") == "available"


def test_wishes_that_mean_nothing_are_refused(centre: Centre) -> None:
    centre.agents.add("ann", fr=5)
    with pytest.raises(IllegalTransition):
        centre.presence.pause("ann")
    with pytest.raises(IllegalTransition):
        centre.presence.resume("ann")
    with pytest.raises(UnknownAgent):
        centre.presence.log_in("nobody")
    centre.presence.log_in("ann")
    with pytest.raises(IllegalTransition):
        centre.presence.finish_wrap_up("ann")


def test_changed_skills_count_from_the_next_decision(centre: Centre) -> None:
    centre.agent("ann", fr=5)
    centre.join("CA1", "billing:4")
    assert centre.call_state("CA1") == "waiting"
    centre.agents.train("ann", fr=5, billing=4)
    centre.presence.log_in("ann")
    assert centre.call_state("CA1") == "offered"


def test_a_wrap_up_ends_by_itself_and_takes_the_next_call(centre: Centre) -> None:
    centre.agent("ann")
    first = centre.caller()
    offer = centre.talk(first)
    second = centre.caller()
    centre.clock.pass_ms(60_000)
    assert centre.dispatch.offer_done(offer, centre.now).seconds == 15
    assert centre.state("ann") == "wrap_up"
    centre.sweep(14_000)
    assert centre.state("ann") == "wrap_up"
    centre.sweep(1_000)
    assert centre.call_state(second) == "offered"


# --- repairs --------------------------------------------------------------------------------------------------------
def test_what_lost_its_other_half_is_repaired(centre: Centre) -> None:
    centre.agent("ann")
    centre.agent("bea")
    centre.agent("cid")
    for name in ("CA1", "CA2", "CA3"):
        centre.join(name)
    prefix = "hl:{main}:"
    centre.client.execute("DEL", f"{prefix}reservation:CA1-1")  # ann is reserved for nothing, CA1 held for nobody
    centre.client.execute("HSET", f"{prefix}agent:bea", "state", "wrap_up", "deadline", 0, "reservation", "")
    centre.client.execute("HSET", f"{prefix}agent:cid", "state", "on_call", "reservation", "CA9-1")
    assert len(centre.lines.reconcile(centre.now)) >= 4
    for _ in range(4):
        centre.sweep(2_000)
        centre.lines.reconcile(centre.now)
    dump = centre.lines.dump()
    states = sorted(dump[f"agent:{name}"]["state"] for name in ("ann", "bea", "cid"))
    assert states == ["reserved"] * 3
    assert {centre.call_state(name) for name in ("CA1", "CA2", "CA3")} == {"offered"}
    assert centre.lines.reconcile(centre.now) == []


@pytest.mark.parametrize("name", ["", "an agent", 'a"b', "a\\b", "a\nb", "zoé", "x" * 201])
def test_a_name_the_scripts_would_take_for_another_is_refused(centre: Centre, name: str) -> None:
    with pytest.raises(ValueError, match=r"agent .* can't be kept"):
        centre.lines.log_in(name, "Ann", {"fr": 5}, centre.now)
    with pytest.raises(ValueError, match=r"call .* can't be kept"):
        centre.lines.join(centre.request(name), centre.now)
    with pytest.raises(ValueError, match=r"line .* can't be kept"):
        centre.lines.define(name, Rules(), centre.now)
    assert not centre.lines.snapshot(centre.now, calls=1).agents
