"""From call records to a load: reading, patience, duty, the house's files."""

import gzip
import random
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from ivr.cli.bank.day import Anchor, plan_of, recorded
from ivr.cli.bank.house import House
from ivr.cli.bank.patience import LONGEST_SECONDS, Patience, patience_of
from ivr.cli.bank.records import BadRecords, Record, day_of
from ivr.cli.bank.staffing import Shift, on_duty, shifts, skills_used
from ivr.core.flow.problem import errors_in
from ivr.flowfile.agents import decode_agents
from ivr.flowfile.folder import Reader

FIXTURE = Path(__file__).parent.parent / "fixtures" / "bank-synthetic.csv"
DAY = date(1999, 3, 2)


def record(  # noqa: PLR0917 - a row
    at: str, outcome: str = "answered", wait: float = 0, service: float = 60, agent: str = "A1", kind: str = "PS"
) -> Record:
    moment = datetime.fromisoformat(f"1999-03-02 {at}")
    told = outcome == "answered"
    return Record(moment, 0, kind, 0, "", wait > 0, wait, told, service if told else 0, agent if told else "")


def test_a_day_and_a_window_are_read_plain_or_gzipped(tmp_path: Path) -> None:
    day = day_of(FIXTURE, DAY)
    assert len(day) == len(FIXTURE.read_text().splitlines()) - 2, "the other day's call is left out"
    assert [one.at for one in day] == sorted(one.at for one in day)
    window = day_of(FIXTURE, DAY, time(9, 5), time(9, 10))
    assert 0 < len(window) < len(day)
    assert all(time(9, 5) <= one.arrived_at.time() < time(9, 10) for one in window)
    packed = tmp_path / "records.csv.gz"
    packed.write_bytes(gzip.compress(FIXTURE.read_bytes()))
    assert day_of(packed, DAY) == day


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("wait_seconds", "waited", "no column wait_seconds"),
        (",answered,", ",vanished,", "vanished"),
        ("1999-03-02 09:", "1999-03-02 99:", "row 2"),
    ],
)
def test_records_that_are_none_are_refused_with_their_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "records.csv"
    path.write_text(FIXTURE.read_text().replace(old, new))
    with pytest.raises(BadRecords, match=told):
        day_of(path, DAY)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.csv.gz"
    path.write_bytes(gzip.compress(FIXTURE.read_bytes())[:100])
    with pytest.raises(BadRecords):
        day_of(path, DAY)


def test_kaplan_meier_by_hand() -> None:
    """Five waits: 10 gave up, 20 answered, 30 gave up, 30 answered, 40 answered. S(10) = 4/5, S(30) = 4/5 * 2/3."""
    waits = [(10, "abandoned"), (20, "answered"), (30, "abandoned"), (30, "answered"), (40, "answered")]
    patience = patience_of([record("09:00:00", outcome, wait) for wait, outcome in waits])
    assert patience.times == (10, 30)
    assert patience.survival == pytest.approx((0.8, 0.8 * 2 / 3))
    assert patience.rate == pytest.approx(2 / 130)
    assert patience.exceeding(9) == 1.0
    assert patience.exceeding(29) == pytest.approx(0.8)


def test_patience_drawn_exceeds_the_wait_and_follows_the_estimate() -> None:
    patience = Patience((10.0, 30.0, 60.0), (0.8, 0.5, 0.2), 0.01)
    chance = random.Random(1)
    drawn = [patience.draw(15, chance) for _ in range(4000)]
    assert min(drawn) > 15
    assert sum(one > 30 for one in drawn) / len(drawn) == pytest.approx(0.5 / 0.8, abs=0.03)
    assert sum(one > 60 for one in drawn) / len(drawn) == pytest.approx(0.2 / 0.8, abs=0.03)
    assert max(drawn) <= LONGEST_SECONDS
    assert min(patience.draw(500, chance) for _ in range(200)) > 500
    assert [patience.draw(15, random.Random(3)) for _ in range(3)] == [
        patience.draw(15, random.Random(3)) for _ in range(3)
    ]


def test_nobody_ever_gave_up_means_patience_without_end() -> None:
    assert patience_of([record("09:00:00", wait=20)]).draw(20, random.Random(1)) == LONGEST_SECONDS


def test_duty_is_the_hours_in_which_an_agent_was_taking_calls() -> None:
    calls = [
        record("09:10:00", agent="A1"),
        record("09:59:30", agent="A2", service=120),
        record("11:00:00", agent="A1", kind="NE"),
        record("11:05:00", "abandoned", 5),
        record("11:06:00", agent=""),
    ]
    duty = on_duty(calls)
    assert duty == {9: {"A1", "A2"}, 10: {"A2"}, 11: {"A1"}}
    assert shifts(duty) == [
        Shift(9 * 3600, ("A1", "A2"), ()),
        Shift(10 * 3600, (), ("A1",)),
        Shift(11 * 3600, ("A1",), ("A2",)),
        Shift(12 * 3600, (), ("A1",)),
    ]
    assert skills_used(calls) == {"A1": {"PS", "NE"}, "A2": {"PS"}}
    assert shifts({}) == []


def test_the_houses_files_are_a_flow_folder_without_problems(tmp_path: Path) -> None:
    day = [*day_of(FIXTURE, DAY), record("09:30:00", kind="QQ", agent="Z9")]
    house = House(day, skills_used(day))
    house.write(tmp_path)
    checked = Reader().read(tmp_path)
    assert errors_in(checked.problems) == []
    agents, problems = decode_agents((tmp_path / "agents.yaml").read_bytes(), "agents.yaml")
    assert problems == []
    assert agents is not None
    assert {agent.id: set(agent.skills) for agent in agents}["z9"] == {"qq"}
    assert house.keys(day[-1]) == ("7", "1")


def test_the_plan_keeps_what_the_record_knows() -> None:
    day = day_of(FIXTURE, DAY)
    house = House(day, skills_used(day))
    anchor = Anchor(datetime(1999, 3, 2, 9, tzinfo=UTC), 9 * 3600.0)
    plan = plan_of(day, house, patience_of(day), anchor, random.Random(1))
    assert plan == plan_of(day, house, patience_of(day), anchor, random.Random(1))
    assert len(plan.arrivals) == len(day)
    for one, arrival in zip(day, plan.arrivals, strict=True):
        assert arrival.at == one.at - 9 * 3600
        if one.answered:
            assert arrival.talk == max(1.0, one.service_seconds)
            assert arrival.patience > one.wait_seconds
        else:
            assert arrival.patience == max(1.0, one.wait_seconds)
            assert arrival.talk in {other.service_seconds for other in day if other.answered and other.type == one.type}
    told = recorded(day)
    assert told["offered"] == told["answered"] + told["abandoned"] == len(day)
