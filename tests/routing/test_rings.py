"""Rings: who may answer as the wait grows, first as values, then in a real Redis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.routing.rings import OpenRing, Ring, rings_of
from ivr.core.routing.skills import SkillProblem, alternatives, either, may_answer, missing, requirement
from tests.routing.conftest import Centre

levels = st.integers(1, 10)
spans = st.tuples(levels, levels).map(lambda pair: (min(pair), max(pair)))
wanted = st.dictionaries(st.sampled_from(["fr", "nl", "tax"]), spans, max_size=3)
skilled = st.dictionaries(st.sampled_from(["fr", "nl", "tax"]), levels, max_size=3)


# --- values ---------------------------------------------------------------------------------------------------------
def test_a_ring_lowers_the_levels_it_names_and_keeps_the_rest() -> None:
    rings = rings_of(({"fr": 3, "tax": 4},), [Ring(60, (("tax", 1),))])
    assert rings == (OpenRing(0, "fr:3,tax:4"), OpenRing(60_000, "fr:3,tax:1"))


def test_another_team_is_asked_instead() -> None:
    rings = rings_of(({"tax": 4},), [Ring(120, (("welcome", 1),), instead=True)])
    assert rings[1] == OpenRing(120_000, "tax:4|welcome:1")


def test_preferred_agents_come_first_and_stay() -> None:
    rings = rings_of(({"fr": 3},), [Ring(60, (("fr", 1),))], preferred=("bea", "ana"), preferred_seconds=20)
    assert [ring.after_ms for ring in rings] == [0, 20_000, 60_000]
    assert rings[0].wanted == "@ana|@bea"
    assert rings[2].wanted == "@ana|@bea|fr:1"


def test_a_greatest_level_keeps_experts_free() -> None:
    asks = requirement({"tax": (1, 3)})
    assert asks == "tax:1-3"
    assert may_answer({"tax": 3}, asks)
    assert not may_answer({"tax": 9}, asks)
    assert missing({"tax": 9}, asks) == {"tax": (1, 3)}


def test_lacking_a_skill_is_not_a_level() -> None:
    assert not may_answer({"nl": 10}, "fr:1-10")


def test_a_ring_that_adds_nobody_is_left_out() -> None:
    assert len(rings_of(({"fr": 3},), [Ring(60, (("fr", 5),))])) == 1


@pytest.mark.parametrize("asked", [{"fr": 11}, {"fr": (5, 2)}, {"FR": 1}, {"fr": (0, 3)}])
def test_what_can_be_no_skill_is_said(asked: dict[str, int]) -> None:
    with pytest.raises(SkillProblem):
        requirement(asked)


def test_two_sources_nobody_can_meet_together_are_said() -> None:
    with pytest.raises(SkillProblem, match="nobody"):
        requirement({"fr": 7}, {"fr": (1, 3)})


@given(wanted, wanted, skilled)
def test_whoever_meets_one_of_two_meets_either(one: dict[str, tuple[int, int]], other: dict[str, tuple[int, int]], skills: dict[str, int]) -> None:  # fmt: skip  # noqa: E501
    first, second = requirement(one), requirement(other)
    both = either(first, second)
    assert may_answer(skills, both) == (may_answer(skills, first) or may_answer(skills, second))
    assert either(second, first) == both, "one way to write it"
    assert len(alternatives(both)) <= 2


@given(wanted, st.lists(st.tuples(st.integers(0, 300), wanted), max_size=4), skilled)
def test_a_ring_takes_nobody_away(base: dict[str, tuple[int, int]], rings: list[tuple[int, dict[str, tuple[int, int]]]], skills: dict[str, int]) -> None:  # fmt: skip  # noqa: E501
    made = rings_of((base,), [Ring(after, tuple(asked.items()), instead=True) for after, asked in rings])
    met = [may_answer(skills, ring.wanted) for ring in made]
    assert met == sorted(met), "from some ring on, and then in all"
    assert [ring.after_ms for ring in made] == sorted(ring.after_ms for ring in made)


# --- in Redis -------------------------------------------------------------------------------------------------------
EXPERTS = rings_of(({"fr": 5},), [Ring(30, (("fr", 1),)), Ring(60, (("nl", 1),), instead=True)])


def test_a_ring_opens_in_its_second_without_a_word_of_the_caller(centre: Centre) -> None:
    centre.agent("ann", fr=9)
    centre.join("CA0", "fr:9")  # takes ann
    centre.agent("bea", fr=1)
    assert centre.join("CA1", rings=EXPERTS).state == "waiting"
    centre.sweep(29_000)
    assert centre.call_state("CA1") == "waiting"
    centre.sweep(1_000)
    assert centre.call_state("CA1") == "offered"
    assert centre.lines.call("CA1").agent == "bea"  # type: ignore[union-attr]


def test_a_ring_nobody_is_logged_in_for_is_skipped_at_once(centre: Centre) -> None:
    centre.agent("cid", nl=3)
    place = centre.join("CA1", rings=EXPERTS)
    assert (place.state, place.ring, place.rings) == ("offered", 3, 3)


def test_when_the_last_of_a_ring_logs_out_its_calls_go_on(centre: Centre) -> None:
    centre.agent("ann", fr=9)
    centre.agent("bea", fr=1)
    centre.presence.pause("ann", "lunch")
    assert centre.join("CA1", rings=EXPERTS).state == "waiting"
    centre.presence.log_out("ann")
    centre.sweep()
    assert centre.lines.call("CA1").agent == "bea"  # type: ignore[union-attr]


def test_an_agent_who_does_not_answer_does_not_stop_the_rings(centre: Centre) -> None:
    centre.agent("ann", fr=9)
    centre.agent("bea", fr=1)
    assert centre.join("CA1", rings=EXPERTS).state == "offered"
    centre.clock.pass_ms(31_000)
    centre.lines.end_offer("CA1-1", "no_answer", centre.now)
    assert centre.lines.call("CA1").agent == "bea"  # type: ignore[union-attr]


def test_the_narrowest_ring_goes_first_where_several_are_open(centre: Centre) -> None:
    centre.agent("bea", fr=1)  # idle longer
    centre.clock.pass_ms(10)
    centre.agent("ann", fr=9)
    centre.join("CA0", "es:1")
    centre.clock.pass_ms(40_000)
    centre.lines.join(centre.request("CA0", turn=2, rings=EXPERTS), centre.now)
    assert centre.lines.call("CA0").agent == "ann"  # type: ignore[union-attr]


def test_ones_own_adviser_first_and_then_anybody(centre: Centre) -> None:
    centre.agent("ana", fr=1)
    centre.agent("bea", fr=9)
    centre.presence.pause("ana", "lunch")
    rings = rings_of(({"fr": 5},), preferred=("ana",), preferred_seconds=20)
    assert centre.join("CA1", rings=rings).state == "waiting"
    centre.presence.resume("ana")
    assert centre.lines.call("CA1").agent == "ana"  # type: ignore[union-attr]
    assert centre.join("CA2", rings=rings).state == "waiting", "she is logged in, and will have it for 20 s"
    centre.sweep(20_000)
    assert centre.lines.call("CA2").agent == "bea"  # type: ignore[union-attr]
