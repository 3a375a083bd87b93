"""The same half-hour of past weeks by the clock on the wall, and which wall a line's is."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.queue_figures import QueueFigures
from ivr.core.routing.estimate import Past
from ivr.core.routing.usual import HALF_HOUR, same_half_hours
from ivr.flowfile.catalog import Catalog
from ivr.services.forecasting import Forecasting
from ivr.services.line_zones import LineZones

PARIS = ZoneInfo("Europe/Paris")


def begins(at: str, zone: tzinfo = PARIS, weeks: int = 1) -> list[str]:
    found = same_half_hours(datetime.fromisoformat(at), zone, weeks)
    assert all(end - begin == HALF_HOUR for begin, end in found)
    return [f"{begin:%m-%d %H:%M}" for begin, _ in found]


def test_ten_o_clock_stays_ten_o_clock_over_a_change_of_the_clocks() -> None:
    assert begins("2026-04-07T10:10+02:00", weeks=3) == ["03-31 08:00", "03-24 09:00", "03-17 09:00"]
    assert begins("2026-11-02T10:59+01:00", weeks=3) == ["10-26 09:30", "10-19 08:30", "10-12 08:30"]


def test_a_half_hour_the_clocks_skipped_was_not_there() -> None:
    assert begins("2026-04-05T02:40+02:00") == []
    assert begins("2026-04-05T03:10+02:00") == ["03-29 01:00"]
    assert begins("2026-04-05T02:40+02:00", weeks=2) == ["03-22 01:30"]


def test_a_half_hour_the_clocks_went_through_twice_counts_with_both() -> None:
    assert begins("2026-11-01T02:40+01:00") == ["10-25 01:30", "10-25 00:30"]
    assert begins("2026-10-25T02:40+02:00") == begins("2026-10-25T02:40+01:00") == ["10-18 00:30"]


def test_a_wall_clock_at_another_quarter() -> None:
    assert begins("2026-06-09T10:10+05:45", ZoneInfo("Asia/Kathmandu")) == ["06-02 04:15"]


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
)
def test_each_is_the_same_weekday_and_time_there(at: datetime, zone: str) -> None:
    here = at.astimezone(ZoneInfo(zone))
    for begin, _ in same_half_hours(at, ZoneInfo(zone), 4):
        then = begin.astimezone(ZoneInfo(zone))
        assert (then.weekday(), then.hour, then.minute) == (here.weekday(), here.hour, here.minute // 30 * 30)
        assert timedelta(days=6) < at - begin < timedelta(days=29)


FLOW = """
language: fr-FR
time_zone: {zone}
on_fault: bye
steps:
  wait: {{queue: {queue}, next: bye, otherwise: bye}}
  bye: {{hangup: Au revoir.}}
"""
FILES = {
    "first.yaml": FLOW.format(zone="Europe/Paris", queue="paris"),
    "far.yaml": FLOW.format(zone="Indian/Reunion", queue="reunion"),
    "lines.yaml": 'lines:\n  a: {number: "+33199001000", flow: first, language: fr-FR}\n'
    '  b: {number: "+33199001001", flow: far, language: fr-FR}\n',
    "calendars.yaml": "calendars:\n  brussels: {hours: {daily: 08:00-18:00}, time_zone: Europe/Brussels}\n"
    "  plain: {hours: {daily: 08:00-18:00}}\n",
    "queues.yaml": "queues:\n  paris: {max_wait: 5 min}\n  reunion: {max_wait: 5 min, hours: plain}\n"
    "  lotte: {max_wait: 5 min, hours: brussels}\n  elsewhere: {max_wait: 5 min}\n",
}


@pytest.fixture
def zones(tmp_path: Path) -> LineZones:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    catalog = Catalog(tmp_path, tmp_path / "versions")
    assert list(catalog.problems) == []
    return LineZones(catalog)


def test_a_lines_zone_is_its_calendars_else_its_flows(zones: LineZones) -> None:
    found = {queue: str(zones(queue)) for queue in ("paris", "reunion", "lotte", "elsewhere", "nowhere")}
    assert found == {
        "paris": "Europe/Paris", "reunion": "Indian/Reunion", "lotte": "Europe/Brussels", "elsewhere": "Europe/Paris",
        "nowhere": "Europe/Paris",
    }  # fmt: skip


class Asked:
    """Past waits that note in which zone they were asked for."""

    def __init__(self) -> None:
        self.zones: list[tzinfo] = []

    def before(self, queue: str, at: datetime, zone: tzinfo = timezone.min) -> Past:
        self.zones.append(zone)
        return Past()


def test_past_waits_are_asked_for_in_the_lines_zone_once_a_quarter_of_an_hour() -> None:
    asked = Asked()
    forecasting = Forecasting(past=asked, zones=lambda queue: ZoneInfo(f"Europe/{queue}"))
    for minute in (0, 5, 14, 15, 29):
        forecasting.of_line("Paris")(QueueFigures(minute * 60_000, staff=1, talk_ms_recent=1))
    assert asked.zones == [PARIS, PARIS]
