"""Told waits: by a published formula, measured, and put right where they don't hold."""

import json
import re
from pathlib import Path

import pytest

from ivr.core.routing.calibration import BANK
from ivr.core.routing.estimate import Past, forecast, parts, scale
from ivr.core.routing.tuning import HIGH_SHARE, LOW_SHARE, STEP
from tests.estimate.test_estimate import BUSY

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "waits.md").read_text(encoding="utf-8")


def test_wish_09_the_formula_published_is_the_one_used() -> None:
    """Its figures are read from the page and worked out by hand, against what the code answers."""
    line = next(line for line in PAGE.splitlines() if line.startswith("scale = exp("))
    constant, n, rivals, r, interval, last, head, usual = (
        float(figure) for figure in re.findall(r"(?:exp\(|\^)(-?\d\.\d+)", line)
    )
    offset = float(re.search(r"LES \+ (\d\.\d) r", line)[1])  # type: ignore[index]
    past = Past(120, 40, 90, 400)
    known = parts(BUSY, past, offset)
    assert known is not None
    between_talks = BUSY.talk_ms_recent / 1000 / BUSY.staff
    answers = sum(BUSY.answered)
    seen = (14 * 60 + 4 * between_talks) / (answers + 4)
    by_hand = (
        pow(2.718281828459045, constant)
        * (BUSY.ahead + 1) ** n
        * (BUSY.ahead + 1 + BUSY.rivals) ** rivals
        * between_talks**r
        * seen**interval
        * (BUSY.last_wait_ms / 1000 + offset * between_talks) ** last
        * (90 + offset * between_talks) ** head
        * ((40 * 120 + 20 * 90) / 60) ** usual
    )
    found = scale(BUSY, BANK, past)
    assert found is not None
    assert found[0] == pytest.approx(by_hand, rel=1e-6)
    assert r + interval + last + head + usual == pytest.approx(1), "the weights of times add up to 1"


def test_wish_09_a_range_and_a_middle_are_known_of_every_forecast() -> None:
    found = forecast(BUSY)
    assert found is not None
    shares = dict(zip((seconds for seconds, _ in found.curve), (share for _, share in found.curve), strict=True))
    assert shares[found.low_s] == pytest.approx(LOW_SHARE)
    assert shares[found.expected_s] == pytest.approx(0.5)
    assert shares[found.high_s] == pytest.approx(HIGH_SHARE)


def test_wish_07_and_09_how_true_it_is_stands_on_the_page_as_measured() -> None:
    """What was measured on real records is what is published, and the promise of four in five is kept."""
    measured = json.loads((ROOT / "benchmarks" / "results" / "forecast.json").read_text(encoding="utf-8"))
    told = measured["told_on_joining"]["all"]
    assert told["coverage"] >= 0.8
    assert measured["ships"], "the calibration that ships is the one measured"
    assert f"**{told['coverage']:.1%}**".replace("%", " %") in PAGE
    assert f"**{told['mean_width_s']:.0f} s**" in PAGE
    assert f"**{told['mean_absolute_error_s']} s**" in PAGE
    assert f"{told['calls']:,} calls" in PAGE
    for naive in measured["naive"].values():
        assert told["mean_width_s"] < naive["mean_width_s"]
        assert told["mean_absolute_error_s"] < naive["mean_absolute_error_s"]
    assert f"{STEP} × (wanted share" in PAGE
