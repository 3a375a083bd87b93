"""The day the benchmark plays, with fewer of everything: lines with rings, boosts and four strategies at once."""

import pytest

from benchmarks.simulate import KEPT, house
from ivr.simulation.play import Play
from ivr.simulation.report import report_of
from ivr.simulation.time_spent import Doing
from ivr.store.redis.lines import RedisLines

STATES: dict[Doing, str] = {"away": "offline", "idle": "available", "paused": "paused", "wrap_up": "wrap_up"}


def test_nobody_is_overtaken_without_a_reason_or_lost(lines: RedisLines) -> None:
    scenario = house(0.03)
    played = Play(lines, scenario).run()
    report = report_of([played], 30, 1.0)
    assert report["overtaken_without_a_reason"] == 0, report["examples"]
    assert report["overtaken_by_priority"] > 0
    assert report["offered"] == len(scenario.callers) == report["answered"] + sum(report["left"].values())
    assert set(KEPT) <= set(report)
    assert report["occupancy"] == pytest.approx(0.7, abs=0.25)
    states = {agent.id: agent.state for agent in lines.snapshot(played.end_ms).agents}
    assert states == {name: STATES[agent.doing] for name, agent in played.agents.items() if name in states}
