"""Random histories of a small centre in a real Redis keep what must be true, always (by the numbers of ROUTING below).

Callers, agents, workers, sweepers, the carrier and their deaths take turns in any order. After every step the whole
store is read and held against the invariants; at the end everybody behaves, and nobody may be lost or stuck.
"""

import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ivr.core import agent as agents
from ivr.core import reservation as reservations
from ivr.core.agent import IllegalTransition
from ivr.core.flow.effects import Book, Join
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.routing.skills import may_answer, parse
from ivr.services.dispatch import Dispatch
from ivr.services.ports import CarrierError
from ivr.services.presence import Presence
from tests.fakes import ENDED
from tests.routing.conftest import Centre
from tests.routing.crashing import CrashingLines, Died

ROUTING = {
    1: "nobody is lost",
    2: "nobody is taken twice",
    3: "no eligible pair waits",
    4: "no overtaking without a reason",
    5: "places survive",
    6: "nobody waits for nobody",
    7: "no agent is stuck",
}

HISTORIES = int(os.environ.get("ROUTING_HISTORIES", "300"))

_AGENTS = {"ann": {"fr": 5}, "bea": {"fr": 2, "tax": 4}, "cid": {"tax": 9}, "dot": {"fr": 9, "tax": 1}}
_WANTED = ({"fr": 1}, {"fr": 3}, {"tax": 3}, {"fr": 2, "tax": 1})

_NUMBERS = ("+33639980055", "+33639980056", "+33639980057")
"""Whom callbacks go to: few, so that they meet."""

_REASONS = {
    "talked", "abandoned", "timeout", "nobody", "failed",
    "callback", "unreached", "expired", "cancelled", "refused",
}  # fmt: skip

agent_names = st.sampled_from(sorted(_AGENTS))
nth = st.integers(0, 30)

_url = ""


def _closure() -> dict[str, set[str]]:
    """Which state of a reservation can follow which, over any number of steps."""
    found: dict[str, set[str]] = {}
    for state in reservations.TRANSITIONS:
        reached, todo = {state}, [state]
        while todo:
            for further in reservations.TRANSITIONS[todo.pop()]:
                if further not in reached:
                    reached.add(further)
                    todo.append(further)
        found[state] = set(reached)
    return found


_LATER_STATES = _closure()
_AGENT_STEPS = {(state, after) for state, events in agents.TRANSITIONS.items() for after in events.values()}


class History(RuleBasedStateMachine):
    """One history."""

    @initialize(present=st.sets(agent_names, min_size=1), first=st.lists(st.sampled_from(_WANTED), max_size=4))
    def begin(self, present: set[str], first: list[dict[str, int]]) -> None:
        self.centre = Centre(_url)
        self.centre.client.execute("FLUSHDB")
        self.lines = CrashingLines(self.centre.lines)
        parts: dict[str, Any] = {
            "lines": self.lines, "carrier": self.centre.carrier, "jobs": self.centre.jobs, "agents": self.centre.agents,
            "flows": self.centre.flows, "live": self.centre.live, "clock": self.centre.clock,
        }  # fmt: skip
        self.dispatch = Dispatch(**parts)
        self.presence = Presence(self.lines, self.centre.agents, self.centre.jobs, self.centre.clock)  # type: ignore[arg-type]
        for name, skills in _AGENTS.items():
            self.centre.agents.add(name, **skills)
        self.calls: list[str] = []
        self.turns = 10
        self.starts: dict[str, str] = {}
        self.joined: set[str] = set()
        self.read_events = "0"
        self.agent_states: dict[str, str] = dict.fromkeys(_AGENTS, "offline")
        self.dump: dict[str, Any] = {}
        for name in sorted(present):
            self.presence.log_in(name)
            self.centre.clock.pass_ms(1)
        for wanted in first:
            self.call(wanted, 0, False, None, False)
            self.centre.clock.pass_ms(1)

    def teardown(self) -> None:
        if hasattr(self, "centre"):
            self.everybody_behaves()
            self.centre.client.close()

    # --- what happens ----------------------------------------------------------------------------------------------
    @rule(name=agent_names)
    def log_in(self, name: str) -> None:
        with self.may_die():
            self.presence.log_in(name)

    @rule(name=agent_names, wish=st.sampled_from(["pause", "resume", "log_out", "finish_wrap_up"]))
    def wish(self, name: str, wish: str) -> None:
        with self.may_die():
            getattr(self.presence, wish)(name)

    @rule(
        wanted=st.sampled_from(_WANTED),
        priority=st.sampled_from([0, 0, 30, 600]),
        urgent=st.sampled_from([False, False, False, True]),
        longest=st.sampled_from([None, None, 60]),
        nobody=st.booleans(),
    )
    def call(self, wanted: dict[str, int], priority: int, urgent: bool, longest: int | None, nobody: bool) -> None:
        sid = f"CA{len(self.calls)}"
        self.calls.append(sid)
        self.centre.carrier.inbound(sid)
        self.join(sid, Join("help", wanted, priority, urgent, longest, nobody), 1)

    @rule(which=nth, wanted=st.sampled_from(_WANTED), turn=st.integers(1, 3))
    def call_joins_again(self, which: int, wanted: dict[str, int], turn: int) -> None:
        sid = self.pick(which)
        if sid and self.centre.carrier.legs[sid].status not in ENDED:
            self.join(sid, Join("help", wanted), turn)

    @rule(
        which=nth,
        number=st.sampled_from(_NUMBERS),
        later=st.sampled_from([0, 0, 0, 60, 4_000]),
        tries=st.integers(1, 3),
    )
    def books_a_callback(self, which: int, number: str, later: int, tries: int) -> None:
        sid = self.pick(which)
        if not sid or self.centre.carrier.legs[sid].status in ENDED:
            return
        self.turns += 1
        at = self.centre.clock.now() + timedelta(seconds=later)
        book = Book("help", number, {"fr": 1}, not_before=at.isoformat() if later else "", tries=tries)
        session = Session(
            sid,
            "main",
            "f",
            "d",
            "s",
            "fr-FR",
            to_number="+33139753975",
            turn=self.turns,
            caller=CallerFacts(number=number),
        )
        with self.may_die():
            self.dispatch.callbacks.book(session, book, self.now)

    @rule(number=st.sampled_from(_NUMBERS))
    def calls_a_callback_off(self, number: str) -> None:
        if found := self.centre.lines.callback_of("help", number):
            with self.may_die():
                self.dispatch.callbacks.withdraw(found)

    @rule(which=nth, key=st.sampled_from(["1", "1", "1", "2", "3", "", "9"]))
    def called_person_presses(self, which: int, key: str) -> None:
        """Somebody who is being called back, perhaps for an offer long over, picks up and presses a key."""
        if (offer := self.pick_offer(which)) and (leg := self.caller_leg(offer)):
            callbacks = self.dispatch.callbacks
            with self.may_die():
                self.lines.caller_leg(offer, leg, self.now, lease_ms=45_000, picked_up=True)
                if key == "1":
                    self.dispatch.bridge(offer, offer.rpartition("-")[0], self.now)
                elif key in ("2", "3"):
                    (callbacks.not_now if key == "2" else callbacks.call_off)(offer, leg)
                elif not key:
                    callbacks.no_key(offer, leg)

    @rule(which=nth, status=st.sampled_from(["busy", "no-answer", "failed", "completed", "ringing"]))
    def called_persons_leg_reports(self, which: int, status: str) -> None:
        if (offer := self.pick_offer(which)) and (leg := self.caller_leg(offer)):
            if status in ENDED:
                self.centre.carrier.legs[leg].status = status
            with self.may_die():
                self.dispatch.callbacks.leg_status(offer, leg, status, "", self.now)

    @rule(which=nth)
    def heartbeat(self, which: int) -> None:
        if sid := self.pick(which):
            with self.may_die():
                self.dispatch.waiting(sid, self.now)

    @rule(which=nth)
    def caller_hangs_up(self, which: int) -> None:
        if sid := self.pick(which):
            self.centre.carrier.legs[sid].status = "completed"
            with self.may_die():
                self.dispatch.caller_gone(sid, self.now)

    @rule(which=nth)
    def caller_hangs_up_unheard(self, which: int) -> None:
        if sid := self.pick(which):
            self.centre.carrier.legs[sid].status = "completed"

    @rule(which=nth, how=st.sampled_from(["run", "run", "run", "lose", "twice"]))
    def worker(self, which: int, how: str) -> None:
        hints = self.centre.jobs.hints
        if not hints:
            return
        job, *args = hints.pop(which % len(hints))
        for _ in range({"run": 1, "lose": 0, "twice": 2}[how]):
            with self.may_die():
                self.perform(job, args)

    @rule()
    def workers_catch_up(self) -> None:
        with self.may_die():
            while self.centre.jobs.hints:
                job, *args = self.centre.jobs.hints.pop(0)
                self.perform(job, args)

    @rule(which=nth, ends=st.sampled_from(["", "caller", "agent"]))
    def a_talk(self, which: int, ends: str) -> None:
        """The phone of an open offer is answered as it should be; perhaps the talk ends at once."""
        if offer := self.pick_offer(which):
            self.workers_catch_up()
            self.agent_presses(which, "1")
            self.caller_enters_the_room(which)
            if ends:
                self.centre.clock.pass_ms(20_000)
                self.talk_ends(which, ends)
            assert offer

    @rule(which=nth)
    def nobody_answers(self, which: int) -> None:
        self.workers_catch_up()
        self.agents_leg_reports(which, "no-answer")

    @rule(which=nth, key=st.sampled_from(["1", "1", "1", "2", "", "9"]))
    def agent_presses(self, which: int, key: str) -> None:
        """The phone of some offer, perhaps long over or hung up, is picked up and a key pressed."""
        if offer := self.pick_offer(which):
            legs = self.centre.carrier.legs.values()
            leg = next((made.sid for made in reversed(legs) if made.path == f"/voice/offer/{offer}"), "")
            if not leg:
                return
            with self.may_die():
                self.dispatch.offer_answered(offer, leg, self.now)
                self.dispatch.offer_key(offer, key, self.now)

    @rule(which=nth, status=st.sampled_from(["busy", "no-answer", "failed", "completed", "ringing"]))
    def agents_leg_reports(self, which: int, status: str) -> None:
        if offer := self.pick_offer(which):
            leg = self.centre.lines.reservation(offer).leg  # type: ignore[union-attr]
            if leg:
                if status in ENDED:
                    self.centre.carrier.legs[leg].status = status
                with self.may_die():
                    self.dispatch.offer_status(offer, leg, status, "", self.now)

    @rule(which=nth)
    def caller_enters_the_room(self, which: int) -> None:
        if (offer := self.pick_offer(which)) and not offer.startswith("CB"):
            with self.may_die():
                self.dispatch.bridge(offer, offer.rpartition("-")[0], self.now)
                self.dispatch.room_event(offer, "conference-start", "", self.now)

    @rule(which=nth, who=st.sampled_from(["caller", "agent", "room"]))
    def talk_ends(self, which: int, who: str) -> None:
        if offer := self.pick_offer(which):
            call = offer.rpartition("-")[0]
            with self.may_die():
                if who == "caller":
                    self.dispatch.talked(call, self.now)
                elif who == "agent":
                    self.dispatch.offer_done(offer, self.now)
                else:
                    self.dispatch.room_event(offer, "conference-end", "", self.now)

    @rule(ms=st.sampled_from([1, 500, 3_000, 10_000, 30_000, 100_000]))
    def time_passes(self, ms: int) -> None:
        self.centre.clock.pass_ms(ms)

    @rule()
    def sweep(self) -> None:
        with self.may_die():
            self.dispatch.sweep(self.now)

    @rule(
        request=st.sampled_from(["call", "redirect", "hang_up", "leg", "legs_to"]),
        kind=st.sampled_from(["refused", "retry", "lost", "lost-after"]),
    )
    def carrier_will_fail(self, request: str, kind: str) -> None:
        error = CarrierError(kind, retry=kind == "retry", ambiguous=kind.startswith("lost"))
        self.centre.carrier.fail(request, error, after=kind == "lost-after")

    @rule(countdown=st.integers(1, 4), after=st.booleans())
    def somebody_will_die(self, countdown: int, after: bool) -> None:
        self.lines.arm(countdown, after=after)

    @rule(twice=st.booleans())
    def answers_are_lost(self, twice: bool) -> None:
        self.lines.twice = twice

    # --- what must be true, always ---------------------------------------------------------------------------------
    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "centre"):
            return
        before, self.dump = self.dump, dict(self.centre.lines.dump())
        calls, offers, people = self.of("call"), self.of("reservation"), self.of("agent")
        self.nobody_twice(calls, offers, people)
        self.no_eligible_pair(calls, people)
        self.no_overtaking(before, calls, people)
        self.places_survive(calls)
        self.one_a_number(calls)
        self.everything_ends(calls, offers, people)
        self.states_follow_the_tables(before, offers)

    def nobody_twice(self, calls: dict[str, Any], offers: dict[str, Any], people: dict[str, Any]) -> None:
        for sid, call in calls.items():
            held = [name for name, agent in people.items() if agent.get("call") == sid]
            if call["state"] in ("offered", "accepted", "bridged"):
                assert held == [call["agent"]], f"2: {sid} {call['state']} is held by {held}"
                offer, agent = offers[call["reservation"]], people[call["agent"]]
                assert agent["reservation"] == call["reservation"]
                expected = ("pending", "ringing") if call["state"] == "offered" else ("accepted",)
                assert offer["state"] in expected, f"2: {sid} {call['state']} by a {offer['state']} offer"
                assert agent["state"] == ("reserved" if call["state"] == "offered" else "on_call")
            else:
                assert held == [], f"2: {sid} {call['state']} is held by {held}"
            opened = [o for o in offers.values() if o["call"] == sid and o["state"] in ("pending", "ringing")]
            talks = [o for o in offers.values() if o["call"] == sid and o["state"] == "accepted" and not o.get("ended")]
            assert len(opened) + len(talks) <= 1, f"2: {sid} has {len(opened)} open offers and {len(talks)} talks"
        for name, agent in people.items():
            busy = agent["state"] in ("reserved", "on_call")
            assert bool(agent.get("call")) == busy, f"7: {name} is {agent['state']} with call {agent.get('call')!r}"

    def no_eligible_pair(self, calls: dict[str, Any], people: dict[str, Any]) -> None:
        names = self.dump.get("groups:names", {})
        waiting = {sid: names[call["group"]] for sid, call in calls.items() if call["state"] == "waiting"}
        for name, agent in people.items():
            if agent["state"] == "available":
                for sid, wanted in waiting.items():
                    assert not may_answer(parse(agent["skills"]), wanted, name), f"3: {name} is free while {sid} waits"

    def no_overtaking(self, before: dict[str, Any], calls: dict[str, Any], people: dict[str, Any]) -> None:
        names = self.dump.get("groups:names", {})
        for sid, call in calls.items():
            key = f"reservation:{call['reservation']}"
            if call["state"] != "offered" or key in before:
                continue
            skills = parse(people[call["agent"]]["skills"])
            for other, passed in calls.items():
                was = before.get(f"call:{other}", {})
                stood = passed["state"] == "waiting" == was.get("state") and passed["group"] == was["group"]
                if stood and may_answer(skills, names[passed["group"]], call["agent"]):
                    assert float(passed["score"]) >= float(call["score"]), f"4: {sid} overtook {other}"

    def places_survive(self, calls: dict[str, Any]) -> None:
        for sid, call in calls.items():
            start = self.starts.setdefault(sid, call["virtual_start"])
            assert call["virtual_start"] == start, f"5: {sid} lost its place"
            origin = calls.get(call.get("origin", ""))
            if origin is not None:
                chosen = float(call["booked"]) < float(call["virtual_start"])
                assert chosen or call["virtual_start"] == origin["virtual_start"], f"5: {sid} lost its caller's place"

    def one_a_number(self, calls: dict[str, Any]) -> None:
        known = self.dump.get("callbacks", {})
        live = {sid: call for sid, call in calls.items() if call.get("mode") == "callback" and call["state"] != "left"}
        assert sorted(known.values()) == sorted(live), "a number has one callback, and the one it has is known"
        for sid, call in live.items():
            assert known[f"{call['queue']} {call['number']}"] == sid
        up = [
            made.to_number
            for made in self.centre.carrier.ringing()
            if made.path.startswith("/voice/callback/") and self.wanted(made.path, made.sid)
        ]
        assert len(up) == len(set(up)), "one agent, one dial: nobody's phone rings for two"

    def wanted(self, path: str, leg: str) -> bool:
        offer = self.dump.get(f"reservation:{path.rpartition('/')[2]}", {})
        return offer.get("state") == "accepted" and not offer.get("ended") and offer.get("caller_leg") == leg

    def everything_ends(self, calls: dict[str, Any], offers: dict[str, Any], people: dict[str, Any]) -> None:
        due = self.dump.get("due", {})
        for sid, call in calls.items():
            in_line = sid in self.dump.get("queue:help:calls", {})
            assert in_line == (call["state"] in ("waiting", "offered", "accepted")), f"1: {sid} {call['state']}"
            in_group = sid in self.dump.get(f"group:{call['group']}:calls", {})
            assert in_group == (call["state"] == "waiting"), f"1: {sid} {call['state']}, in its group: {in_group}"
            if in_line or call["state"] == "later":
                assert f"call:{sid}" in due, f"6: nobody looks after {sid}"
        for offer_id, offer in offers.items():
            live = offer["state"] in ("pending", "ringing") or (offer["state"] == "accepted" and not offer.get("ended"))
            if live:
                assert f"offer:{offer_id}" in due, f"7: {offer_id} has no end"
        for name, agent in people.items():
            if agent["state"] == "wrap_up" or (agent["state"] == "paused" and float(agent["deadline"]) > 0):
                assert f"agent:{name}" in due, f"7: {name} is {agent['state']} without an end"
            listed = any(
                name in self.dump.get(f"group:{g}:agents", {}) for g in self.dump.get(f"agent:{name}:groups", ())
            )
            if self.dump.get(f"agent:{name}:groups"):
                assert listed == (agent["state"] == "available"), f"7: {name} is {agent['state']}, listed: {listed}"

    def states_follow_the_tables(self, before: dict[str, Any], offers: dict[str, Any]) -> None:
        for offer_id, offer in offers.items():
            was = before.get(f"reservation:{offer_id}", {}).get("state", "pending")
            assert offer["state"] in _LATER_STATES[was], f"{offer_id}: {was} became {offer['state']}"
        for name, state in self.agent_events():
            step = (self.agent_states[name], state)
            assert step in _AGENT_STEPS, f"{name}: {step[0]} became {step[1]}"
            self.agent_states[name] = state

    # --- the end: everybody behaves --------------------------------------------------------------------------------
    def everybody_behaves(self) -> None:
        self.lines.disarm()
        self.lines.twice = False
        self.centre.carrier.faults.clear()
        for sid in sorted(self.joined):  # a caller whose joining died has heartbeats, which join again
            if sid not in self.of("call") and self.centre.carrier.legs[sid].status not in ENDED:
                self.join(sid, Join("help", {"fr": 1}), 1)
        self.centre.agents.add("eve", fr=10, tax=10)
        self.agent_states["eve"] = "offline"
        self.presence.log_in("eve")
        for _ in range(40 + 4 * len(self.calls)):
            self.round()
            self.holds()
            if all(call["state"] == "left" for call in self.of("call").values()):
                break
            self.to_the_next_callback()
        for _ in range(8):
            self.round()
            self.holds()
        for sid, call in self.of("call").items():
            assert call["state"] == "left", f"1: {sid} is lost, {call}"
            assert call["left_reason"] in _REASONS, call["left_reason"]
        for name, agent in self.of("agent").items():
            assert agent["state"] in ("available", "paused", "offline"), f"7: {name} is stuck {agent['state']}"
            assert agent["state"] != "paused" or float(agent["deadline"]) == 0, f"7: {name} is stuck in a back-off"
        assert self.centre.carrier.ringing() == [], "a phone rings for nobody"
        assert self.dump.get("groups:waiting", set()) == set()
        left_over = {member for member in self.dump.get("due", {}) if not member.startswith(("stray:", "caller:"))}
        assert left_over == set(), f"deadlines nobody needs: {left_over}"

    def round(self) -> None:
        """Six seconds in which workers work, agents accept, callers follow and hang up after talking."""
        self.centre.clock.pass_ms(6_000)
        self.dispatch.sweep(self.now)
        hints, self.centre.jobs.hints = self.centre.jobs.hints, []
        for job, *args in hints:
            self.perform(job, args)
        for sid in self.calls:
            self.caller_behaves(sid)
        for sid, kept in self.of("call").items():
            if sid.startswith("CB"):
                self.called_back(sid, kept)

    def caller_behaves(self, sid: str) -> None:
        """A caller who waits is answered, led into the room, talks and hangs up."""
        if (call := self.centre.lines.call(sid)) and call.state != "left":
            if self.centre.carrier.legs[sid].status in ENDED:
                self.dispatch.caller_gone(sid, self.now)
            elif call.state == "waiting":
                self.dispatch.waiting(sid, self.now)
            elif call.state == "offered" and (leg := self.leg_of(call.reservation)):
                self.dispatch.offer_answered(call.reservation, leg, self.now)
                self.dispatch.offer_key(call.reservation, "1", self.now)
            elif call.state == "accepted":
                self.dispatch.bridge(call.reservation, sid, self.now)
                self.dispatch.room_event(call.reservation, "conference-start", "", self.now)
            elif call.state == "bridged":
                leg = self.leg_of(call.reservation)
                self.dispatch.talked(sid, self.now)
                self.centre.carrier.legs[leg].status = "completed"
                self.dispatch.offer_status(call.reservation, leg, "completed", "", self.now)

    def called_back(self, sid: str, kept: dict[str, str]) -> None:
        """Whoever is called back picks up, presses 1 and talks."""
        offer = kept["reservation"]
        if kept["state"] == "offered" and (leg := self.leg_of(offer)):
            self.dispatch.offer_answered(offer, leg, self.now)
            self.dispatch.offer_key(offer, "1", self.now)
        elif kept["state"] == "accepted" and (leg := self.caller_leg(offer)):
            if self.centre.carrier.legs[leg].status in ENDED:
                self.dispatch.callbacks.leg_status(offer, leg, "completed", "", self.now)
                return
            self.lines.caller_leg(offer, leg, self.now, lease_ms=45_000, picked_up=True)
            self.dispatch.bridge(offer, sid, self.now)
            self.dispatch.room_event(offer, "conference-start", "", self.now)
        elif kept["state"] == "bridged":
            for leg in filter(None, (self.leg_of(offer), self.caller_leg(offer))):
                self.centre.carrier.legs[leg].status = "completed"
            self.dispatch.offer_done(offer, self.now)
            self.dispatch.callbacks.leg_status(offer, self.caller_leg(offer), "completed", "", self.now)
            self.dispatch.offer_status(offer, self.leg_of(offer), "completed", "", self.now)

    def to_the_next_callback(self) -> None:
        """Where nothing is left but callbacks whose time hasn't come, it comes."""
        live = [call for call in self.of("call").values() if call["state"] != "left"]
        if live and all(call["state"] == "later" for call in live):
            soonest = min(int(float(call["not_before"])) for call in live)
            self.centre.clock.pass_ms(max(0, soonest - self.now))

    # --- helpers ---------------------------------------------------------------------------------------------------
    @property
    def now(self) -> int:
        return self.centre.now

    def leg_of(self, offer: str) -> str:
        """The leg of an offer that is still up at the carrier."""
        reservation = self.centre.lines.reservation(offer)
        return reservation.leg if reservation and reservation.leg in self.centre.carrier.legs else ""

    def caller_leg(self, offer: str) -> str:
        """The leg that calls somebody back, as far as it is known."""
        reservation = self.centre.lines.reservation(offer)
        return reservation.caller_leg if reservation and reservation.caller_leg in self.centre.carrier.legs else ""

    def join(self, sid: str, join: Join, turn: int) -> None:
        self.joined.add(sid)
        session = Session(sid, "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=turn)
        with self.may_die():
            self.dispatch.join(session, join, self.now)

    def perform(self, job: str, args: list[str]) -> None:
        match job:
            case "ring":
                self.dispatch.ring(*args)
            case "bridge":
                self.dispatch.bridge_caller(*args)
            case "drop_leg":
                self.dispatch.drop_leg(*args)
            case "sweep":
                self.dispatch.sweep(self.now)
            case "keep_callback":
                pass
            case _:
                raise AssertionError(job)

    @contextlib.contextmanager
    def may_die(self) -> Iterator[None]:
        with contextlib.suppress(Died, CarrierError, IllegalTransition):
            yield

    def pick(self, which: int) -> str:
        return self.calls[which % len(self.calls)] if self.calls else ""

    def pick_offer(self, which: int) -> str:
        """Some offer, the newest most often."""
        made = sorted(self.of("reservation"), key=lambda offer: float(self.dump[f"reservation:{offer}"]["made"]))
        return made[-1 - which % min(4, len(made))] if made else ""

    def of(self, kind: str) -> dict[str, Any]:
        found = self.centre.lines.dump() if not self.dump else self.dump
        return {
            key.removeprefix(f"{kind}:"): value
            for key, value in found.items()
            if key.startswith(f"{kind}:") and not key.endswith(":groups")
        }

    def agent_events(self) -> list[tuple[str, str]]:
        import json

        found = []
        for entry, flat in self.centre.client.execute("XRANGE", "hl:{main}:events", f"({self.read_events}", "+"):
            self.read_events = entry.decode()
            fields = dict(zip(flat[::2], flat[1::2], strict=True))
            if fields[b"type"] == b"agent.changed":
                data = json.loads(fields[b"data"])
                found.append((data["agent"], data["state"]))
        return found


@pytest.mark.timeout(600)
def test_random_histories(redis_url: str) -> None:
    global _url
    _url = redis_url
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )
