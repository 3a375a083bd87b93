"""Days small enough to reckon by hand, played against the real scripts."""

from collections.abc import Callable

import pytest

from ivr.core.queue_rules import Entry, Overflow, QueueDefinition
from ivr.core.routing.rings import Ring
from ivr.services.lines_port import LineAsk
from ivr.simulation.fairness import Fairness, Place
from ivr.simulation.play import Play, Played
from ivr.simulation.report import callbacks
from ivr.simulation.scenario import BadScenario, CallBack, Hands, Scenario
from ivr.store.redis.lines import RedisLines
from tests.simulation.conftest import BEGIN, caller, person, turn, waits

PlayDay = Callable[..., Played]


def test_one_agent_takes_one_call_after_another_with_wrap_up_between(play: PlayDay) -> None:
    played = play([caller(10), caller(20), caller(30, patience=15)], [person("ana")])
    assert waits(played) == [("answered", 0), ("answered", 60), ("abandoned", 15)]
    assert [fate.queued for fate in played.fates] == [False, True, True]
    spent = played.agents["ana"].spent
    assert (spent["talking"], spent["wrap_up"]) == (120_000, 20_000)
    assert played.agents["ana"].calls == 2


def test_priority_is_worth_its_seconds_and_counts_as_a_reason(play: PlayDay) -> None:
    played = play([caller(0), caller(10), caller(40, priority=20), caller(41, priority=60)], [person("ana")])
    assert waits(played) == [("answered", 0), ("answered", 130), ("answered", 170), ("answered", 29)]
    assert (played.overtaken, played.overtaken_for_a_reason) == (0, 1)


def test_an_offer_that_rings_out_goes_to_the_next_and_keeps_its_place(play: PlayDay) -> None:
    never = Hands(miss=1.0, most_ms=1)
    people = [person("ana", hands=never), person("bea", turn(1, "in"))]
    played = play([caller(10)], people, QueueDefinition("desk", ring_seconds=20, wrap_up_seconds=0))
    assert waits(played) == [("answered", 20)]
    assert played.agents["ana"].calls == 0
    assert played.agents["bea"].calls == 1


def test_who_misses_twice_is_paused_until_they_come_back(play: PlayDay) -> None:
    never = Hands(miss=1.0, most_ms=1, away_ms=300_000)
    played = play([caller(0, patience=200)], [person("ana", hands=never)], QueueDefinition("desk", ring_seconds=20))
    assert waits(played) == [("abandoned", 200)]
    assert played.agents["ana"].spent["ringing"] == 40_000, "two offers of 20 s, then no more"


def test_a_break_begins_after_the_call_and_is_taken_whole(play: PlayDay) -> None:
    people = [person("ana", turn(0, "in"), turn(30, "pause", 100))]
    played = play([caller(0), caller(50)], people)
    assert waits(played) == [("answered", 0), ("answered", 110)], "60 s of talk, 100 s of break, no wrap-up"


def test_who_goes_home_finishes_their_call_first(play: PlayDay) -> None:
    people = [person("ana", turn(0, "in"), turn(30, "out"), turn(500, "in"))]
    played = play([caller(0), caller(50)], people)
    assert waits(played) == [("answered", 0), ("answered", 450)]


def test_the_longest_wait_ends_it(play: PlayDay) -> None:
    desk = QueueDefinition("desk", max_wait_seconds=120)
    played = play([caller(0, talk=1000), caller(5)], [person("ana")], desk)
    assert waits(played) == [("answered", 0), ("timeout", 120)]


def test_an_agent_of_two_lines_takes_who_came_first(play: PlayDay) -> None:
    lines = [QueueDefinition(name, skills=((name, 2),), wrap_up_seconds=5) for name in ("tax", "desk")]
    people = [person("ana", skills={"tax": 3, "desk": 3}), person("bea", skills={"tax": 1})]
    played = play([caller(0), caller(10, queue="tax"), caller(5)], people, *lines)
    assert waits(played) == [("answered", 0), ("answered", 60), ("answered", 120)]
    assert played.agents["bea"].calls == 0, "her level is too low"


def test_a_ring_opens_by_the_hour_and_lets_others_answer(play: PlayDay) -> None:
    desk = QueueDefinition("desk", skills=(("tax", 4),), rings=(Ring(45, (("tax", 2),)),), wrap_up_seconds=5)
    people = [person("expert", skills={"tax": 5}), person("novice", skills={"tax": 2})]
    played = play([caller(0, talk=600), caller(10)], people, desk)
    assert waits(played) == [("answered", 0), ("answered", 45)]
    assert played.agents["novice"].calls == 1


def test_a_ring_nobody_is_logged_in_for_is_skipped(play: PlayDay) -> None:
    desk = QueueDefinition("desk", skills=(("tax", 4),), rings=(Ring(45, (("tax", 2),)),), wrap_up_seconds=5)
    assert waits(play([caller(0)], [person("novice", skills={"tax": 2})], desk)) == [("answered", 0)]


def test_the_least_skilled_are_taken_first_where_the_line_says_so(play: PlayDay) -> None:
    desk = QueueDefinition("desk", skills=(("tax", 1),), strategy="least_skilled")
    people = [person("expert", turn(0, "in"), skills={"tax": 5}), person("novice", turn(1, "in"), skills={"tax": 2})]
    assert play([caller(10)], people, desk).fates[0].agent == "novice"


def test_several_phones_ring_and_the_first_to_answer_has_the_call(play: PlayDay) -> None:
    slow, quick = Hands(9000, 9000), Hands(4000, 4000)
    people = [person("slow", turn(0, "in"), hands=slow), person("quick", turn(1, "in"), hands=quick)]
    desk = QueueDefinition("desk", strategy="ring_all", wrap_up_seconds=5)
    played = play([caller(10, talk=20), caller(40, talk=20)], people, desk)
    assert [(fate.agent, fate.waited_ms) for fate in played.fates] == [("quick", 4000), ("quick", 4000)]
    assert played.agents["slow"].spent["ringing"] == 8000
    assert played.agents["slow"].doing == "idle"


def test_a_call_that_rang_long_enough_leaves_unanswered(play: PlayDay) -> None:
    never = Hands(miss=1.0, most_ms=1, away_ms=10_000)
    desk = QueueDefinition("desk", ring_seconds=20, ringing_budget_seconds=60)
    (fate,) = play([caller(0)], [person("ana", hands=never)], desk).fates
    assert fate.end == "unanswered"
    assert fate.waited_ms >= 60_000


def test_a_line_at_its_cap_waits_and_is_not_called_overtaken(play: PlayDay) -> None:
    tax = QueueDefinition("tax", max_talking=1, wrap_up_seconds=5)
    people = [person(name) for name in ("ana", "bea")]
    callers = [caller(0, queue="tax"), caller(1, talk=30), caller(5, queue="tax"), caller(10)]
    played = play(callers, people, tax, QueueDefinition("desk", wrap_up_seconds=5))
    assert waits(played) == [("answered", 0), ("answered", 0), ("answered", 60), ("answered", 26)]
    assert played.overtaken == 0


def test_a_full_line_runs_over_into_another_at_the_door(play: PlayDay) -> None:
    tax = QueueDefinition("tax", skills=(("tax", 1),), max_waiting=1, overflow=Overflow("desk"), wrap_up_seconds=5)
    people = [person("ana", skills={"tax": 3}), person("bea", turn(100, "in"))]
    callers = [caller(0, talk=300, queue="tax"), caller(10, queue="tax"), caller(20, queue="tax")]
    played = play(callers, people, tax, QueueDefinition("desk", wrap_up_seconds=5))
    assert waits(played) == [("answered", 0), ("answered", 295), ("answered", 80)]
    assert played.agents["bea"].calls == 1


def test_who_waited_too_long_goes_on_in_another_line_in_the_place_they_have(play: PlayDay) -> None:
    tax = QueueDefinition("tax", skills=(("tax", 1),), max_wait_seconds=60, overflow=Overflow("desk"))
    desk = QueueDefinition("desk", skills=(("desk", 1),), wrap_up_seconds=5)
    people = [person("ana", skills={"tax": 3}), person("bea", skills={"desk": 3})]
    callers = [
        caller(0, talk=900, queue="tax"), caller(10, queue="tax"), caller(0, talk=100), caller(20, talk=20),
    ]  # fmt: skip
    played = play(callers, people, tax, desk)
    ends = {fate.caller.at_ms - BEGIN: (fate.end, fate.waited_ms, fate.agent) for fate in played.fates}
    assert ends[10_000] == ("answered", 95_000, "bea"), "before the one who came at 20 s"
    assert ends[20_000] == ("answered", 150_000, "bea")
    assert played.overtaken == 0


def test_who_is_not_let_in_has_left_at_the_door(lines: RedisLines) -> None:
    class Shut:
        def may_enter(self, ask: LineAsk, entry: Entry | None, now_ms: int) -> str:
            del ask, now_ms
            return "staffed" if entry else ""

    desk = QueueDefinition("desk", entry=Entry(staffed=3))
    played = Play(lines, Scenario([caller(0)], [person("ana")], {"desk": desk}), entrance=Shut()).run()
    assert waits(played) == [("full", 0)]


def test_a_callback_keeps_the_place_and_ends_the_time_on_the_line(play: PlayDay) -> None:
    back = CallBack(30_000)
    played = play([caller(0, talk=100), caller(10, patience=40, callback=back), caller(20)], [person("ana")])
    assert waits(played) == [("answered", 0), ("answered", 108), ("answered", 168)], "8 s to pick up and press the key"
    told = callbacks(played.fates)
    assert (told["booked"], told["answered"], told["unreached"]) == (1, 1, 0)
    assert (told["on_the_line_seconds"]["mean"], told["wait_seconds"]["mean"]) == (30, 108)
    assert played.overtaken == 0


def test_who_is_never_reached_is_tried_again_and_given_up(play: PlayDay) -> None:
    never = CallBack(30_000, reached=0.0)
    played = play([caller(0, talk=100), caller(10, callback=never), caller(20)], [person("ana")])
    assert waits(played) == [("answered", 0), ("unreached", 1375), ("answered", 120)]
    assert (played.overtaken, callbacks(played.fates)["unreached"]) == (0, 1)


def test_a_callback_nobody_gets_to_runs_out_after_a_day(play: PlayDay) -> None:
    people = [person("ana", turn(0, "in"), turn(60, "out"))]
    played = play([caller(0, talk=100), caller(10, callback=CallBack(30_000))], people)
    assert waits(played) == [("answered", 0), ("expired", 30 + 24 * 3600)]


def test_who_was_answered_in_time_is_not_called_back(play: PlayDay) -> None:
    played = play([caller(0, talk=20), caller(10, callback=CallBack(30_000))], [person("ana")])
    assert waits(played) == [("answered", 0), ("answered", 20)]
    assert callbacks(played.fates)["booked"] == 0


def test_a_clock_that_jumps_back_does_not_reorder_the_line(play: PlayDay) -> None:
    """At 100 s the clock falls back by ten minutes: who comes after that still stands behind those of before."""
    back = BEGIN + 100_000
    callers = [caller(0, talk=200), caller(50), caller(90), caller(110), caller(120)]
    played = play(callers, [person("ana")], told=lambda at_ms: at_ms - 600_000 if at_ms > back else at_ms)
    answered = sorted(played.fates, key=lambda fate: fate.caller.at_ms + fate.waited_ms)
    assert [(fate.caller.at_ms - BEGIN) // 1000 for fate in answered] == [0, 50, 90, 110, 120]


def test_the_same_seed_gives_the_same_day(lines: RedisLines, redis_url: str) -> None:
    def fates(seed: int) -> list[tuple[str, int, str]]:
        from redis import Redis

        with Redis.from_url(redis_url) as client:
            client.flushall()
        hands = Hands(1000, 9000, miss=0.1, decline=0.1)
        people = [person(name, hands=hands) for name in ("ana", "bea", "cleo")]
        callers = [caller(n * 17, talk=20 + n * 7 % 50, patience=30 + n * 13 % 90) for n in range(80)]
        played = Play(
            lines, Scenario(callers, people, {"desk": QueueDefinition("desk", wrap_up_seconds=5)}, seed)
        ).run()
        return [(fate.end, fate.waited_ms, fate.agent) for fate in played.fates]

    first = fates(1)
    assert fates(1) == first
    assert fates(2) != first


def test_the_store_and_the_books_agree_when_the_day_is_over(play: PlayDay, lines: RedisLines) -> None:
    hands = Hands(1000, 22_000, miss=0.2, decline=0.1)
    people = [person(f"p{n}", turn(n, "in"), turn(600, "pause", 300), turn(4000, "out"), hands=hands) for n in range(5)]
    callers = [caller(n * 9, talk=10 + n * 31 % 90, patience=5 + n * 17 % 200) for n in range(300)]
    played = play(callers, people)
    assert len(played.fates) == 300
    assert played.overtaken == 0
    snapshot = lines.snapshot(played.end_ms)
    assert {agent.id: agent.state for agent in snapshot.agents} == dict.fromkeys(played.agents, "offline")
    assert {agent.doing for agent in played.agents.values()} == {"away"}
    assert sum(queue.waiting for queue in snapshot.queues) == 0


def test_the_watch_sees_who_is_overtaken() -> None:
    watch = Fairness({"ana": {"fr": 3}})
    for call, wanted, start in (("old", "fr:3", 100), ("other", "de:1", 50), ("new", "fr:2", 200)):
        watch.stands(Place(call, "desk", wanted, start, start))
    watch.offered("new", "ana")
    assert (watch.overtaken_by_score, watch.overtaken_by_time) == (1, 1)
    assert watch.examples == ["ana was offered new before old"]
    watch.offered("old", "ana")
    assert watch.overtaken_by_score == 1, "the other waits for a language she lacks"


def test_what_cannot_be_played_is_refused(play: PlayDay) -> None:
    with pytest.raises(BadScenario, match="calls for tax, but the lines are desk"):
        play([caller(0, queue="tax")], [person("ana")])
    with pytest.raises(BadScenario, match="two agents are called ana"):
        play([caller(0)], [person("ana"), person("ana")])
    with pytest.raises(BadScenario, match="desk runs over into tax, which isn't there"):
        play([caller(0)], [person("ana")], QueueDefinition("desk", overflow=Overflow("tax")))
    with pytest.raises(BadScenario, match="nobody calls"):
        play([], [person("ana")])


def test_the_day_begins_when_the_first_call_comes(play: PlayDay) -> None:
    assert play([caller(7)], [person("ana")]).begin_ms == BEGIN + 7000
