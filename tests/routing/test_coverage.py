"""Who may answer what, ring by ring; a line's definition as the scripts need it; promises by name."""

from dataclasses import replace

import pytest

from ivr.core.promise_presets import PRESETS, answer_within
from ivr.core.queue_rules import RING_ALL_AT_MOST, QueueDefinition
from ivr.core.routing.coverage import coverage, in_words, skills_of
from ivr.core.routing.rings import Ring
from ivr.core.routing.skills import SkillProblem, requirement

ROSTER = {"ana": {"tax": 6, "fr": 8}, "ben": {"tax": 9}, "cleo": {"desk": 2}}


def test_a_ring_adds_people_and_takes_nobody_away() -> None:
    rings = (Ring(60, (("tax", 5),)), Ring(120, (("desk", 1),), instead=True), Ring(180, (), instead=True))
    covered = coverage([{"tax": 8}], rings, ROSTER)
    assert [(ring.after_seconds, ring.agents, ring.added) for ring in covered] == [
        (0, ("ben",), ("ben",)),
        (60, ("ana", "ben"), ("ana",)),
        (120, ("ana", "ben", "cleo"), ("cleo",)),
        (180, ("ana", "ben", "cleo"), ()),
    ]


def test_a_greatest_level_keeps_experts_out() -> None:
    (ring,) = coverage([{"tax": (1, 7)}], (), ROSTER)
    assert ring.agents == ("ana",)


def test_a_ring_loosens_what_a_step_asks_for_as_well() -> None:
    covered = coverage([{"tax": 5}, {"fr": 9}], [Ring(60, (("fr", 5),))], ROSTER)
    assert [ring.agents for ring in covered] == [(), ("ana",)]


def test_what_contradicts_itself_is_told() -> None:
    with pytest.raises(SkillProblem, match="nobody is both 8 or better and 7 or less"):
        coverage([{"tax": (1, 7)}, {"tax": 8}], (), ROSTER)


def test_a_requirement_in_words() -> None:
    assert in_words("") == "anybody"
    assert in_words(requirement({"tax": (2, 5), "fr": 3})) == "fr 3 or better and tax 2 to 5"
    assert in_words("@ana|desk:1|tax:10") == "ana, or desk 1 or better, or tax 10"
    assert in_words("tax:4-4") == "tax 4"
    assert skills_of(ROSTER) == {"tax", "fr", "desk"}


def test_ring_all_rings_several_unless_the_line_says_how_many() -> None:
    line = QueueDefinition("desk", strategy="ring_all")
    assert line.rules().several == RING_ALL_AT_MOST
    assert replace(line, ring_several=3).rules().several == 3
    assert QueueDefinition("desk").rules().several == 1


def test_the_rules_change_shape_where_calls_are_to_be_grouped_anew() -> None:
    line = QueueDefinition("desk", rings=(Ring(60, (("tax", 1),)),))
    regrouped = [
        replace(line, skills=(("tax", 3),)),
        replace(line, rings=(Ring(61, (("tax", 1),)),)),
        replace(line, strategy="fair_load"),
        replace(line, prefer_seconds=20),
    ]
    shapes = {one.rules().shape for one in (line, *regrouped)}
    assert len(shapes) == len(regrouped) + 1
    longer = replace(line, ring_seconds=40)
    assert longer.rules().shape == line.rules().shape
    assert longer.rules().digest != line.rules().digest


def test_a_promise_names_its_seconds_or_none() -> None:
    assert {name: answer_within(name) for name in PRESETS} == {
        "be-charter-2011": 150,
        "es-2025": 180,
        "fr-services-publics-plus": 0,
        "80-20": 20,
    }
    assert QueueDefinition("desk", promise="es-2025").answer_within_seconds == 180
    assert QueueDefinition("desk").answer_within_seconds == 0
    assert answer_within("never heard of") == 0
