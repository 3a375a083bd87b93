"""Explanations from events written by hand: each part of one, word for word."""

from dataclasses import replace

import pytest

from ivr.core.events import Event, EventType, Scalar
from ivr.core.routing.explain import Ahead, Evidence, Explanation, explain
from ivr.core.routing.explain_words import count, duration, listed, ordinal, wanted_words
from ivr.core.routing.order import offset
from ivr.core.routing.timeline import AgentChange, Timeline
from ivr.core.routing.who import Person

T = 1_700_000_000_000

ANA, BEN, CEM = Person("ana", "Ana", {"fr": 5}), Person("ben", "Ben", {"fr": 4}), Person("cem", "Cem", {"fr": 2})
PAUL, LUC = Person("paul", "Paul", {"fr": 3}), Person("luc", "Luc", {"fr": 1, "tax": 9})


def happens(after_s: float, kind: EventType, /, **data: Scalar) -> Event:
    return Event(kind, T + int(after_s * 1000), "CA1", data)


def state(agent: str, seconds: float, to: str, reason: str = "", misses: int = 0) -> AgentChange:
    return AgentChange(agent, T + int(seconds * 1000), to, reason, misses)


JOINED = happens(
    0, "call.joined", queue="taxes", wanted="taxes/fr:3~longest_idle", ring=1, rings=2, staff=3, free=0, ahead=0
)
OPENED = happens(60, "call.ring_opened", queue="taxes", wanted="taxes/fr:2~longest_idle", ring=2, rings=2, why="time")
STATES = [
    state("ana", -60, "on_call"),
    state("ben", -100, "on_call"),
    state("paul", -700, "paused", "lunch"),
    state("cem", -5, "wrap_up"),
    state("luc", -99, "available"),
]


def explained(
    events: list[Event], states: list[AgentChange], now_s: float, people: list[Person] | None = None, **rest: object
) -> Explanation:
    people = [ANA, BEN, CEM, PAUL] if people is None else people
    made = Evidence("CA1", events, states, people, T + int(now_s * 1000), {"taxes": "Taxes"})
    return explain(replace(made, **rest))  # type: ignore[arg-type]


def offered(agent: str, seconds: float, number: int = 1, **data: Scalar) -> Event:
    return happens(seconds, "call.offered", agent=agent, offer=f"CA1-{number}", queue="taxes", **data)


def bridged(agent: str, seconds: float, number: int = 1) -> list[Event]:
    return [
        happens(seconds - 1, "call.accepted", agent=agent, offer=f"CA1-{number}", losers=0),
        happens(seconds, "call.bridged", agent=agent, offer=f"CA1-{number}", queue="taxes"),
    ]


def test_all_of_it_in_one_sentence() -> None:
    found = explained([JOINED, OPENED, offered("ana", 90, free=3), *bridged("ana", 94)], STATES, 300)
    assert found.sentence == (
        "waited 94 s in Taxes: 3 agents with fr 3 or better: 2 talking and 1 on break (lunch); "
        "at 60 s the ring 'fr 2 or better' opened; offered to Ana, idle longest of 3 free"
    )
    assert (found.state, found.queue) == ("talking", "taxes")


def test_each_decision_in_its_own() -> None:
    events = [JOINED, OPENED, offered("cem", 70, free=1, behind=2)]
    events += [happens(90, "offer.ended", agent="cem", offer="CA1-1", state="timed_out", cause="no_answer")]
    events += [offered("ana", 94, 2, free=3), *bridged("ana", 100, 2), happens(400, "call.left", reason="talked")]
    states = [*STATES, state("cem", 70, "available"), state("cem", 70, "reserved")]
    found = explained(events, states, 500)
    assert [decision.sentence for decision in found.decisions] == [
        "joined Taxes for fr 3 or better; 3 agents logged in, none free; no call before it",
        "after 60 s ring 2 of 2 opened: 'fr 2 or better' may answer",
        "after 70 s offered to Cem, who had just become free, before 2 calls that wait",
        "after 90 s Cem didn't answer",
        "after 94 s offered to Ana, idle longest of 3 free",
        "after 99 s Ana took it by key",
        "after 100 s talks with Ana",
        "after 6 min 40 s left its line: the talk ended",
    ]
    assert found.state == "over"


def test_who_else_might_have_answered_and_why_not() -> None:
    found = explained([JOINED, offered("ana", 20, free=2)], [*STATES, state("ben", 19, "available")], 20)
    assert [(other.name, other.why, other.able) for other in found.decisions[0].others] == [
        ("Ana", "talking for 60 s", True),
        ("Ben", "talking for 100 s", True),
        ("Paul", "on break (lunch) for 11 min 40 s", True),
        ("Cem", "lacks fr 3 or better (has 2)", False),
    ]
    assert [other.why for other in found.decisions[1].others if other.name == "Ben"] == [
        "free for 1 s, but others for longer"
    ]


def test_somebody_free_of_a_later_ring_goes_after_one_of_a_narrower_whatever_the_strategy() -> None:
    states = [state("ana", 70, "available"), state("cem", -500, "available")]
    said = explained([JOINED, OPENED, offered("ana", 80, free=1)], states, 90, [ANA, CEM]).decisions[-1]
    assert said.sentence == "after 80 s offered to Ana, the only one free of their ring"
    assert [(other.name, other.why) for other in said.others] == [("Cem", "free for 9 min 40 s, but of a later ring")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (state("ben", -3, "paused", "no_answer", 1), "backing off after a call not answered"),
        (state("ben", -3, "paused", "no_answer", 2), "taken off for 2 calls in a row that rang out, 3 s ago"),
        (state("ben", -3, "paused", "declined"), "backing off after a declined call"),
        (state("ben", -3, "paused"), "on break for 3 s"),
        (state("ben", -3, "reserved"), "being offered another call for 3 s"),
        (state("ben", -3, "wrap_up"), "in wrap-up for 3 s"),
        (state("ben", -3, "dancing"), "dancing for 3 s"),
    ],
)
def test_what_somebody_did_instead(change: AgentChange, why: str) -> None:
    found = explained([JOINED], [change], 5, [BEN])
    assert [other.why for other in found.decisions[0].others] == [why]


def test_nobody_was_logged_in() -> None:
    events = [
        replace(JOINED, data={**JOINED.data, "staff": 0}),
        happens(0, "call.left", reason="nobody", queue="taxes"),
    ]
    found = explained(events, [], 9)
    assert found.sentence == (
        "left Taxes at once: nobody who may answer was logged in: no agent with fr 3 or better logged in"
    )
    assert found.decisions[0].others == ()


def test_a_call_that_waits_is_told_what_comes_next() -> None:
    waits = explained([JOINED], STATES, 40, ahead=Ahead(3, T + 60_000, "fr:2"))
    assert waits.sentence.startswith("has waited 40 s in Taxes, 3rd in line: ")
    assert waits.next == "ring 2 of 2 opens in 20 s ('fr 2 or better'); 2 calls before it"
    first = explained([JOINED, OPENED], STATES, 65, ahead=Ahead(1))
    assert first.next == "it goes to whoever is free first with 'fr 2 or better'"
    rings = explained([JOINED, offered("ana", 20, free=1)], STATES, 25, ahead=Ahead(1))
    assert (rings.state, rings.next) == ("ringing", "")


def test_after_an_offer_that_came_to_nothing_it_waits_again() -> None:
    ended = happens(29, "offer.ended", agent="ana", offer="CA1-1", cause="declined")
    assert explained([JOINED, offered("ana", 20), ended], STATES, 30).state == "waiting"
    both = [JOINED, offered("ana", 20), offered("ben", 20, 2, why="several"), ended]
    assert explained(both, STATES, 30).state == "ringing", "another phone still rings"


def test_a_call_a_full_line_turned_away_never_was_in_it() -> None:
    found = explained([JOINED, happens(0, "call.left", queue="taxes", reason="full")], [], 5)
    assert found.sentence.startswith("was not let into Taxes: the line was full")
    assert found.decisions[-1].sentence == "at once was not let into Taxes: the line was full"


def test_an_agent_who_was_gone_before_they_met_is_no_talk() -> None:
    gone = happens(102, "offer.ended", agent="ana", offer="CA1-1", state="cancelled", cause="agent_gone")
    found = explained([JOINED, offered("ana", 94, free=1), *bridged("ana", 100), gone], STATES, 110)
    assert found.state == "waiting"
    assert found.sentence.startswith("has waited 110 s in Taxes")
    assert found.decisions[-1].sentence == "after 102 s Ana hung up before the two met"


def test_a_callback_nobody_picked_up_waits_again() -> None:
    booked = happens(0, "callback.booked", queue="taxes", wanted="taxes/fr:3~longest_idle", origin="CA0")
    accepted = happens(12, "call.accepted", agent="ana", offer="CA1-1")
    missed = happens(40, "callback.missed", cause="no_answer")
    found = explained([booked, offered("ana", 9, free=1), accepted, missed], STATES, 60)
    assert found.state == "waiting"
    assert [decision.sentence for decision in found.decisions] == [
        "asked to be called back by Taxes, in the place of CA0",
        "after 9 s offered to Ana, who had just become free",
        "after 12 s Ana took it by key",
        "after 40 s was called back and not reached: nobody answered",
    ]
    assert not any("Ana" in world for world in found.would), "she did take it"


# --- what would have changed it -------------------------------------------------------------------------------------
def test_somebody_on_break_would_have_taken_it_sooner() -> None:
    states = [state("paul", 63, "paused", "lunch"), state("paul", -60, "on_call"), state("ana", 94, "available")]
    found = explained([JOINED, offered("ana", 94, free=1), *bridged("ana", 96)], states, 300)
    assert found.would == ("if Paul had not been on break (lunch): 31 s sooner",)


def test_only_up_to_so_much_where_others_were_before_it() -> None:
    behind = replace(JOINED, data={**JOINED.data, "ahead": 3})
    states = [state("paul", -60, "paused", "lunch")]
    assert explained([behind, offered("ana", 94), *bridged("ana", 96)], states, 300).would == (
        "if Paul had not been on break (lunch): up to 94 s sooner",
    )
    left = happens(45, "call.left", reason="abandoned", queue="taxes")
    assert explained([behind, left], states, 300).would == (
        (
            "if Paul had not been on break (lunch): could have been offered, at once at the earliest, "
            "before the caller hung up"
        ),
    )


def test_a_ring_that_opened_late_a_level_too_low_and_an_offer_missed() -> None:
    states = [state("cem", 10, "available"), state("luc", 30, "available"), state("ana", -9, "on_call")]
    events = [JOINED, offered("ana", 5), happens(25, "offer.ended", agent="ana", offer="CA1-1", cause="no_answer")]
    events += [OPENED, offered("cem", 60, 2, free=1), *bridged("cem", 66, 2)]
    found = explained(events, states, 300, [ANA, CEM, LUC])
    assert found.would == (
        "if Ana had taken it when first offered: 55 s sooner",
        "if ring 2 ('fr 2 or better') had been open from the start (Cem was free): 50 s sooner",
        "if Luc had fr 2 or better instead of 1: 30 s sooner",
    )


def test_what_gains_nothing_is_not_said() -> None:
    away = [state("paul", -60, "offline"), state("ben", 94, "paused", "lunch"), state("ana", -9, "on_call")]
    assert explained([JOINED, offered("ana", 94), *bridged("ana", 96)], away, 300).would == ()


def test_a_back_off_after_this_very_call_is_its_missed_offer() -> None:
    ended = happens(25, "offer.ended", agent="ana", offer="CA1-1", cause="no_answer")
    states = [state("ana", 5, "reserved"), state("ana", 25, "paused", "no_answer", 1), state("ana", 35, "available")]
    found = explained([JOINED, offered("ana", 5), ended, offered("ana", 35, 2), *bridged("ana", 40, 2)], states, 99)
    assert found.would == ("if Ana had taken it when first offered: 30 s sooner",)


# --- exceptions -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("event", "name"),
    [
        (replace(JOINED, data={**JOINED.data, "offset": offset(urgent=True, priority_seconds=0)}),
         "urgent: before everyone who isn't"),
        (replace(JOINED, data={**JOINED.data, "offset": offset(urgent=False, priority_seconds=90)}),
         "boost: Taxes puts it forward by 90 s"),
        (replace(JOINED, data={**JOINED.data, "offset": offset(urgent=False, priority_seconds=-30)}),
         "boost: Taxes puts it back by 30 s"),
        (happens(3, "call.boosted", seconds=60, by="zoe"), "boosted: put forward by 60 s by zoe"),
        (happens(3, "call.boosted", seconds=-60), "boosted: put back by 60 s by a supervisor"),
        (happens(3, "call.moved", queue="taxes", **{"from": "help"}, by="zoe"),
         "moved: from help to Taxes by zoe, its place kept"),
        (happens(3, "call.pulled", agent="ana", by="zoe"), "pulled: given to Ana by zoe, past its place"),
        (happens(3, "callback.due", queue="taxes"),
         "callback's time: it took its place when the time came that was asked for"),
        (offered("ben", 3, 2, why="several"), "several phones at once: 1 phone more rang"),
    ],
)  # fmt: skip
def test_each_exception_has_its_name(event: Event, name: str) -> None:
    events = [event] if event.type == "call.joined" else [JOINED, event]
    assert explained(events, [], 9).exceptions == (name,)


def test_kept_for_a_preferred_agent() -> None:
    kept = replace(JOINED, data={**JOINED.data, "wanted": "taxes/@ana~longest_idle"})
    found = explained(
        [kept, happens(20, "call.ring_opened", queue="taxes", ring=2, rings=2, wanted="taxes/fr:3|@ana~longest_idle")],
        STATES,
        30,
    )
    assert found.exceptions == ("preferred: kept for Ana for 20 s",)
    assert "Paul: it is kept for others by name" in [f"{one.name}: {one.why}" for one in found.decisions[0].others]
    assert explained([kept, offered("ana", 5, free=1)], STATES, 9).decisions[1].sentence == (
        "after 5 s offered to Ana, for whom the call is kept"
    )


def test_without_any_there_is_none() -> None:
    assert explained([JOINED, offered("ana", 9, free=1), *bridged("ana", 10)], STATES, 30).exceptions == ()


# --- what isn't known ------------------------------------------------------------------------------------------------
def test_of_a_call_whose_first_events_are_gone_the_rest_is_told() -> None:
    found = explained([offered("ana", 9, free=2), *bridged("ana", 12)], [], 30)
    assert found.sentence == "waited 3 s in its line: offered to Ana, next in turn of 2 free"
    assert found.would == ()


def test_types_of_another_version_are_passed_over() -> None:
    assert len(explained([JOINED, happens(1, "call.sang")], STATES, 2).decisions) == 1  # type: ignore[arg-type]


def test_an_agent_who_was_deleted_is_named_by_id() -> None:
    assert explained([JOINED, *bridged("zed", 9)], [], 30, []).decisions[-1].sentence == "after 9 s talks with zed"


# --- words ----------------------------------------------------------------------------------------------------------
def test_words() -> None:
    assert [duration(ms) for ms in (-5, 0, 94_499, 119_600, 180_000, 200_000, 3_599_000, 3_600_000, 3_900_000)] == [
        "0 s", "0 s", "94 s", "2 min", "3 min", "3 min 20 s", "59 min 59 s", "1 h", "1 h 5 min",
    ]  # fmt: skip
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th",
    ]  # fmt: skip
    assert [count(number, "call") for number in (0, 1, 2)] == ["no call", "1 call", "2 calls"]
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 others"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("", "anybody"),
        ("fr:3,tax:2-5", "fr 3 or better and tax 2 to 5"),
        ("vip:4-4", "vip 4"),
        ("@ana|fr:3", "Ana, or fr 3 or better"),
        ("@ana,fr:3", "Ana and fr 3 or better"),
    ],
)
def test_requirements_in_words(wanted: str, words: str) -> None:
    assert wanted_words(wanted, str.title) == words


def test_the_last_change_of_a_moment_holds_and_before_it_the_one_before() -> None:
    timeline = Timeline([state("ana", 1, "reserved"), state("ana", 0, "available"), state("ana", 1, "on_call")])
    assert [timeline.at("ana", T + ms).state for ms in (-1, 0, 999, 1000)] == [
        "offline", "available", "available", "on_call",
    ]  # fmt: skip
    assert timeline.before("ana", T + 1000).state == "available"
    spans = timeline.spans("ana", T - 500, T + 2000)
    assert [(span.change.state, span.until_ms - span.since_ms) for span in spans] == [
        ("offline", 500), ("available", 1000), ("on_call", 1000),
    ]  # fmt: skip


def test_calls_that_rang_out_in_a_row_are_counted() -> None:
    rings_out, declines, talks = ("paused", "no_answer"), ("paused", "declined"), ("on_call", "")
    row = [
        rings_out,
        ("available", ""),
        ("reserved", ""),
        rings_out,
        talks,
        rings_out,
        declines,
        rings_out,
        ("paused", "carrier"),
    ]
    timeline = Timeline([state("ana", second, *change) for second, change in enumerate(row)])
    found = [timeline.at("ana", T + 1000 * second) for second in range(len(row))]
    assert [change.misses for change in found] == [1, 1, 1, 2, 0, 1, 0, 1, 1]
    assert [change.flapping for change in found] == [second == 3 for second in range(len(row))]


@pytest.mark.parametrize(("low", "words"), [(0, "at most 4 min"), (120, "2 to 4 min")])
def test_what_was_told_of_the_wait(low: int, words: str) -> None:
    found = explained([JOINED, happens(9, "wait.told", queue="taxes", low=low, high=240)], STATES, 20)
    assert found.decisions[1].sentence == f"after 9 s was told to expect {words}"
