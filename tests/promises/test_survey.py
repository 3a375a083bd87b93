"""Scores as their inventors define them."""

import pytest

from ivr.core.survey import Score, csat, nps, score, yes_no


def test_csat_is_the_share_of_the_two_best() -> None:
    assert csat([5, 4, 3, 2]) == Score("csat", 4, 50.0, 3.5)
    assert csat([]) == Score("csat", 0, None)
    assert csat([0, 6, 5]).answers == 1, "what is no answer doesn't count"


@pytest.mark.parametrize(
    ("given", "value"), [([10, 9], 100.0), ([0, 6], -100.0), ([7, 8], 0.0), ([10, 0], 0.0), ([9, 9, 8, 6], 25.0)]
)
def test_nps_is_promoters_minus_detractors(given: list[int], value: float) -> None:
    assert nps(given).value == value


def test_yes_is_a_share() -> None:
    assert yes_no([1, 1, 0, 1]).value == 75.0
    assert score("yes_no", [1]).value == 100.0
