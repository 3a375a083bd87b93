"""From call records to a day to simulate: who was there, who calls, and what theory expects."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.bank.patience import Patience
from ivr.cli.bank.presence import Presence, Reading, presence_of
from ivr.cli.bank.records import Record
from ivr.cli.bank.scene import callers_of, people_of, scenes
from ivr.cli.bank.staffing import skills_used
from ivr.cli.bank.theory import HalfHour, expected, half_hours, mean_patience
from ivr.cli.simulate import simulate
from ivr.core.erlang import erlang_a
from ivr.simulation.moments import midnight_ms
from ivr.simulation.scenario import Turn

FIXTURE = Path(__file__).parent.parent / "fixtures" / "bank-synthetic.csv"
DAY = date(1999, 3, 2)
NEVER = Patience((10.0,), (0.5,), 0.01)


def record(  # noqa: PLR0917 - a row
    at: str, wait: float = 0, service: float = 60, agent: str = "A1", kind: str = "PS", priority: int = 0
) -> Record:
    """An answered call; without service, one that gave up."""
    moment = datetime.fromisoformat(f"1999-03-02 {at}")
    return Record(moment, 0, kind, priority, "", wait > 0, wait, service > 0, service, agent if service else "")


GAP = [
    record("00:00:00", agent="A1"),
    record("00:00:10", service=600, agent="A2"),
    record("00:01:40", wait=50, service=0),
    record("00:03:20", agent="A1"),
]
"""A1 talks until 60 and again from 200; somebody waits from 100 to 150."""


@pytest.mark.parametrize(
    ("reading", "away"),
    [("gap", ((60, 200),)), ("evidence", ((60, 150),)), ("moments", ((100, 150),)), ("shift", ())],
)
def test_who_let_somebody_wait_was_away(reading: Reading, away: tuple[tuple[float, float], ...]) -> None:
    found = presence_of(GAP, skills_used(GAP), reading)
    assert found == {"A1": Presence(0, 260, away), "A2": Presence(10, 610, ())}


def test_a_moment_or_a_call_they_cannot_take_says_nothing() -> None:
    moment = [*GAP[:2], record("00:01:40", wait=3, service=0), GAP[3]]
    other = [*GAP[:2], record("00:01:40", wait=50, service=0, kind="NE"), GAP[3]]
    for records in (moment, other):
        assert presence_of(records, skills_used(GAP), "gap")["A1"].away == ()


def test_a_day_has_who_stood_in_line_and_who_was_seen() -> None:
    never_in_line = record("00:02:00", service=0)
    nobody_known = record("00:05:00", wait=20, service=30, agent="", priority=2)
    elsewhere = record("00:00:00", agent="A1", kind="NE")
    today, _ = scenes({DAY: [*GAP, never_in_line, nobody_known], date(1999, 3, 3): [elsewhere]})
    begin = midnight_ms(DAY)
    callers = callers_of(today, NEVER, 1)
    assert [(caller.at_ms - begin) // 1000 for caller in callers] == [0, 10, 100, 200, 300]
    assert [caller.priority_seconds for caller in callers] == [0, 0, 0, 0, 90]
    assert callers[2].patience_ms == 50_000, "who gave up is as patient as recorded"
    assert all(caller.patience_ms > 20_000 for caller in callers[4:]), "an answered one more than they waited"
    assert callers[1].talk_ms == 600_000
    assert callers_of(today, NEVER, 1) == callers
    people = {person.id: person for person in people_of(today, "evidence")}
    assert people["a1"].skills == {"ps": 5, "ne": 2}
    assert people["a1"].turns == (
        Turn(begin, "in"), Turn(begin + 60_000, "pause", 90_000), Turn(begin + 260_000, "out"),
    )  # fmt: skip
    assert people["unknown-1"].turns == (Turn(begin + 320_000, "in"), Turn(begin + 321_000, "out"))
    hourly = {person.id: person.turns for person in people_of(today, "hour")}
    assert hourly["a1"] == (Turn(begin, "in"), Turn(begin + 3_600_000, "out"))


def test_the_theory_of_a_half_hour_by_hand() -> None:
    today = scenes({DAY: GAP})[0]
    assert mean_patience(GAP) == 50
    (half,) = half_hours(today, 100)
    assert (half.calls, half.service) == (4, 240)
    assert half.agents == pytest.approx((260 - 90 + 600) / 1800)
    assert expected(HalfHour(6, 100, 2.0), 50) == erlang_a(6 / 1800, 100, 50, 2)
    between = expected(HalfHour(60, 100, 2.5), 50).wait
    assert between == pytest.approx((erlang_a(1 / 30, 100, 50, 2).wait + erlang_a(1 / 30, 100, 50, 3).wait) / 2)


def test_records_are_played_beside_what_they_say(redis_url: str) -> None:
    asked = ["--arrivals", str(FIXTURE), "--period", "1999-03-02", "--redis", redis_url, "--json"]
    said = CliRunner().invoke(simulate, asked)
    assert said.exit_code == 0, said.output
    report = json.loads(said.stdout)
    assert report["offered"] == report["recorded"]["offered"] > 40
    assert report["overtaken_without_a_reason"] == 0
    assert report["wait_seconds"]["all"]["mean"] == pytest.approx(
        report["recorded"]["wait_seconds"]["all"]["mean"], rel=0.3
    )
    assert 0 < report["erlang_a"]["abandoned_share"] < 1
    people = CliRunner().invoke(simulate, [*asked[:-1]])
    assert "by the record: " in people.output
    assert "by Erlang A: " in people.output


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--period", "2031-03"], "no calls in 2031-03"),
        (["--agents", str(FIXTURE)], "leave out --agents"),
        (["--lines", str(FIXTURE)], "bank-synthetic.csv:"),
    ],
)
def test_records_that_cannot_be_played_are_refused(more: list[str], told: str) -> None:
    said = CliRunner().invoke(simulate, ["--arrivals", str(FIXTURE), *more])
    assert said.exit_code == 2
    assert told in said.output
