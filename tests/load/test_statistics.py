"""The figures of a load, from timelines: every way a call can end, and every way a load can go wrong."""

import pytest

from exchange.load.plan import PlanProblem, plan_from, plan_json
from exchange.load.statistics import CallTrace, bridged_twice, spread, summary
from exchange.timeline import Entry, Value


def call(label: str, *events: tuple[int, str, dict[str, Value]], hung_up: str = "") -> CallTrace:
    trace = CallTrace(label, sid=f"CA-{label}", hung_up=hung_up)
    for seconds, kind, data in events:
        trace.note(Entry(seconds * 1000, kind, "", data))
    return trace


def answered(label: str, joined: int, connected: int, ended: int, agent: str = "+1") -> CallTrace:
    trace = call(
        label,
        (joined, "queued", {}),
        (connected, "bridged", {"peer": f"CA-{agent}-{label}", "number": agent}),
        (ended, "ended", {}),
        hung_up="talked",
    )
    trace.called_ms = (connected - 2) * 1000
    return trace


def test_every_end_is_counted_once() -> None:
    calls = [
        answered("a", 0, 3, 60),
        answered("b", 5, 65, 90),
        call("gave up", (10, "queued", {}), (40, "ended", {}), hung_up="gave up"),
        call("lost", (10, "queued", {}), (50, "ended", {})),
        call("hanging", (10, "queued", {})),
        call("never", (1, "alert", {"code": 11200}), (2, "ended", {})),
    ]
    assert [one.end for one in calls] == ["answered", "answered", "abandoned", "lost", "in line", "never offered"]
    figures = summary(calls, at_once=5.0)
    counted = (
        "dialled",
        "offered",
        "answered",
        "abandoned",
        "lost",
        "never_offered",
        "bridged_twice",
        "still_up",
        "alerts",
    )
    assert [figures[name] for name in counted] == [6, 5, 2, 1, 2, 1, 0, 1, 1]
    assert figures["wait_seconds_of_all"] == {"n": 4, "mean": 33.2, "median": 35.0, "p95": 60.0}
    assert figures["wait_seconds_of_queued"]["n"] == 3, "the call connected at once did not queue"
    assert figures["connect_seconds"]["mean"] == 2.0
    assert "CA-never" in figures["examples"]["never_offered"][0]


def test_two_legs_for_one_call_and_two_calls_for_one_agent_are_found() -> None:
    fine = [answered("a", 0, 3, 60, "+1"), answered("b", 0, 60, 80, "+1"), answered("c", 0, 4, 70, "+2")]
    assert bridged_twice(fine) == []
    doubled = call(
        "d", (0, "queued", {}), (1, "bridged", {"peer": "CA1"}), (2, "bridged", {"peer": "CA2"}), (9, "ended", {})
    )
    assert len(bridged_twice([doubled])) == 1
    assert bridged_twice([*fine, answered("e", 0, 50, 55, "+1")]) == ["+1 talked to CA-a and CA-e at once"]


@pytest.mark.parametrize(
    ("values", "told"),
    [([], (0, None, None, None)), ([4.0], (1, 4.0, 4.0, 4.0)), (list(range(1, 101)), (100, 50.5, 50.5, 95))],
)
def test_spread(values: list[float], told: tuple[float | None, ...]) -> None:
    assert tuple(spread(values).values()) == told


def test_a_plan_survives_its_journey_and_is_put_in_order() -> None:
    arrivals = [
        {"at": 9, "from": "+331", "to": "+332", "keys": ["1"], "patience": 3, "talk": 4, "label": "late"},
        {"at": 1.5, "from": "+331", "to": "+332", "keys": [], "patience": 0, "talk": 1, "label": ""},
    ]
    plan = plan_from({"start": "1999-03-01T07:00:00+00:00", "arrivals": arrivals})
    assert [one.at for one in plan.arrivals] == [1.5, 9]
    assert plan_from(plan_json(plan)) == plan


@pytest.mark.parametrize(
    "change",
    [
        {"at": -1},
        {"at": "soon"},
        {"keys": ["x"]},
        {"keys": "1"},
        {"from": 33},
        {"patience": None},
        {"talk": float("inf")},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    arrival = {"at": 0, "from": "+331", "to": "+332", "keys": ["1"], "patience": 3, "talk": 4}
    with pytest.raises(PlanProblem, match=r"arrivals\[1\]"):
        plan_from({"start": "1999-03-01T07:00:00+00:00", "arrivals": [{**arrival, **change}]})


@pytest.mark.parametrize("start", ["1999-03-01T07:00:00", "tomorrow", None])
def test_a_plan_needs_a_start_with_a_zone(start: object) -> None:
    with pytest.raises(PlanProblem, match="start"):
        plan_from({"start": start, "arrivals": []})
