"""The benchmark's view of recorded days: what the live system would have seen, and nothing that came later."""

import gzip
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.forecast_fit import KNOTS, LEVELS, ratios
from benchmarks.forecast_replay import TAKES_TYPE_FROM, Call, Seen, calls_of, seen_in
from ivr.core.routing.calibration import BANK
from ivr.core.routing.estimate import Past

MONDAY = 1_000 * 604_800.0

calls = st.lists(
    st.builds(
        Call,
        joined=st.integers(0, 3000).map(lambda second: MONDAY + second),
        type=st.sampled_from(["PS", "NW"]),
        priority=st.sampled_from([0, 2]),
        queued=st.just(True),
        waited=st.integers(0, 600).map(float),
        answered=st.booleans(),
        talked=st.integers(0, 600).map(float),
        agent=st.sampled_from(["", "ANA", "BEA"]),
    ),
    max_size=30,
).map(lambda drawn: sorted(drawn, key=lambda call: call.joined))


def plain(of: list[Seen]) -> list[tuple[float, object, Past, float]]:
    return [(one.since_s, one.figures, one.past, one.running_mean_s) for one in of]


@given(calls, st.integers(0, 3000))
def test_who_joins_later_changes_nothing_of_what_was_seen(drawn: list[Call], second: int) -> None:
    until = MONDAY + second
    earlier = [call for call in drawn if call.joined < until]
    seen = [one for one in seen_in(drawn, (0.0, 60.0)) if one.call.joined + one.since_s < until]
    alone = [one for one in seen_in(earlier, (0.0, 60.0)) if one.call.joined + one.since_s < until]
    assert plain(seen) == plain(alone)


@given(calls, st.integers(0, 29))
def test_what_becomes_of_a_call_changes_nothing_of_what_it_is_told(drawn: list[Call], number: int) -> None:
    if not drawn:
        return
    number %= len(drawn)
    other = replace(drawn[number], waited=777.0, answered=not drawn[number].answered, talked=5.0, agent="CEM")
    mine = [one for one in seen_in(drawn) if one.call is drawn[number]]
    changed = [*drawn[:number], other, *drawn[number + 1 :]]
    then = [one for one in seen_in(changed) if one.call is other]
    if mine:
        assert plain(mine) == plain(then)


def talk(second: int, waited: float, talked: float, agent: str, kind: str = "PS", **more: object) -> Call:
    return replace(Call(MONDAY + second, kind, 0, True, waited, True, talked, agent), **more)  # type: ignore[arg-type]


def test_figures_by_hand() -> None:
    known = [talk(10 * n, 0, 5, agent, kind) for n, (agent, kind) in enumerate(
        [("ANA", "PS"), ("BEA", "PS"), ("ANA", "NW")] * TAKES_TYPE_FROM
    )]  # fmt: skip
    day = [
        talk(1000, 0, 300, "ANA"),
        talk(1010, 30, 200, "BEA"),
        talk(1050, 200, 10, "ANA", "NW"),
        talk(1060, 100, 10, "BEA"),
        talk(1070, 90, 10, "BEA", priority=2),
    ]
    last = next(one for one in seen_in([*known, *day]) if one.call is day[4])
    found = last.figures
    assert (found.waiting, found.ahead, found.rivals) == (2, 0, 0), "its credit puts it before both"
    assert (found.staff, found.talking) == (2, 2)
    assert (found.last_wait_ms, found.at_ms - found.last_answered_ms) == (30_000, 30_000)
    assert found.talk_ms_recent == 5_000, "only talks that are over"
    assert last.running_mean_s == 30 / 4
    before = next(one for one in seen_in([*known, *day]) if one.call is day[3])
    assert (before.figures.ahead, before.figures.rivals) == (0, 1), "the one of NW, whom ANA may take as well"


def test_past_weeks_are_of_past_weeks() -> None:
    week = 604_800
    waits = [talk(-week * back, 100.0 * back, 5, "ANA") for back in (4, 3, 2, 1)]
    now = [talk(0, 5, 5, "ANA"), talk(100, 5, 5, "ANA")]
    first, second = list(seen_in([*waits, *now]))[-2:]
    assert first.past == Past(250.0, 4, 250.0, 4)
    assert second.past == first.past, "today is not past"


def test_records_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "r.csv.gz"
    header = "arrived_at,ivr_seconds,type,priority,customer,queued,wait_seconds,outcome,service_seconds,agent"
    with gzip.open(path, "wt") as file:
        file.write(f"{header}\n1999-01-01 00:01:00,9,PS,2,C1,1,140,abandoned,0,\n")
        file.write("1999-01-01 00:01:02,5,NW,0,,0,0,answered,33,ANA\n")
    first, second = calls_of(path)
    assert (first.type, first.waited, first.talked, first.answered) == ("NW", 0, 33, True)
    assert second.joined - first.joined == 2
    assert second.order == second.joined - 90


@given(st.lists(st.tuples(st.floats(1, 20), st.floats(0.01, 20)), min_size=1, max_size=400))
def test_no_bound_gets_shorter_further_back(scaled: list[tuple[float, float]]) -> None:
    rows = ratios(scaled * 100, 0.4)
    assert len(rows) == len(KNOTS)
    for j in range(len(LEVELS)):
        bounds = [row[j] * math.pow(knot, 0.4) for row, knot in zip(rows, KNOTS, strict=True)]
        assert all(later >= nearer - 1e-3 for nearer, later in pairwise(bounds))


def test_what_ships_is_what_the_fit_makes() -> None:
    """In shape: its figures are held against the records by the benchmark."""
    assert BANK.knots == KNOTS
    assert BANK.levels == LEVELS
