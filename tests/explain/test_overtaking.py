"""No overtaking without a reason that is named: random days in a real Redis, judged by their events alone."""

import random

import pytest

from ivr.core.events import Event
from ivr.core.flow.effects import Join
from ivr.services.events_port import EventId
from tests.explain.conftest import Explained

ACTS = 70


def live_through(centre: Explained, seed: int) -> None:
    """Calls come, plain, boosted and urgent; agents come, take them, finish and go; a supervisor interferes."""
    draw = random.Random(seed)
    agents = [centre.agent(name, fr=level) for name, level in (("ana", 5), ("ben", 3))]
    calls: list[str] = []
    for _ in range(ACTS):
        centre.pass_s(draw.choice((1, 1, 4)))
        match draw.randrange(10):
            case 0 | 1 | 2 | 3:
                boost, urgent = draw.choice((0, 0, 0, 20)), draw.random() < 0.1
                calls.append(centre.caller(Join("help", {"fr": 1}, urgent=urgent, priority_seconds=boost)))
            case 4 | 5 if offered := [call for call in calls if centre.call_state(call) == "offered"]:
                centre.talk(draw.choice(offered))
            case 6 if talking := [call for call in calls if centre.call_state(call) == "bridged"]:
                centre.lines.leave(draw.choice(talking), "abandoned", centre.now)
            case 7 if waiting := [call for call in calls if centre.call_state(call) == "waiting"]:
                centre.lines.leave(draw.choice(waiting), "abandoned", centre.now)
            case 8 if waiting := [call for call in calls if centre.call_state(call) == "waiting"]:
                centre.lines.boost(draw.choice(waiting), draw.choice((30, -30)), "zoe", centre.now)
            case 9:
                agent = draw.choice(agents)
                if centre.state(agent) == "paused":
                    centre.presence.resume(agent)
                elif waiting := [call for call in calls if centre.call_state(call) == "waiting"]:
                    centre.lines.pull(draw.choice(waiting), agent, "zoe", centre.now)


def overtakings(events: list[Event]) -> list[tuple[str, str]]:
    """Pairs of calls: the first was offered while the second, which had come before it, waited for the same people."""
    came: dict[str, int] = {}
    waiting: set[str] = set()
    found = []
    for event in events:
        match event.type:
            case "call.joined":
                came[event.call] = event.at_ms
                waiting.add(event.call)
            case "call.offered":
                waiting.discard(event.call)
                found += [(event.call, other) for other in waiting if came[other] < came[event.call]]
            case "offer.ended":
                waiting.add(event.call)
            case "call.left" | "call.accepted":
                waiting.discard(event.call)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_overtaking_is_named(centre: Explained, seed: int) -> None:
    live_through(centre, seed)
    events = [written.event for written in centre.reader.since(EventId(0, 0), 10_000)]
    pairs = overtakings(events)
    unnamed = [
        (first, second)
        for first, second in pairs
        if not centre.explain(first).exceptions and not centre.explain(second).exceptions
    ]
    assert pairs, "a day in which nobody overtakes shows nothing"
    assert unnamed == []
    assert len([event for event in events if event.type == "call.bridged"]) >= 3, "a day in which something happens"


def test_overtakings_are_seen() -> None:
    """The judge itself: without it the test above would hold for anything."""
    events = [Event("call.joined", 1, "CA1"), Event("call.joined", 2, "CA2"), Event("call.offered", 3, "CA2")]
    assert overtakings(events) == [("CA2", "CA1")]
    assert overtakings([*events[:2], Event("call.offered", 3, "CA1"), events[2]]) == []
