"""What calls walked, added up: by the pure function, and from the history, the same on SQLite and PostgreSQL."""

from datetime import timedelta

from ivr.core.flow.walks import parts_of, tally
from ivr.services.inputs import KeptInput
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from ivr.store.sql.walks import SqlWalks
from tests.sql.test_history import DURAND, T0, call

DAY = timedelta(days=1)
FIRST = (("", "welcome", "next"), ("", "matters", "waits"))
CHOSE = (("", "matters", "waits"), ("", "matters", "key 1"), ("", "identify", "runs"), ("who", "ask", "waits"))
BACK = (("who", "ask", "next"), ("who", "done", "found"), ("", "identify", "found"), ("", "desk", "waits"))
GONE = (("", "desk", "hung_up"),)


def keep(database: Database, sid: str, *trails: tuple[tuple[str, str, str], ...], **more: object) -> None:
    """A finished call with what it walked, turn by turn."""
    inputs = tuple(KeptInput(turn, T0, "keys", trail=trail) for turn, trail in enumerate(trails))
    SqlHistory(database).remember(call(sid, inputs=inputs, **more))


def test_ways_entries_and_hang_ups_of_one_call() -> None:
    walked = [one for trail in (FIRST, CHOSE, BACK, GONE) for one in trail]
    found = tally([[part for flow, part in parts_of(walked) if flow == ""]])
    assert found.calls == 1
    assert found.ways == {
        ("welcome", "next", "matters"): 1,
        ("matters", "key 1", "identify"): 1,
        ("identify", "found", "desk"): 1,
    }
    assert found.entered == {"welcome": 1, "matters": 1, "identify": 1, "desk": 1}
    assert found.hung_up == {"desk": 1}


def test_a_step_that_leads_to_itself_is_entered_again() -> None:
    found = tally([[[("menu", "waits"), ("menu", "waits"), ("menu", "key *"), ("menu", "waits"), ("menu", "hung_up")]]])
    assert found.entered == {"menu": 2}
    assert found.ways == {("menu", "key *", "menu"): 1}


def test_the_last_step_leads_nowhere() -> None:
    assert tally([[[("bye", "ended")]]]).ways == {("bye", "ended", ""): 1}


def test_a_flow_and_the_flow_it_runs_are_added_up_each(database: Database) -> None:
    keep(database, "CA1", FIRST, CHOSE, BACK, GONE)
    keep(database, "CA2", FIRST, (("", "matters", "hung_up"),))
    walks = SqlWalks(database)
    house = walks.tally("town-hall", T0, T0 + DAY)
    assert house.calls == 2
    assert house.entered["matters"] == 2
    assert house.hung_up == {"desk": 1, "matters": 1}
    within = walks.tally("who", T0, T0 + DAY)
    assert within.calls == 1
    assert within.ways == {("ask", "next", "done"): 1, ("done", "found", ""): 1}


def test_only_the_period_counts_and_test_callers_do_not(database: Database) -> None:
    keep(database, "CA1", FIRST)
    keep(database, "CA2", FIRST, at=T0 - DAY)
    keep(database, "CA3", FIRST, at=T0 + DAY)
    keep(database, "CA4", FIRST, number="+33639980099")
    keep(database, "CA5", FIRST, from_number="", from_raw="anonymous")
    walks = SqlWalks(database)
    assert walks.tally("town-hall", T0, T0 + DAY).calls == 3
    assert walks.tally("town-hall", T0, T0 + DAY, ["+33639980099"]).calls == 2
    assert walks.tally("town-hall", T0, T0 + DAY, ["+33639980099", DURAND]).calls == 1
    assert walks.tally("nobody", T0, T0 + DAY).calls == 0
