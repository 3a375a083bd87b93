"""Several phones at once for one call, caps on talks, and what people do with waiting calls."""

from ivr.core.queue_rules import QueueDefinition, Rules
from ivr.core.routing.rings import OpenRing, Ring
from ivr.services.callbacks_port import Booking
from ivr.services.lines_port import LineAsk
from tests.routing.conftest import Centre

SEVERAL = QueueDefinition("help", ring_several=3).rules()


def ringing(centre: Centre, call: str, *names: str) -> dict[str, str]:
    """The legs of a call's offers ring, by agent; each offer's id."""
    found = centre.lines.call(call)
    assert found is not None
    offers = dict(zip(found.agents, found.reservations, strict=True))
    for name in names or offers:
        centre.lines.claim(offers[name], centre.now)
        centre.lines.ringing(offers[name], f"LEG{name}", centre.now, lease_ms=20_000)
    return offers


def test_several_phones_ring_and_the_first_to_accept_has_it(centre: Centre) -> None:
    for name in ("ann", "bea", "cid", "dot"):
        centre.agent(name)
    assert len(centre.join("CA1", rules=SEVERAL).offers) == 3
    offers = ringing(centre, "CA1")
    assert centre.state("dot") == "available"
    won = centre.lines.accept(offers["bea"], centre.now)
    assert won.first
    assert sorted(won.drops) == ["LEGann", "LEGcid"]
    assert [centre.state(name) for name in ("ann", "bea", "cid")] == ["available", "on_call", "available"]
    assert centre.lines.accept(offers["ann"], centre.now).stale == "taken"
    assert centre.lines.call("CA1").reservations == (offers["bea"],)  # type: ignore[union-attr]


def test_who_has_picked_up_and_lost_is_told_and_not_cut_off(centre: Centre) -> None:
    for name in ("ann", "bea"):
        centre.agent(name)
    centre.join("CA1", rules=SEVERAL)
    offers = ringing(centre, "CA1")
    centre.lines.ringing(offers["ann"], "LEGann", centre.now, lease_ms=45_000, picked_up=True)
    won = centre.lines.accept(offers["bea"], centre.now)
    assert (won.losers, won.drops) == ((offers["ann"],), ())
    assert f"tell:{offers['ann']}" in centre.lines.dump()["due"], "told even where the worker dies"


def test_a_phone_that_rings_out_leaves_the_call_with_the_others(centre: Centre) -> None:
    for name in ("ann", "bea"):
        centre.agent(name)
    centre.join("CA1", rules=SEVERAL)
    offers = ringing(centre, "CA1")
    centre.lines.end_offer(offers["ann"], "declined", centre.now)
    assert centre.call_state("CA1") == "offered"
    centre.agent("cid")
    centre.lines.end_offer(offers["bea"], "declined", centre.now)
    assert centre.lines.call("CA1").agents == ("cid",)  # type: ignore[union-attr]


def test_others_who_wait_are_not_kept_waiting_by_several_phones(centre: Centre) -> None:
    centre.join("CA1", rules=SEVERAL)
    centre.clock.pass_ms(5)
    centre.join("CA2", rules=SEVERAL)
    centre.agent("ann")
    assert [centre.call_state(call) for call in ("CA1", "CA2")] == ["offered", "waiting"]
    centre.agent("bea")
    assert [centre.call_state(call) for call in ("CA1", "CA2")] == ["offered", "offered"]


def test_the_caller_who_goes_frees_all_of_them(centre: Centre) -> None:
    for name in ("ann", "bea"):
        centre.agent(name)
    centre.join("CA1", rules=SEVERAL)
    ringing(centre, "CA1")
    gone = centre.lines.leave("CA1", "abandoned", centre.now)
    assert sorted(gone.drops) == ["LEGann", "LEGbea"]
    assert {centre.state(name) for name in ("ann", "bea")} == {"available"}


def test_a_line_offers_no_more_calls_at_once_than_it_may(centre: Centre) -> None:
    rules = QueueDefinition("help", max_talking=1).rules()
    for name in ("ann", "bea"):
        centre.agent(name)
    assert centre.join("CA1", rules=rules).state == "offered"
    centre.clock.pass_ms(1)
    assert centre.join("CA2", rules=rules).state == "waiting"
    centre.clock.pass_ms(1)
    assert centre.join("CA3", rules=rules).state == "waiting"
    assert centre.lines.join(centre.request("CA9", queue="other"), centre.now).state == "offered", "another line"
    centre.agent("cid")
    assert centre.state("cid") == "available"
    gone = centre.lines.leave("CA1", "abandoned", centre.now)
    assert gone.offers == ("CA2-1",)
    assert centre.call_state("CA3") == "waiting"


def test_phones_ring_no_longer_for_one_call_than_its_line_allows(centre: Centre) -> None:
    rules = QueueDefinition("help", ringing_budget_seconds=30).rules()
    for name in ("ann", "bea", "cid"):
        centre.agent(name)
    centre.join("CA1", rules=rules)
    centre.clock.pass_ms(20_000)
    centre.lines.end_offer("CA1-1", "no_answer", centre.now)
    assert centre.call_state("CA1") == "offered"
    centre.clock.pass_ms(20_000)
    centre.lines.end_offer("CA1-2", "no_answer", centre.now)
    left = centre.lines.call("CA1")
    assert left is not None
    assert (left.state, left.left_reason, left.rang_ms) == ("left", "unanswered", 40_000)
    assert centre.state("cid") == "available"


def test_a_full_line_says_so(centre: Centre) -> None:
    rules = QueueDefinition("help", max_waiting=1).rules()
    assert centre.join("CA1", rules=rules).state == "waiting"
    place = centre.join("CA2", rules=rules)
    assert (place.state, place.left_reason) == ("left", "full")
    centre.lines.leave("CA1", "abandoned", centre.now)
    assert centre.join("CA3", rules=rules).state == "waiting"


# --- what people do -------------------------------------------------------------------------------------------------
def test_a_boost_is_worth_its_seconds(centre: Centre) -> None:
    centre.join("CA1")
    centre.clock.pass_ms(60_000)
    centre.join("CA2")
    assert centre.lines.boost("CA2", 59, "sue", centre.now).position == 2
    assert centre.lines.boost("CA2", 2, "sue", centre.now).position == 1
    centre.agent("ann")
    assert centre.call_state("CA2") == "offered"
    assert centre.lines.boost("CA9", 2, "sue", centre.now).refused == "unknown"


def test_a_call_is_moved_with_its_place(centre: Centre) -> None:
    centre.join("CA1")
    centre.clock.pass_ms(60_000)
    other = LineAsk("other", (OpenRing(0, "tax:1"),), Rules(shape="x"))
    centre.lines.join(centre.request("CA2", "tax:1", queue="other", rules=other.rules), centre.now)
    moved = centre.lines.move("CA1", other, "sue", centre.now, offset=0)
    assert (moved.refused, moved.state) == ("", "waiting")
    assert [call.call for call in centre.lines.waiting_in("other")[1]] == ["CA1", "CA2"]
    assert centre.lines.waiting_in("help")[0] == 0
    centre.agent("tom", tax=1)
    assert centre.call_state("CA1") == "offered"


def test_a_call_that_rings_is_moved_and_its_agent_freed(centre: Centre) -> None:
    centre.agent("ann")
    centre.join("CA1")
    ringing(centre, "CA1")
    moved = centre.lines.move("CA1", LineAsk("other", (OpenRing(0, "tax:1"),)), "sue", centre.now, offset=0)
    assert moved.drops == ("LEGann",)
    assert (centre.state("ann"), centre.call_state("CA1")) == ("available", "waiting")
    assert centre.lines.move("CA9", LineAsk("other"), "sue", centre.now, offset=0).refused == "unknown"


def test_a_call_is_pulled_past_its_place_by_a_free_agent_only(centre: Centre) -> None:
    centre.join("CA1", "es:1")
    centre.join("CA2", "es:1")
    centre.agent("ann", fr=1)
    assert centre.lines.pull("CA2", "ann", "sue", centre.now).state == "offered"
    assert centre.lines.call("CA2").agent == "ann"  # type: ignore[union-attr]
    assert centre.lines.pull("CA1", "ann", "sue", centre.now).refused == "agent_reserved"
    assert centre.lines.pull("CA2", "ann", "sue", centre.now).refused == "offered"


def test_new_rules_reach_who_waits(centre: Centre) -> None:
    centre.flows.queue_definitions["help"] = QueueDefinition("help", skills=(("fr", 5),), max_wait_seconds=300)
    centre.agent("ann", fr=2)
    sid = centre.caller()
    assert centre.call_state(sid) == "waiting"
    centre.sweep()
    centre.flows.queue_definitions["help"] = QueueDefinition(
        "help", skills=(("fr", 9),), rings=(Ring(10, (("fr", 2),)),)
    )
    centre.sweep(1_000)
    assert centre.call_state(sid) == "offered", "nobody with fr 9 is logged in, so the ring of fr 2 is open"
    assert centre.lines.call(sid).ring == 2  # type: ignore[union-attr]


def test_new_limits_reach_who_waits(centre: Centre) -> None:
    centre.flows.queue_definitions["help"] = QueueDefinition("help", max_wait_seconds=300)
    sid = centre.caller()
    centre.sweep(100_000)
    centre.flows.queue_definitions["help"] = QueueDefinition("help", max_wait_seconds=60)
    centre.sweep(1_000)
    place = centre.lines.waiting(sid, centre.now)
    assert (place.state, place.left_reason) == ("left", "timeout")


def test_a_clock_that_jumps_back_does_not_reorder_the_line(centre: Centre) -> None:
    centre.join("CA1")
    centre.clock.pass_ms(60_000)
    centre.join("CA2")
    centre.clock.pass_ms(-50_000)
    centre.lines.waiting("CA2", centre.now)
    centre.agent("ann")
    assert [centre.call_state(call) for call in ("CA1", "CA2")] == ["offered", "waiting"]


def test_figures_tell_what_a_call_finds(centre: Centre) -> None:
    for call in ("CA1", "CA2", "CA3"):
        centre.join(call)
        centre.clock.pass_ms(10_000)
    centre.agent("ann")
    centre.agent("bea", es=1)
    found = centre.lines.figures(LineAsk("help", (OpenRing(0, "fr:1"),)), centre.now, "CA3")
    assert (found.waiting, found.ahead, found.staff, found.busy, found.available) == (2, 1, 1, 1, 0)
    assert found.arrived[0] == 3
    assert found.head_since_ms == centre.lines.call("CA2").virtual_start_ms  # type: ignore[union-attr]


def test_a_callback_is_not_moved_to_where_its_number_has_another(centre: Centre) -> None:
    number = "+33639980055"
    centre.lines.book(Booking("CB1", "CA1", "help", "fr:1", number, expires_ms=centre.now + 9_000_000), centre.now)
    assert centre.lines.move("CB1", LineAsk("other"), "sue", centre.now, offset=0).refused == ""
    centre.lines.book(Booking("CB2", "CA2", "help", "fr:1", number, expires_ms=centre.now + 9_000_000), centre.now)
    assert centre.lines.move("CB1", LineAsk("help"), "sue", centre.now, offset=0).refused == "twice"
    assert centre.lines.callback_of("other", number) == "CB1"
