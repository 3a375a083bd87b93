"""The formulas against published values, against each other, and against a day played by the real scripts."""

import math
import random
from collections.abc import Callable

import pytest

from ivr.core.erlang import erlang_a, erlang_b, erlang_c
from ivr.core.queue_rules import QueueDefinition
from ivr.simulation.play import Played
from ivr.simulation.report import occupancy
from tests.simulation.conftest import caller, person


def test_erlang_b_has_the_values_of_the_tables() -> None:
    assert erlang_b(5, 10) == pytest.approx(0.018385, abs=1e-6)
    assert erlang_b(10, 10) == pytest.approx(0.2146, abs=1e-4)
    assert erlang_b(1, 1) == 0.5
    assert erlang_b(3, 0) == 1.0


def test_fifty_agents_with_and_without_abandonment_as_published() -> None:
    """48 calls a minute of a minute each, patience two minutes: Mandelbaum and Zeltyn, and Garnett et al. before them.

    Without abandonment a mean wait of 20.8 s at 96 % occupancy; with it 3.7 s at 93 %, and 3.1 % give up.
    """
    patient = erlang_c(48 / 60, 60, 50)
    assert (round(patient.wait, 1), round(patient.occupancy, 2)) == (20.8, 0.96)
    human = erlang_a(48 / 60, 60, 120, 50)
    assert (round(human.wait, 1), round(human.occupancy, 2), round(human.abandons, 3)) == (3.7, 0.93, 0.031)


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    rate, service, agents = 0.3, 60, 22
    assert erlang_a(rate, service, 1e9, agents).wait == pytest.approx(erlang_c(rate, service, agents).wait, rel=1e-3)
    hasty = erlang_a(rate, service, 1e-6, agents)
    assert hasty.abandons == pytest.approx(erlang_b(rate * service, agents), rel=1e-3)


def test_with_one_server_erlang_c_is_the_load() -> None:
    assert erlang_c(0.5, 1, 1).waits == pytest.approx(0.5)
    assert erlang_c(0.5, 1, 1).wait == pytest.approx(1.0)


def test_too_few_or_none() -> None:
    assert erlang_c(1, 60, 50).wait == math.inf
    assert erlang_a(1, 60, 100, 0).abandons == pytest.approx(1)
    assert erlang_a(1, 60, 100, 0).wait == pytest.approx(100)
    assert erlang_a(0, 60, 100, 5).wait == 0
    crowded = erlang_a(100, 60, 120, 50)
    assert crowded.occupancy == pytest.approx(1)
    assert crowded.abandons == pytest.approx(1 - 50 / 60 / 100, rel=1e-6)


@pytest.mark.parametrize("wrong", [(-1, 60, 5), (1, 0, 5), (1, 60, -1)])
def test_what_cannot_be_is_refused(wrong: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="no such group"):
        erlang_c(*wrong)
    with pytest.raises(ValueError, match="isn't above 0"):
        erlang_a(1, 60, 0, 5)


def test_a_played_day_comes_out_as_the_theory_says(play: Callable[..., Played]) -> None:
    """6 agents, calls every 12 s of 66 s, patience 90 s: as Erlang A expects, within what 2,500 calls can show."""
    chance = random.Random(5)
    at, callers = 0.0, []
    for _ in range(2500):
        at += chance.expovariate(1 / 12)
        callers.append(caller(at, max(0.001, chance.expovariate(1 / 66)), max(0.001, chance.expovariate(1 / 90))))
    played = play(callers, [person(f"p{n}") for n in range(6)], QueueDefinition("desk", wrap_up_seconds=0))
    expected = erlang_a(1 / 12, 66, 90, 6)
    waits = [fate.waited_ms / 1000 for fate in played.fates]
    assert sum(waits) / len(waits) == pytest.approx(expected.wait, rel=0.15)
    gave_up = sum(fate.end == "abandoned" for fate in played.fates) / len(waits)
    assert gave_up == pytest.approx(expected.abandons, rel=0.15)
    assert sum(fate.queued for fate in played.fates) / len(waits) == pytest.approx(expected.waits, rel=0.1)
    assert occupancy(list(played.agents.values())) == pytest.approx(expected.occupancy, rel=0.05)
