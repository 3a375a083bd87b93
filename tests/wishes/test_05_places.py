"""The place in line outlasts menus, other lines and lines that drop."""

from collections.abc import Callable

from ivr.core.flow.effects import Join
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.queue_rules import QueueDefinition
from tests.routing.conftest import Centre
from tests.web.house import CALL, House, verbs
from tests.wishes.hands import MARIE, PAUL, offered_to, rings_out

FLOW = """
title: Mairie
language: fr-FR
time_zone: Europe/Paris
start: line
on_fault: message
steps:
  line:
    queue: accueil
    max_wait: 5 min
    while_waiting: ways
    next: goodbye
    otherwise: message
  ways:
    menu: Tapez une touche.
    keys: {1: more, 2: other-line, star: line}
    otherwise: line
  more:
    menu: Encore une.
    keys: {star: line}
    otherwise: line
  other-line:
    queue: garde
    max_wait: 5 min
    next: goodbye
    otherwise: goodbye
  message:
    voicemail: mairie
    next: goodbye
  goodbye:
    hangup: Au revoir.
"""
QUEUES = "queues:\n  accueil: {max_wait: 5 min}\n  garde: {max_wait: 5 min}\n"


def start_of(house: House) -> int:
    found = house.hotline.lines.call(CALL)
    assert found is not None
    return found.virtual_start_ms


def test_wish_05_a_menu_while_waiting_and_back_keeps_the_place(house_of: Callable[..., House]) -> None:
    """Two menus deep and back again: the same item of the line, untouched."""
    house = house_of(FLOW, QUEUES)
    assert verbs(house.say("/voice/answer"))[-1] == "Enqueue"
    start = start_of(house)
    for turn, key in enumerate(("9", "1", "*"), 1):
        house.say(f"/voice/turn/{turn}", Digits=key)
    assert start_of(house) == start
    assert house.hotline.lines.call(CALL).state == "waiting"  # type: ignore[union-attr]


def test_wish_05_another_line_takes_the_place_along(house_of: Callable[..., House]) -> None:
    """Whoever turns to another line isn't at its end: their wait counts from when it began."""
    house = house_of(FLOW, QUEUES)
    house.say("/voice/answer")
    start = start_of(house)
    house.say("/voice/turn/1", Digits="2")
    moved = house.hotline.lines.call(CALL)
    assert moved is not None
    assert (moved.queue, moved.virtual_start_ms) == ("garde", start)


def test_wish_05_an_agent_who_does_not_answer_costs_no_place(centre: Centre) -> None:
    """Rung for in vain, by one agent after the other, a caller is still the first."""
    first = centre.caller()
    centre.clock.pass_ms(1_000)
    centre.caller()
    for name in ("ann", "bea"):
        centre.agent(name)
        assert offered_to(centre, name) == first
        rings_out(centre, name)
    centre.agent("cid")
    assert offered_to(centre, "cid") == first


def test_wish_05_back_in_line_after_a_step_of_the_flow(centre: Centre) -> None:
    """A call that left the line for a step and comes back is counted from its first joining."""
    first = centre.caller(Join("help", {"fr": 1}))
    centre.clock.pass_ms(1_000)
    second = centre.caller()
    centre.dispatch.left_by_key(first, centre.now)
    centre.clock.pass_ms(30_000)
    again = centre.lines.join(centre.request(first, turn=9), centre.now)
    assert again.state == "waiting"
    centre.agent("ann")
    assert offered_to(centre, "ann") == first
    assert centre.call_state(second) == "waiting"


def phones(centre: Centre, sid: str, number: str, queue: str = "help") -> str:
    """Somebody calls from a number and joins a line."""
    centre.carrier.inbound(sid)
    session = Session(sid, "main", "f", "d", "s", "fr-FR", turn=1, caller=CallerFacts(number=number))
    centre.dispatch.join(session, Join(queue, {"fr": 1}), centre.now)
    return sid


def drops_out(centre: Centre, sid: str, number: str) -> None:
    """The line drops, or the caller hangs up."""
    centre.carrier.legs[sid].status = "completed"
    centre.dispatch.caller_gone(sid, centre.now, number)


def test_wish_05_a_dropped_line_and_the_place_is_still_there(centre: Centre) -> None:
    """Marie's line drops in a tunnel; she phones again within two minutes and is before whoever came after her."""
    first = phones(centre, "CAfirst", MARIE)
    centre.clock.pass_ms(60_000)
    behind = centre.caller()
    drops_out(centre, first, MARIE)
    drops_out(centre, first, MARIE)
    centre.clock.pass_ms(90_000)
    again = phones(centre, "CAagain", MARIE)
    centre.agent("ann")
    assert offered_to(centre, "ann") == again
    assert centre.call_state(behind) == "waiting"


def test_wish_05_how_long_a_place_waits_is_the_lines_to_say(centre: Centre) -> None:
    """Longer where callers drop often, not at all where they shouldn't: by `keep_place`."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", keep_place_seconds=600)
    centre.flows.queue_definitions["other"] = QueueDefinition("other", keep_place_seconds=0)
    begun = centre.now
    for queue in ("help", "other"):
        phones(centre, f"CAfirst{queue}", MARIE, queue)
        drops_out(centre, f"CAfirst{queue}", MARIE)
    centre.clock.pass_ms(500_000)
    starts = [
        centre.lines.call(phones(centre, f"CAagain{queue}", MARIE, queue)).virtual_start_ms  # type: ignore[union-attr]
        for queue in ("help", "other")
    ]
    assert starts == [begun, centre.now]


def test_wish_05_the_place_waits_two_minutes_for_its_own_number_and_line(centre: Centre) -> None:
    """Not for ever, not for others, not in another line, and not for two calls at once."""
    phones(centre, "CAfirst", MARIE)
    start = centre.now
    drops_out(centre, "CAfirst", MARIE)
    centre.clock.pass_ms(10_000)
    starts = {
        sid: centre.lines.call(phones(centre, sid, number, queue)).virtual_start_ms  # type: ignore[union-attr]
        for sid, number, queue in (
            ("CApaul", PAUL, "help"),
            ("CAhidden", "", "help"),
            ("CAelsewhere", MARIE, "other"),
            ("CAagain", MARIE, "help"),
            ("CAtwice", MARIE, "help"),
        )
    }
    assert [sid for sid, found in starts.items() if found == start] == ["CAagain"]
    drops_out(centre, "CAagain", MARIE)
    centre.clock.pass_ms(120_000)
    late = phones(centre, "CAlate", MARIE)
    assert centre.lines.call(late).virtual_start_ms == centre.now  # type: ignore[union-attr]


def test_wish_05_a_drop_and_a_redial_through_the_whole_application(house_of: Callable[..., House]) -> None:
    """The carrier says the call is over; the next call from that number stands where it stood."""
    house = house_of(FLOW, QUEUES)
    house.say("/voice/answer")
    start = start_of(house)
    house.post("/voice/status", CallStatus="completed")
    again = "CA" + "e" * 32
    house.say("/voice/answer", CallSid=again)
    found = house.hotline.lines.call(again)
    assert found is not None
    assert (found.state, found.virtual_start_ms) == ("waiting", start)
