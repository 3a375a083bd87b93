"""Agents shared by lines: pairs are looked for, not heads of queues; and the order is one and told."""

import pytest

from ivr.core.flow.effects import Join
from ivr.core.queue_rules import QueueDefinition
from tests.routing.conftest import Centre
from tests.wishes.hands import offered_to, talks


def test_wish_06_a_call_nobody_present_can_take_holds_nobody_up(centre: Centre) -> None:
    """The oldest call asks for what nobody here can do; those behind it are answered."""
    centre.caller(Join("help", {"tax": 9}))
    centre.clock.pass_ms(1_000)
    behind = centre.caller(Join("help", {"fr": 1}))
    centre.agent("ann", fr=5)
    assert offered_to(centre, "ann") == behind


def test_wish_06_a_line_full_of_others_takes_a_call_somebody_is_free_for(centre: Centre) -> None:
    """Full means that one would have to wait too long, not that others do."""
    centre.flows.queue_definitions["help"] = QueueDefinition("help", max_waiting=1)
    centre.agent("ann", fr=5)
    centre.caller(Join("help", {"tax": 9}))
    quick = centre.caller(Join("help", {"fr": 1}))
    assert offered_to(centre, "ann") == quick
    turned_away = centre.caller(Join("help", {"fr": 1}))
    assert centre.lines.call(turned_away).left_reason == "full"  # type: ignore[union-attr]


def test_wish_06_no_line_starves_another(centre: Centre) -> None:
    """Two lines, one agent, one line with new callers all the time: the other's callers come in their turn."""
    centre.agent("ann", fr=5)
    busy = [centre.caller(Join("busy", {"fr": 1})) for _ in range(2) if centre.clock.pass_ms(1_000)]
    quiet = centre.caller(Join("quiet", {"fr": 1}))
    answered = []
    while len(answered) < len(busy) + 1:
        centre.caller(Join("busy", {"fr": 1}))
        answered.append(talks(centre, "ann"))
        centre.presence.finish_wrap_up("ann")
    assert answered == [*busy, quiet]


def test_wish_06_priority_is_worth_a_stated_time_and_no_more(centre: Centre) -> None:
    """A call worth 60 s more goes before whoever came less than 60 s before it, and behind all others."""
    early = centre.caller()
    centre.clock.pass_ms(40_000)
    late = centre.caller()
    centre.clock.pass_ms(40_000)
    dear = centre.caller(Join("help", {"fr": 1}, priority_seconds=60))
    order = []
    for name in ("ann", "bea", "cid"):
        centre.agent(name)
        order.append(offered_to(centre, name))
    assert order == [early, dear, late]


@pytest.mark.parametrize("agents", [("ann", "bea"), ("bea", "ann")])
def test_wish_07_the_order_is_the_same_every_time(centre: Centre, agents: tuple[str, str]) -> None:
    """Who comes first doesn't depend on who asks, nor on the lines' names."""
    calls = [centre.caller(Join(line, {"fr": 1})) for line in ("b", "a", "c") if centre.clock.pass_ms(1_000)]
    found = []
    for name in agents:
        centre.agent(name)
        found.append(offered_to(centre, name))
    assert found == calls[:2]


def test_wish_07_equal_moments_have_an_order_too(centre: Centre) -> None:
    """Two calls of one millisecond: always the same one first."""
    calls = sorted(centre.caller(Join(line, {"fr": 1})) for line in ("one", "other"))
    centre.agent("ann")
    assert offered_to(centre, "ann") == calls[0]
