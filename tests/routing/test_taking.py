"""An agent becomes free and takes the next call: what is in the lists and the counts from then on."""

from dataclasses import replace

import pytest

from ivr.core.queue_rules import QueueDefinition, Rules
from ivr.core.routing.rings import OpenRing
from ivr.services.callbacks_port import Booking
from ivr.services.lines_port import Request
from tests.routing.conftest import Centre

ONE = QueueDefinition("help", max_talking=1).rules()


def paused(centre: Centre, *names: str) -> None:
    """Agents who are there and take no calls."""
    for name in names:
        centre.agent(name)
        centre.presence.pause(name, "lunch")


def waiting(centre: Centre, *calls: str, rules: Rules | None = None) -> None:
    """Calls that wait, one after the other."""
    for call in calls:
        assert centre.join(call, rules=rules or QueueDefinition("help").rules()).state == "waiting"
        centre.clock.pass_ms(1)


def test_a_group_whose_last_call_is_taken_is_said_to_be_empty(centre: Centre) -> None:
    paused(centre, "ann")
    waiting(centre, "CA1")
    group = next(iter(centre.lines.dump()["queue:help:groups"]))
    centre.presence.resume("ann")
    dump = centre.lines.dump()
    assert "queue:help:groups" not in dump
    assert f"patrol:{group}" not in dump["due"]
    assert group not in dump["groups:heads"]
    assert centre.lines.snapshot(centre.now).queues[0].waiting == 1, "the one that is offered"
    assert dump["queue:help"]["waiting"] == "0"


def test_the_next_is_first_when_the_first_is_taken(centre: Centre) -> None:
    paused(centre, "ann", "bea")
    waiting(centre, "CA1", "CA2", "CA3")
    centre.presence.resume("ann")
    dump = centre.lines.dump()
    group = next(iter(dump["queue:help:groups"]))
    assert float(dump["groups:heads"][group]) == dump[f"group:{group}:calls"]["CA2"]
    assert dump["queue:help"]["waiting"] == "2"
    centre.presence.resume("bea")
    assert [centre.call_state(call) for call in ("CA1", "CA2", "CA3")] == ["offered", "offered", "waiting"]


def test_a_line_at_its_cap_gives_whoever_resumes_nobody(centre: Centre) -> None:
    paused(centre, "ann", "bea")
    waiting(centre, "CA1", "CA2", rules=ONE)
    centre.presence.resume("ann")
    centre.presence.resume("bea")
    assert [centre.state(name) for name in ("ann", "bea")] == ["reserved", "available"]
    assert centre.lines.leave("CA1", "abandoned", centre.now).offers == ("CA2-1",)


def test_a_line_at_its_cap_gives_nobody_to_those_whose_time_is_over(centre: Centre) -> None:
    centre.agent("ann")
    centre.agent("bea")
    for call in ("CA8", "CA9"):
        centre.carrier.inbound(call)
        centre.join(call, queue="other")
        centre.talk(call)
    for call in ("CA8", "CA9"):
        centre.lines.leave(call, "talked", centre.now)
    waiting(centre, "CA1", "CA2", rules=ONE)
    centre.clock.pass_ms(16_000)
    for name in ("ann", "bea"):
        centre.lines.agent_due(name, centre.now)
    assert sorted(centre.state(name) for name in ("ann", "bea")) == ["available", "reserved"]
    assert [centre.call_state(call) for call in ("CA1", "CA2")] == ["offered", "waiting"]


def test_a_wrap_up_that_ends_in_the_next_call_counts_as_busy(centre: Centre) -> None:
    rules = QueueDefinition("help", strategy="fair_load").rules()
    centre.agent("ann")
    centre.carrier.inbound("CA1")
    centre.join("CA1", rules=rules)
    offer = centre.talk("CA1")
    waiting(centre, "CA2", rules=rules)
    centre.clock.pass_ms(60_000)
    centre.lines.finish(offer, centre.now)
    centre.clock.pass_ms(9_000)
    centre.presence.resume("ann")
    dump = centre.lines.dump()["agent:ann"]
    assert (dump["state"], int(dump["busy"])) == ("reserved", 60_001 + 9_000)


def test_who_owes_a_result_takes_no_call_until_it_is_said(centre: Centre) -> None:
    rules = replace(QueueDefinition("help").rules(), wrap_ms=1_800_000, required=True)
    centre.agent("ann")
    centre.carrier.inbound("CA1")
    centre.join("CA1", rules=rules)
    offer = centre.talk("CA1")
    waiting(centre, "CA2", rules=rules)
    centre.lines.finish(offer, centre.now)
    centre.presence.resume("ann")
    assert (centre.state("ann"), centre.call_state("CA2")) == ("wrap_up", "waiting")
    centre.lines.limit_wrap_up("ann", 60_000, centre.now)
    centre.presence.resume("ann")
    assert (centre.state("ann"), centre.call_state("CA2")) == ("reserved", "offered")


@pytest.mark.parametrize("inherit", [True, False])
def test_a_callback_keeps_all_the_rings_of_its_call(centre: Centre, inherit: bool) -> None:
    rings = (OpenRing(0, "fr:9"), OpenRing(60_000, "fr:2"))
    rules = QueueDefinition("help").rules()
    centre.lines.join(Request("CA1", "help", "fr:9", 1, rings=rings, rules=rules), centre.now)
    booking = Booking("CB1", "CA1", "help", "fr:9", "+33612345678", rings=rings, rules=rules, inherit=inherit)
    centre.lines.book(replace(booking, expires_ms=centre.now + 9_000_000), centre.now)
    held = centre.lines.call("CB1")
    assert held is not None
    assert [after for _, after in held.rings] == [0, 60_000]
