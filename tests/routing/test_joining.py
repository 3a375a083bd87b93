"""Into a line by its rules: entry conditions, and lines that run over into another."""

from dataclasses import replace

from ivr.core.flow.effects import Join
from ivr.core.flow.session import Session
from ivr.core.queue_rules import Entry, Overflow, QueueDefinition
from ivr.core.routing.rings import Ring
from ivr.services.dispatch import Dispatch
from ivr.services.dispatch_answers import Hold, Leave
from ivr.services.forecasting import Forecasting
from ivr.services.lines_port import LineAsk
from ivr.store.redis.keys import Keys
from ivr.store.redis.told import RedisTold
from tests.routing.conftest import Centre


def house(centre: Centre, **first: object) -> None:
    """A line for taxes that runs over into the reception's."""
    centre.flows.queue_definitions["tax"] = QueueDefinition(
        "tax",
        skills=(("tax", 3),),
        overflow=Overflow("reception"),
        **first,  # type: ignore[arg-type]
    )
    reception = QueueDefinition("reception", skills=(("hello", 1),), max_wait_seconds=60)
    centre.flows.queue_definitions["reception"] = reception


def queue_of(centre: Centre, call: str) -> str:
    found = centre.lines.call(call)
    return found.queue if found else ""


def test_who_has_waited_too_long_goes_on_to_another_line_in_their_place(centre: Centre) -> None:
    house(centre, max_wait_seconds=120)
    sid = centre.caller(Join("tax", {"tax": 9}))
    start = centre.lines.call(sid).virtual_start_ms  # type: ignore[union-attr]
    centre.clock.pass_ms(119_000)
    assert isinstance(centre.dispatch.waiting(sid, centre.now), Hold)
    assert queue_of(centre, sid) == "tax"
    centre.clock.pass_ms(1_000)
    assert isinstance(centre.dispatch.waiting(sid, centre.now), Hold)
    moved = centre.lines.call(sid)
    assert moved is not None
    assert (moved.queue, moved.virtual_start_ms, moved.asks) == ("reception", start, "")
    centre.agent("rosa", hello=1)
    assert centre.call_state(sid) == "offered"


def test_what_the_step_asked_for_goes_along_where_somebody_there_can_do_it(centre: Centre) -> None:
    house(centre, max_wait_seconds=120)
    centre.agent("rosa", hello=1)
    centre.agent("lotte", hello=1, nl=5)
    for name in ("rosa", "lotte"):
        centre.presence.pause(name, "lunch")
    dutch, french = centre.caller(Join("tax", {"tax": 5, "nl": 3})), centre.caller(Join("tax", {"it": 3}))
    centre.clock.pass_ms(120_000)
    for sid in (dutch, french):
        centre.dispatch.waiting(sid, centre.now)
    kept = [found.asks for sid in (dutch, french) if (found := centre.lines.call(sid)) and found.queue == "reception"]
    assert kept == ["nl:3", ""], "of the first, taxes are left behind; nobody there speaks the second's language"
    centre.presence.resume("rosa")
    assert (centre.call_state(dutch), centre.call_state(french)) == ("waiting", "offered")
    centre.presence.resume("lotte")
    assert centre.call_state(dutch) == "offered"


def test_who_goes_home_as_a_call_joins_again_keeps_no_ring_shut(centre: Centre) -> None:
    later = Ring(40, (("hello", 1),), instead=True)
    centre.flows.queue_definitions["tax"] = QueueDefinition("tax", skills=(("tax", 1),), rings=(later,))
    centre.agent("tina", tax=3)
    centre.agent("rosa", hello=1)
    sid = centre.caller(Join("desk", {"tax": 1}))
    centre.talk(sid)
    centre.presence.log_out("tina")  # as soon as this talk is over
    centre.dispatch.join(replace(session_of(centre), call_sid=sid, turn=7), Join("tax"), centre.now)
    found = centre.lines.call(sid)
    assert found is not None
    assert (found.queue, found.ring, found.agent) == ("tax", 2, "rosa")


def test_it_goes_along_through_a_door_that_is_shut_as_well(centre: Centre) -> None:
    house(centre, max_waiting=1)
    centre.agent("rosa", hello=1)
    centre.agent("lotte", hello=1, nl=5)
    centre.caller(Join("tax"))
    sid = centre.caller(Join("tax", {"nl": 3}))
    found = centre.lines.call(sid)
    assert found is not None
    assert (found.queue, found.state, found.agent) == ("reception", "offered", "lotte")


def test_the_other_line_has_a_longest_wait_of_its_own_and_then_an_exit(centre: Centre) -> None:
    house(centre, max_wait_seconds=120)
    sid = centre.caller(Join("tax"))
    centre.clock.pass_ms(120_000)
    centre.dispatch.waiting(sid, centre.now)
    centre.clock.pass_ms(59_000)
    assert isinstance(centre.dispatch.waiting(sid, centre.now), Hold)
    centre.clock.pass_ms(1_000)
    assert centre.dispatch.waiting(sid, centre.now) == Leave("timeout")


def test_a_full_line_runs_over_at_the_door(centre: Centre) -> None:
    house(centre, max_waiting=1)
    first, second = centre.caller(Join("tax")), centre.caller(Join("tax"))
    assert [queue_of(centre, sid) for sid in (first, second)] == ["tax", "reception"]


def test_nobody_there_who_may_answer_runs_over_at_the_door(centre: Centre) -> None:
    house(centre)
    centre.agent("rosa", hello=1)
    sid = centre.caller(Join("tax", leave_if_nobody=True))
    assert (queue_of(centre, sid), centre.call_state(sid)) == ("reception", "offered")


def test_whoever_put_the_overflow_aside_finds_the_door_shut(centre: Centre) -> None:
    house(centre, max_waiting=1)
    alone = Join("tax", overflow=False)
    centre.caller(alone)
    assert centre.dispatch.join(session_of(centre), alone, centre.now) == Leave("full", "tax")
    nobody, again = replace(alone, leave_if_nobody=True), replace(session_of(centre), turn=2)
    assert centre.dispatch.join(again, nobody, centre.now) == Leave("nobody", "tax")


def test_whoever_put_the_overflow_aside_leaves_after_too_long_a_wait(centre: Centre) -> None:
    house(centre, max_wait_seconds=120)
    sid, other = centre.caller(Join("tax", overflow=False)), centre.caller(Join("tax"))
    centre.clock.pass_ms(120_000)
    assert centre.dispatch.waiting(sid, centre.now) == Leave("timeout", "tax")
    assert isinstance(centre.dispatch.waiting(other, centre.now), Hold)
    assert queue_of(centre, other) == "reception"


def test_and_while_phones_ring_for_it_one_after_the_other(centre: Centre) -> None:
    house(centre, max_wait_seconds=120)
    for name in ("tina", "tom"):
        centre.agent(name, tax=5)
    sid, other = centre.caller(Join("tax", overflow=False)), centre.caller(Join("tax"))
    centre.clock.pass_ms(120_000)
    for call in (sid, other):
        found = centre.lines.call(call)
        assert found is not None
        centre.lines.end_offer(*found.reservations, "no_answer", centre.now)
    assert (centre.call_state(sid), centre.call_state(other)) == ("left", "waiting")


def test_what_was_put_aside_is_not_when_the_call_joins_again(centre: Centre) -> None:
    house(centre, max_wait_seconds=120)
    sid = centre.caller(Join("tax", overflow=False))
    centre.dispatch.join(replace(session_of(centre), call_sid=sid, turn=7), Join("tax"), centre.now)
    centre.clock.pass_ms(120_000)
    assert isinstance(centre.dispatch.waiting(sid, centre.now), Hold)
    assert queue_of(centre, sid) == "reception"


def test_lines_that_run_over_in_a_circle_end(centre: Centre) -> None:
    for name, other in (("tax", "reception"), ("reception", "tax")):
        centre.flows.queue_definitions[name] = QueueDefinition(name, overflow=Overflow(other))
    assert centre.dispatch.join(session_of(centre), Join("tax", leave_if_nobody=True), centre.now) == Leave("nobody")


def test_a_line_lets_nobody_in_beyond_its_conditions_but_always_when_it_is_empty(centre: Centre) -> None:
    centre.dispatch = Dispatch(
        lines=centre.lines,
        carrier=centre.carrier,
        jobs=centre.jobs,
        agents=centre.agents,
        flows=centre.flows,
        live=centre.live,
        clock=centre.clock,
        entrance=Forecasting(RedisTold(centre.client, Keys()), centre.lines),
    )
    house(centre, entry=Entry(staffed=1))
    first, second = centre.caller(Join("tax")), centre.caller(Join("tax"))
    assert [queue_of(centre, sid) for sid in (first, second)] == ["tax", "reception"]
    centre.agents.add("tina", tax=5)
    centre.presence.log_in("tina")
    assert queue_of(centre, centre.caller(Join("tax"))) == "tax"


def test_whoever_is_turned_away_stands_in_no_line_any_more(centre: Centre) -> None:
    class Shut:
        def may_enter(self, ask: LineAsk, entry: Entry | None, now_ms: int) -> str:
            return "crowded" if entry else ""

    centre.dispatch = Dispatch(
        lines=centre.lines,
        carrier=centre.carrier,
        jobs=centre.jobs,
        agents=centre.agents,
        flows=centre.flows,
        live=centre.live,
        clock=centre.clock,
        entrance=Shut(),
    )
    centre.flows.queue_definitions["tax"] = QueueDefinition("tax", entry=Entry(staffed=1), max_wait_seconds=60)
    sid = centre.caller()
    assert centre.call_state(sid) == "waiting"
    session = Session(sid, "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=2)
    assert centre.dispatch.join(session, Join("tax"), centre.now) == Leave("full")
    assert centre.call_state(sid) == "left"
    centre.agent("ann")
    assert centre.state("ann") == "available", "nobody rings for a caller who has gone on"


def session_of(centre: Centre) -> Session:
    centre.carrier.inbound("CAround")
    return Session("CAround", "main", "f", "d", "s", "fr-FR", to_number="+33139753975", turn=1)
