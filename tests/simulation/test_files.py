"""What people write: rosters, rates and lists of calls, and what is said where they are wrong."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from ivr.simulation.call_list import read_call_list
from ivr.simulation.moments import SOME_DAY, midnight_ms
from ivr.simulation.rates import drawn, read_rates
from ivr.simulation.roster import read_roster
from ivr.simulation.scenario import BadScenario, Caller, Hands

HOUR = 3_600_000
CALLS = """at,queue,patience_seconds,service_seconds,skills,priority
09:30,tax,60,200.5,fr:3 tax:2,90
2026-01-05 08:00:01,tax,60,200,,urgent
3600,desk,0,0,,
"""


def roster(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "roster.yaml"
    path.write_text(text)
    return path


def test_calls_are_read_in_order_plain_or_gzipped(tmp_path: Path) -> None:
    plain, packed = tmp_path / "calls.csv", tmp_path / "calls.csv.gz"
    plain.write_text(CALLS)
    packed.write_bytes(gzip.compress(CALLS.encode()))
    midnight = midnight_ms(SOME_DAY)
    expected = [
        Caller(midnight + HOUR, "desk", 1, 1),
        Caller(midnight + 8 * HOUR + 1000, "tax", 60_000, 200_000, urgent=True),
        Caller(midnight + 9 * HOUR + HOUR // 2, "tax", 60_000, 200_500, (("fr", 3), ("tax", 2)), 90),
    ]
    assert read_call_list(plain) == expected
    assert read_call_list(packed) == expected


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("service_seconds", "talk", "calls.csv: no column service_seconds"),
        ("09:30", "25:30", "row 2: '25:30' is no time of day"),
        ("09:30", "soon", "row 2: "),
        ("200.5", "long", "row 2: service_seconds 'long' isn't a number of seconds"),
        ("200.5", "-1", "row 2: service_seconds '-1'"),
        ("200.5", "nan", "row 2: service_seconds 'nan'"),
        ("fr:3 tax:2", "fr tax", "row 2: skills 'fr tax' aren't written"),
        ("fr:3", "fr:30", "row 2: skill fr: level 30"),
        (",urgent", ",high", "row 3: "),
    ],
)
def test_calls_that_cannot_be_are_told_with_their_row(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(CALLS.replace(old, new))
    with pytest.raises(BadScenario) as problem:
        read_call_list(path)
    assert told in str(problem.value)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv.gz"
    path.write_bytes(gzip.compress(CALLS.encode())[:30])
    with pytest.raises(BadScenario):
        read_call_list(path)


def test_a_roster_becomes_comings_and_goings_of_each_day(tmp_path: Path) -> None:
    path = roster(
        tmp_path,
        """agents:
  ana:
    name: Ana
    number: "+33199001001"
    skills: {fr: 5}
    shifts: [08:00-12:00, 22:00-02:00]
    breaks: [10:00-10:15]
  team: {count: 2, answers: {least: 3 s, most: 9 s, misses: 2, declines: 1, away: 2 min}}
""",
    )
    ana, first, second = read_roster(path, date(2026, 1, 5), date(2026, 1, 6))
    began = midnight_ms(SOME_DAY)
    assert [((turn.at_ms - began) / HOUR, turn.turning, turn.for_ms) for turn in ana.turns] == [
        (8, "in", 0), (10, "pause", 900_000), (12, "out", 0), (22, "in", 0), (26, "out", 0),
        (32, "in", 0), (34, "pause", 900_000), (36, "out", 0), (46, "in", 0), (50, "out", 0),
    ]  # fmt: skip
    assert (ana.id, ana.skills, ana.hands) == ("ana", {"fr": 5}, Hands(2000, 8000))
    assert (first.id, second.id) == ("team-1", "team-2")
    assert [(turn.at_ms - began, turn.turning) for turn in first.turns] == [(0, "in")]
    assert first.hands == Hands(3000, 9000, 0.02, 0.01, 120_000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agents:\n  ana: {shifts: [8-12]}", "roster.yaml:2:"),
        ("agents:\n  ana: {shifts: ['08:00-25:00']}", "'25:00' is no time of day"),
        ("agents:\n  ana: {skills: {fr: 11}}", "11 is not a whole number from 1 to 10"),
        ("agents:\n  ana: {skils: {fr: 1}}", "did you mean 'skills'"),
        ("agents:\n  ana: {answers: {least: 9 s, most: 3 s}}", "least up to most"),
        ("agents:\n  ana: {answers: {misses: 60, declines: 60}}", "together up to 100"),
        ("people:\n  ana: {}", "`agents` is missing"),
        ("", "the file is empty"),
    ],
)
def test_a_roster_that_cannot_be_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadScenario) as problem:
        read_roster(roster(tmp_path, text), SOME_DAY, SOME_DAY)
    assert told in str(problem.value)


RATES = """arrivals:
  tax:
    rates: {"08:00": 30, "10:00": 0}
    patience: {mean: 4 min}
    service: {mean: 200 s, kind: lognormal, deviation: 240 s}
  tax-pro: {queue: tax, rates: {"23:00": 10}, patience: 60 s, service: {mean: 90 s, kind: fixed}, priority: 30 s}
"""


def test_rates_give_about_so_many_calls_at_their_hours(tmp_path: Path) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(RATES)
    callers = drawn(read_rates(path), days=20, seed=1)
    day = 24 * HOUR
    hours = [(caller.at_ms - midnight_ms(SOME_DAY)) % day / HOUR for caller in callers]
    early = [caller for caller, hour in zip(callers, hours, strict=True) if hour < 12]
    late = [caller for caller, hour in zip(callers, hours, strict=True) if hour >= 12]
    assert all(8 <= hour < 10 or hour >= 23 for hour in hours)
    assert len(early) == pytest.approx(20 * 4 * 30, rel=0.06)
    assert len(late) == pytest.approx(20 * 2 * 10, rel=0.15)
    assert sum(caller.patience_ms for caller in early) / len(early) == pytest.approx(240_000, rel=0.08)
    assert sum(caller.talk_ms for caller in early) / len(early) == pytest.approx(200_000, rel=0.1)
    assert {(caller.queue, caller.talk_ms, caller.priority_seconds) for caller in late} == {("tax", 90_000, 30)}
    assert callers == sorted(callers, key=lambda caller: caller.at_ms)
    assert drawn(read_rates(path), days=20, seed=1) == callers
    assert drawn(read_rates(path), days=20, seed=2) != callers


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("08:00", "8 h", "rates.yaml:3:"),
        ("30,", "many,", "whole number"),
        ("lognormal", "normal", "'normal' is not possible here"),
        ("    patience: {mean: 4 min}\n", "", "`patience` is missing"),
        ("mean: 200 s", "mean: never", "expected a time"),
    ],
)
def test_rates_that_cannot_be_are_told_with_their_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "rates.yaml"
    path.write_text(RATES.replace(old, new, 1))
    with pytest.raises(BadScenario) as problem:
        read_rates(path)
    assert told in str(problem.value)
