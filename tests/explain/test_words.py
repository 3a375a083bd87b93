"""Sentences a supervisor reads: what was unclear in them once."""

import pytest

from ivr.core.events import Event
from ivr.core.routing.explain import Ahead
from ivr.core.routing.explain_words import after, minutes
from ivr.core.routing.who import Person
from tests.explain.test_explain import ANA, BEN, JOINED, STATES, T, bridged, explained, happens, offered, state

THERE = "there/fr:2~most_skilled"


def moved(by: str) -> list[Event]:
    return [
        happens(20, "call.moved", queue="there", by=by, **{"from": "taxes"}),
        happens(20, "call.ring_opened", queue="there", ring=1, rings=1, wanted=THERE, why="rules"),
    ]


def test_a_call_that_waits_is_told_by_who_might_answer_now() -> None:
    states = [*STATES, state("ana", 30, "paused", "lunch"), state("ben", 40, "wrap_up")]
    assert explained([JOINED], states, 50).sentence == (
        "has waited 50 s in Taxes: 3 agents with fr 3 or better: 2 on break (lunch) and 1 in wrap-up"
    )
    assert (
        ": 2 talking and 1 on break"
        in explained([JOINED, happens(50, "call.left", reason="abandoned")], states, 90).sentence
    )


def test_a_move_and_who_answers_there_are_one_matter() -> None:
    found = explained([JOINED, *moved("zoe")], STATES, 50)
    assert [decision.sentence for decision in found.decisions[1:]] == [
        "after 20 s moved from Taxes to there by zoe",
        "after 20 s there 'fr 2 or better' may answer",
    ]
    assert "at 20 s it came to there, where 'fr 2 or better' may answer" in found.sentence
    assert not any("from the start" in world for world in found.would), "another line is no ring of the first"


def test_a_line_that_runs_over_says_so() -> None:
    found = explained([JOINED, *moved("overflow:timeout")], STATES, 50)
    assert found.decisions[1].sentence == (
        "after 20 s went on from Taxes to there, as its line says: had waited as long as the line allows"
    )
    assert found.exceptions == (
        "ran over: from Taxes to there, as its line says: had waited as long as the line allows; its place kept",
    )


def test_by_skill_the_levels_are_told() -> None:
    asks = happens(0, "call.joined", queue="taxes", wanted="taxes/fr:1~most_skilled", ring=1, rings=1, staff=2, free=2)
    people = [Person("ana", "Ana", {"fr": 9}), Person("ben", "Ben", {"fr": 3}), Person("cem", "Cem", {"fr": 9})]
    states = [state(one.id, -5, "available") for one in people]
    found = explained([asks, offered("ana", 0, free=3), *bridged("ana", 3)], states, 9, people)
    assert {other.name: other.why for other in found.decisions[1].others} == {
        "Ben": "free for 5 s, but with fr 3, and Ana with fr 9",
        "Cem": "free for 5 s, but no better suited",
    }


@pytest.mark.parametrize("reason", ["", "break"])
def test_a_break_for_no_reason_given_is_a_break(reason: str) -> None:
    found = explained(
        [JOINED, offered("ben", 30), *bridged("ben", 32)], [state("ana", -9, "paused", reason)], 60, [ANA, BEN]
    )
    assert found.decisions[0].others[0].why == "on break for 9 s"
    assert found.would == ("if Ana had not been on break: 30 s sooner",)


def test_what_took_no_time_is_at_once() -> None:
    assert [after(ms) for ms in (0, 499, 600, 94_000)] == ["at once", "at once", "after 1 s", "after 94 s"]
    found = explained([JOINED, offered("ana", 0)], [state("ana", -0.1, "available"), state("ben", -0.1, "reserved")], 1)
    assert found.decisions[1].sentence.startswith("at once offered to Ana")
    assert [other.why for other in found.decisions[1].others if other.name == "Ben"] == ["being offered another call"]
    assert (minutes(60, 2700), minutes(0, 60)) == ("1 to 45 min", "at most 1 min")


def test_each_try_of_a_callback_is_told_from_its_own_beginning() -> None:
    booked = happens(0, "callback.booked", queue="taxes", wanted="taxes/fr:3~longest_idle", origin="CA0")
    tried = [offered("ana", 9, free=1), happens(40, "callback.missed", cause="busy")]
    again = [happens(340, "callback.due", queue="taxes"), offered("ana", 350, 2, free=1)]
    found = explained([booked, *tried, *again], STATES, 360)
    assert [decision.sentence for decision in found.decisions] == [
        "asked to be called back by Taxes, in the place of CA0",
        "after 9 s offered to Ana, who had just become free",
        "after 40 s was called back and not reached: the line was busy",
        "it is tried again: it takes its place",
        "after 10 s offered to Ana, who had just become free",
    ]
    assert found.exceptions == (), "a further try is no wish of the caller's"
    rests = explained([booked, *tried], STATES, 60, ahead=Ahead(due_ms=T + 340_000))
    assert rests.sentence == "takes its place in Taxes again in 4 min 40 s: the line was busy when it was called back"
    chosen = explained([booked, happens(340, "callback.due", queue="taxes")], STATES, 360)
    assert chosen.decisions[-1].sentence == "the time asked for came: it takes its place"
    assert len(chosen.exceptions) == 1
