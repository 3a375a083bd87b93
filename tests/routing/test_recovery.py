"""A store that comes back without the end of its log: who talks goes on talking, with the same person, undisturbed."""

from dataclasses import dataclass, field

import pytest

from ivr.core.flow.effects import Join
from ivr.core.flow.session import Session
from ivr.services.ports import CarrierError
from ivr.store.redis.keys import Keys
from ivr.store.redis.settled import RedisSettled
from tests.lost_tail import Kept, as_it_is, back_to
from tests.routing.conftest import Centre

STEPS = ("logged in", "waiting", "offered", "ringing", "picked up", "accepted", "talking")


@dataclass
class Talk:
    """A call's way to a talk with ann, and what the store held after each step of it."""

    centre: Centre
    url: str
    call: str = ""
    offer: str = ""
    leg: str = ""
    kept: dict[str, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.memory = RedisSettled(self.centre.client, Keys())
        self.recovery = self.centre.recovery
        self.recovery.sweep(self.centre.now)
        self._begin()

    def _begin(self) -> None:
        centre = self.centre
        centre.agent("ann")
        self._keep("logged in")
        centre.presence.pause("ann")
        self.call = centre.caller()
        self._keep("waiting")
        centre.presence.resume("ann")
        self._keep("offered")
        centre.work()
        self.offer, self.leg = centre.offer_of(self.call), centre.ringing_leg(self.call)
        self._keep("ringing")
        centre.dispatch.offer_answered(self.offer, self.leg, centre.now)
        self._keep("picked up")
        centre.dispatch.offer_key(self.offer, "1", centre.now)
        self._keep("accepted")
        centre.work()
        assert centre.dispatch.bridge(self.offer, self.call, centre.now) is not None
        centre.dispatch.room_event(self.offer, "conference-start", "", centre.now)
        self._keep("talking")
        self.seated(self.call, self.leg)

    def _keep(self, step: str) -> None:
        self.kept[step] = as_it_is(self.url)

    def seated(self, *legs: str) -> None:
        """Who is in the room, as the carrier knows it."""
        self.centre.carrier.seated = {f"room-{self.offer}": legs}

    def back_to(self, step: str) -> None:
        """The store has died, and knows no more than it did then."""
        back_to(self.url, self.kept[step])
        self.centre.carrier.redirects.clear()
        self.centre.carrier.hung_up.clear()
        self.centre.carrier.requests.clear()
        self.centre.jobs.take()

    def goes_on(self) -> None:
        """Nobody leads the caller away, hangs up on the agent, or rings anybody, whatever time passes."""
        for _ in range(40):
            self.centre.clock.pass_ms(1_000)
            self.recovery.sweep(self.centre.now)
            self.centre.work()
        assert self.centre.carrier.redirects == []
        assert self.leg not in self.centre.carrier.hung_up
        assert (self.centre.call_state(self.call), self.centre.state("ann")) == ("bridged", "on_call")
        assert self.centre.offer_of(self.call) == self.offer
        assert self.centre.dispatch.talked(self.call, self.centre.now).reason == "talked"
        assert self.centre.state("ann") == "wrap_up"


@pytest.fixture
def talk(centre: Centre, redis_url: str) -> Talk:
    return Talk(centre, redis_url)


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_talk_goes_on_whatever_the_store_has_forgotten_of_it(talk: Talk, step: str) -> None:
    talk.back_to(step)
    talk.recovery.sweep(talk.centre.now)
    assert "call" not in talk.centre.carrier.requests
    talk.goes_on()


def test_so_it_does_where_the_call_itself_is_forgotten_but_not_its_session(talk: Talk) -> None:
    talk.back_to("logged in")
    session = Session(talk.call, "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=1)
    join = '{"queue": "help", "skills": {"fr": 1}}'
    talk.recovery.sessions.save(session, "<Response/>", (), {"join": join, "join_ms": str(talk.centre.now)})
    talk.recovery.sweep(talk.centre.now)
    talk.goes_on()


def test_a_call_nobody_knows_of_any_more_is_left_in_its_talk(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.back_to("logged in")
    talk.recovery.sweep(talk.centre.now)
    assert "a talk stays unknown" in caplog.text
    assert talk.centre.carrier.redirects == []
    assert talk.centre.state("ann") == "available"


def test_an_agent_alone_in_the_room_gets_the_caller_they_accepted(talk: Talk) -> None:
    talk.back_to("picked up")
    talk.seated(talk.leg)
    talk.recovery.sweep(talk.centre.now)
    assert talk.centre.call_state(talk.call) == "accepted"
    talk.centre.work()
    assert talk.centre.carrier.redirects == [(talk.call, f"/voice/bridge/{talk.offer}")]


@pytest.mark.parametrize("step", ["waiting", "offered", "accepted"])
def test_a_hint_that_comes_before_anybody_has_looked_leads_nobody_away(talk: Talk, step: str) -> None:
    talk.back_to(step)
    talk.recovery.bridge_caller(talk.offer)
    assert talk.centre.carrier.redirects == []
    talk.recovery.sweep(talk.centre.now)
    talk.goes_on()


@pytest.mark.parametrize("step", STEPS[1:])
def test_repairs_wait_until_somebody_has_looked(talk: Talk, step: str) -> None:
    talk.back_to(step)
    bea = talk.centre.agent("bea")
    talk.centre.presence.pause(bea)
    before = talk.centre.lines.dump()
    assert talk.recovery.reconcile(talk.centre.now) == 0
    assert talk.centre.lines.dump() == before
    talk.recovery.sweep(talk.centre.now)
    talk.recovery.reconcile(talk.centre.now)
    talk.goes_on()


def test_whoever_was_offered_the_call_meanwhile_is_free_again(talk: Talk) -> None:
    talk.back_to("waiting")
    bea = talk.centre.agent("bea")
    talk.centre.dispatch.waiting(talk.call, talk.centre.now)
    assert (talk.centre.offer_of(talk.call), talk.centre.state(bea)) == (talk.offer, "reserved")
    talk.centre.work()
    rung = talk.centre.ringing_leg(talk.call)
    talk.recovery.sweep(talk.centre.now)
    talk.centre.work()
    assert talk.centre.state(bea) == "available"
    assert rung in talk.centre.carrier.hung_up
    talk.goes_on()


def test_a_caller_who_was_given_the_agent_meanwhile_goes_to_the_next(talk: Talk) -> None:
    talk.back_to("logged in")
    other = talk.centre.caller()
    assert talk.centre.call_state(other) == "offered"
    session = Session(talk.call, "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=1)
    talk.centre.dispatch.join(session, Join("help", {"fr": 1}), talk.centre.now)
    talk.recovery.sweep(talk.centre.now)
    talk.centre.work()
    assert talk.centre.call_state(other) == "waiting"
    bea = talk.centre.agent("bea")
    assert (talk.centre.call_state(other), talk.centre.state(bea)) == ("offered", "reserved")
    assert (talk.centre.call_state(talk.call), talk.centre.state("ann")) == ("bridged", "on_call")


def test_a_talk_that_is_over_at_the_carrier_is_not_begun_again(talk: Talk) -> None:
    talk.back_to("accepted")
    talk.centre.carrier.seated = {}
    talk.recovery.sweep(talk.centre.now)
    assert talk.centre.call_state(talk.call) == "accepted"


def test_others_wait_until_somebody_has_looked(talk: Talk) -> None:
    talk.back_to("accepted")
    assert talk.memory.begin()
    talk.centre.clock.pass_ms(60_000)
    assert talk.centre.recovering().sweep(talk.centre.now) == 0
    talk.memory.settle()
    assert talk.centre.recovering().sweep(talk.centre.now) > 0


def test_it_is_looked_once_for_each_start_of_the_store(talk: Talk) -> None:
    for process in (talk.recovery, talk.centre.recovering()):
        process.sweep(talk.centre.now)
    assert "rooms" not in talk.centre.carrier.requests
    talk.back_to("talking")
    for process in (talk.recovery, talk.centre.recovering()):
        process.sweep(talk.centre.now)
    assert talk.centre.carrier.requests.count("rooms") == 1


def test_a_carrier_that_does_not_answer_keeps_no_deadline(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.back_to("waiting")
    talk.centre.carrier.fail("rooms", CarrierError("no answer", ambiguous=True))
    assert talk.recovery.settled(talk.centre.now)
    assert "who talks to whom wasn't learned" in caplog.text


def test_what_says_that_somebody_looked_dies_with_the_store(talk: Talk) -> None:
    assert talk.memory.settled()
    talk.centre.client.execute("SCRIPT", "FLUSH")
    assert not talk.memory.settled()
    assert not RedisSettled(talk.centre.client, Keys("another")).settled()
