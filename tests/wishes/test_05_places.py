"""The place in line outlasts menus, other lines and lines that drop."""

from collections.abc import Callable

from ivr.core.flow.effects import Join
from tests.routing.conftest import Centre
from tests.web.house import CALL, House, verbs
from tests.wishes.hands import offered_to, rings_out

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
