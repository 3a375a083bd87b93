"""Offers through dispatch and the real store: several phones for one call, what comes late, who is paused or gone."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.queue_rules import QueueDefinition
from ivr.services.dialling import Dialling
from ivr.services.dispatch_answers import Accepted, Declined, Leave, Stale, ToRoom, Whisper
from ivr.services.known_agents import KnownAgents
from ivr.services.offering import Offering
from ivr.services.ports import AgentProfile, HistoryDown
from ivr.services.presence import Presence
from ivr.services.rang_out import RangOut
from ivr.services.texting import Texting
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.engine import Database
from ivr.store.sql.texts import SqlTexts
from tests.databases import make_tables
from tests.fakes import FakeAgents
from tests.routing.conftest import Centre


def line(centre: Centre, **rules: object) -> None:
    """What the line `help` is like from now on."""
    known = QueueDefinition("help", ring_seconds=20, wrap_up_seconds=15)
    centre.flows.queue_definitions["help"] = replace(known, **rules)  # type: ignore[arg-type]


def phones(centre: Centre) -> dict[str, tuple[str, str]]:
    """Who is being rung: reservation and leg by agent."""
    found = {}
    for leg in centre.carrier.ringing():
        offer = leg.path.rpartition("/")[2]
        held = centre.lines.reservation(offer)
        assert held is not None
        found[held.agent] = (offer, leg.sid)
    return found


def several(centre: Centre) -> tuple[str, dict[str, tuple[str, str]]]:
    """One call for which three phones ring."""
    line(centre, ring_several=3)
    for name in ("ann", "bea", "cid"):
        centre.agent(name)
        centre.clock.pass_ms(1)
    call = centre.caller()
    centre.work()
    return call, phones(centre)


# --- several phones for one call ------------------------------------------------------------------------------------
def test_several_phones_ring_and_the_first_key_wins(centre: Centre) -> None:
    call, rung = several(centre)
    assert sorted(rung) == ["ann", "bea", "cid"]
    for offer, leg in rung.values():
        assert isinstance(centre.dispatch.offer_answered(offer, leg, centre.now), Whisper)
    assert isinstance(centre.dispatch.offer_key(rung["bea"][0], "1", centre.now), Accepted)
    assert centre.dispatch.offer_key(rung["ann"][0], "1", centre.now) == Stale("taken")
    assert centre.dispatch.offer_key(rung["cid"][0], "1", centre.now) == Stale("taken")
    assert centre.dispatch.waiting(call, centre.now) == ToRoom(rung["bea"][0])
    assert [centre.state(name) for name in ("ann", "bea", "cid")] == ["available", "on_call", "available"]


def test_losers_who_listen_are_told_at_once_and_phones_that_ring_stop(centre: Centre) -> None:
    _, rung = several(centre)
    for name in ("ann", "bea"):
        centre.dispatch.offer_answered(*rung[name], centre.now)
    centre.dispatch.offer_key(rung["bea"][0], "1", centre.now)
    centre.work()
    offer, leg = rung["ann"]
    assert (leg, f"/voice/offer/{offer}") in centre.carrier.redirects, "led out of the whisper"
    assert centre.dispatch.offer_answered(offer, leg, centre.now) == Stale("taken")
    assert centre.carrier.hung_up == [rung["cid"][1]], "nobody had picked up there"


def test_losers_are_told_even_where_the_process_that_accepted_died(centre: Centre) -> None:
    _, rung = several(centre)
    for name in ("ann", "bea"):
        centre.dispatch.offer_answered(*rung[name], centre.now)
    centre.lines.accept(rung["bea"][0], centre.now)  # and its hints were lost
    centre.sweep(1_000)
    assert rung["ann"][1] in dict(centre.carrier.redirects)
    assert rung["cid"][1] in centre.carrier.hung_up


def test_a_loser_hears_so_in_their_own_language(centre: Centre, redis_url: str) -> None:
    _, rung = several(centre)
    centre.agents.profiles["ann"] = replace(centre.agents.profiles["ann"], languages=("nl",))
    centre.dispatch.offer_answered(*rung["ann"], centre.now)
    centre.dispatch.offer_answered(*rung["bea"], centre.now)
    centre.dispatch.offer_key(rung["bea"][0], "1", centre.now)
    said = Documents()
    offering = Offering(centre.dispatch, None, centre.agents, said, "fr-FR", None)  # type: ignore[arg-type]
    offering.answered(*rung["ann"], centre.clock.now())
    assert said.closed == ["Een collega heeft de oproep aangenomen."]


class Documents:
    """Remembers what was said before a goodbye."""

    def __init__(self) -> None:
        self.closed: list[str] = []

    def close(self, prompts: object) -> str:
        self.closed += [prompt.text for prompt in prompts]  # type: ignore[attr-defined]
        return ""


def test_a_voicemail_that_picks_up_first_never_wins(centre: Centre) -> None:
    call, rung = several(centre)
    centre.dispatch.offer_answered(*rung["ann"], centre.now)  # a voicemail: it picks up, and presses nothing
    assert centre.dispatch.offer_key(rung["ann"][0], "", centre.now) == Declined()
    assert centre.call_state(call) == "offered", "the others ring on"
    centre.dispatch.offer_answered(*rung["bea"], centre.now)
    assert isinstance(centre.dispatch.offer_key(rung["bea"][0], "1", centre.now), Accepted)
    assert centre.presence.state("ann").pause_reason == "no_key"


def test_a_machine_among_several_is_hung_up_and_the_human_wins(centre: Centre) -> None:
    call, rung = several(centre)
    centre.dispatch.offer_answered(*rung["ann"], centre.now)
    centre.dispatch.offer_status(*rung["ann"], "in-progress", "machine_start", centre.now)
    centre.work()
    assert rung["ann"][1] in centre.carrier.hung_up
    centre.dispatch.offer_answered(*rung["cid"], centre.now)
    assert isinstance(centre.dispatch.offer_key(rung["cid"][0], "1", centre.now), Accepted)
    assert centre.dispatch.waiting(call, centre.now) == ToRoom(rung["cid"][0])


def test_a_caller_who_hangs_up_stops_every_phone(centre: Centre) -> None:
    call, rung = several(centre)
    centre.dispatch.caller_gone(call, centre.now)
    centre.work()
    assert sorted(centre.carrier.hung_up) == sorted(leg for _, leg in rung.values())
    assert [centre.state(name) for name in ("ann", "bea", "cid")] == ["available"] * 3


def test_a_heartbeat_times_out_each_of_several_phones_that_no_sweeper_did(centre: Centre) -> None:
    call, rung = several(centre)
    centre.clock.pass_ms(28_000)
    centre.dispatch.waiting(call, centre.now)
    assert {centre.lines.reservation(offer).state for offer, _ in rung.values()} == {"timed_out"}  # type: ignore[union-attr]
    assert centre.call_state(call) == "waiting"


def test_several_phones_keep_the_carriers_pace(centre: Centre) -> None:
    centre.pace_at(1.0)
    _, rung = several(centre)
    assert len(rung) == 2
    centre.sweep(1_500)
    centre.work()
    assert len(phones(centre)) == 3


# --- what comes late ------------------------------------------------------------------------------------------------
def ringing(centre: Centre) -> tuple[str, str, str]:
    """A call, its offer and the leg that rings."""
    call = centre.caller()
    centre.work()
    return call, centre.offer_of(call), centre.ringing_leg(call)


def test_a_key_after_the_offers_time_is_refused_and_the_call_goes_on(centre: Centre) -> None:
    centre.agent("ann")
    call, offer, leg = ringing(centre)
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.sweep(46_000)
    assert centre.dispatch.offer_key(offer, "1", centre.now) == Stale("too_late")
    assert centre.call_state(call) == "waiting"
    assert centre.presence.state("ann").pause_reason == "no_key"


def test_a_match_for_a_call_that_has_left_rings_nobody(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    offer = centre.offer_of(call)
    centre.lines.leave(call, "timeout", centre.now)
    assert centre.lines.claim(offer, centre.now) is None
    centre.dispatch.ring(offer)
    assert centre.carrier.ringing() == []
    assert centre.dispatch.offer_answered(offer, "CAlate", centre.now) == Stale("left")
    assert centre.dispatch.offer_key(offer, "1", centre.now) == Stale("left")
    assert centre.dispatch.waiting(call, centre.now) == Leave("timeout")
    assert centre.state("ann") == "available"


def test_an_agent_deleted_while_it_rings_is_told_and_the_call_goes_to_the_next(centre: Centre) -> None:
    centre.agent("ann")
    centre.clock.pass_ms(1)
    centre.agent("bea")
    call, offer, leg = ringing(centre)
    del centre.agents.profiles["ann"]
    assert centre.dispatch.offer_answered(offer, leg, centre.now) == Stale("removed")
    assert centre.dispatch.offer_key(offer, "1", centre.now) == Stale("removed")
    assert centre.state("ann") == "offline"
    assert centre.lines.call(call).agent == "bea"  # type: ignore[union-attr]


# --- without a database ---------------------------------------------------------------------------------------------
class Away(FakeAgents):
    """Agents in a database that is away while `away`."""

    away = False

    def all(self) -> Sequence[AgentProfile]:
        return self._here() or super().all()

    def get(self, agent_id: str) -> AgentProfile | None:
        return self._here() or super().get(agent_id)

    def _here(self) -> None:
        if self.away:
            raise HistoryDown("away")


def test_phones_ring_while_the_database_is_away(centre: Centre) -> None:
    base = centre.agents = Away()
    centre.dispatch = centre.over(KnownAgents(base))
    centre.presence = Presence(centre.lines, base, centre.jobs, centre.clock)
    centre.agent("ann")
    centre.talk(centre.caller())
    centre.clock.pass_ms(1)
    centre.agent("bea")
    base.away = True
    call = centre.caller()
    centre.work()
    assert centre.call_state(call) == "waiting", "bea was never seen by this process: her phone can't be rung"
    assert centre.presence.state("bea").pause_reason == "carrier"
    base.away = False
    centre.sweep(10_000)
    centre.work()
    base.away = True
    assert isinstance(
        centre.dispatch.offer_answered(centre.offer_of(call), centre.ringing_leg(call), centre.now), Whisper
    )


# --- ringing has an end ---------------------------------------------------------------------------------------------
def test_phones_ring_for_one_call_no_longer_than_its_lines_budget(centre: Centre) -> None:
    line(centre, ringing_budget_seconds=50)
    for n in range(8):
        centre.agent(f"agent{n}")
        centre.clock.pass_ms(1)
    call = centre.caller()
    centre.work()
    rung = 0
    while centre.call_state(call) == "offered":
        rung += 1
        centre.clock.pass_ms(20_000)
        centre.dispatch.offer_status(centre.offer_of(call), centre.ringing_leg(call), "no-answer", "", centre.now)
        centre.work()
    assert rung == 3
    assert centre.dispatch.waiting(call, centre.now) == Leave("unanswered")


@pytest.fixture
def rang_out(centre: Centre, tmp_path: Path) -> RangOut:
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    make_tables(url)
    database = Database(url)
    texting = Texting(SqlTexts(database), centre.carrier, Dialling(), centre.jobs, on=True)
    return RangOut(centre.lines, centre.agents, SqlAudit(database), texting, "+33199005000", "")


def miss(centre: Centre) -> str:
    """A call for ann that rings out; its offer."""
    _, offer, leg = ringing(centre)
    centre.dispatch.offer_status(offer, leg, "no-answer", "", centre.now)
    return offer


def test_an_agent_whose_phone_rings_out_twice_is_paused_and_gets_to_know_once(
    centre: Centre, rang_out: RangOut
) -> None:
    centre.agent("ann")
    centre.agents.profiles["ann"] = replace(centre.agents.profiles["ann"], number="+33639980001", languages=("en",))
    for offer in (miss(centre), "CAnobody-1"):
        rang_out.tell(offer, centre.clock.now())
    assert rang_out.audit.newest() == [], "once is nothing"  # type: ignore[attr-defined]
    centre.jobs.take()
    centre.sweep(10_000)  # the first call comes again
    call = centre.offer_of("CAcaller1")
    centre.work()
    leg = centre.ringing_leg("CAcaller1")
    centre.dispatch.offer_status(call, leg, "no-answer", "", centre.now)
    assert ("agent_rang_out", call) in centre.jobs.hints
    for _ in range(3):
        rang_out.tell(call, centre.clock.now())
    assert centre.presence.state("ann").deadline_ms is None
    ((to, sender, text, _),) = centre.carrier.texts
    assert (to, sender) == ("+33639980001", "+33139753975")
    assert text == "2 calls in a row rang out: you are paused. To take calls again, call +33 1 99 00 50 00."
    centre.presence.resume("ann")
    assert centre.presence.state("ann").misses == 0


def test_who_has_resumed_meanwhile_is_not_told(centre: Centre, rang_out: RangOut) -> None:
    centre.agent("ann")
    miss(centre)
    centre.sweep(10_000)
    centre.work()
    offer = centre.offer_of("CAcaller1")
    centre.dispatch.offer_status(offer, centre.ringing_leg("CAcaller1"), "no-answer", "", centre.now)
    centre.presence.resume("ann")
    rang_out.tell(offer, centre.clock.now())
    assert centre.carrier.texts == []


# --- wrap-up --------------------------------------------------------------------------------------------------------
def test_wrap_up_is_made_longer_and_ends_by_itself_all_the_same(centre: Centre) -> None:
    centre.agent("ann")
    call = centre.caller()
    offer = centre.talk(call)
    centre.clock.pass_ms(30_000)
    centre.dispatch.offer_done(offer, centre.now)
    began = centre.now
    assert centre.presence.extend_wrap_up("ann").deadline_ms == began + 135_000
    centre.sweep(60_000)
    assert centre.state("ann") == "wrap_up"
    for _ in range(30):
        centre.presence.extend_wrap_up("ann")
    assert centre.presence.state("ann").deadline_ms == began + 1_800_000, "half an hour at most"
    centre.sweep(1_800_000)
    assert centre.state("ann") == "available"
