"""Surveys in figures: customer satisfaction (CSAT) and net promoter score (NPS), each with how many answered. Pure.

CSAT is the share of answers in the upper two fifths of the scale (4 and 5 of 5). NPS is the share of 9 and 10 minus the
share of 0 to 6, of answers from 0 to 10, as its inventors define it; it goes from -100 to 100.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["csat", "nps", "yes_no"]

LOWEST: dict[Kind, int] = {"csat": 1, "nps": 0, "yes_no": 0}
HIGHEST: dict[Kind, int] = {"csat": 5, "nps": 10, "yes_no": 1}
_SATISFIED = 4
_PROMOTER, _DETRACTOR = 9, 6


@dataclass(frozen=True, slots=True)
class Score:
    """A figure and what it stands on. `value` is None where nobody answered; percent, but for NPS."""

    kind: Kind
    answers: int
    value: float | None
    mean: float | None = None


def csat(answers: Iterable[int]) -> Score:
    """The percentage of 4 and 5 among answers from 1 to 5."""
    given = [answer for answer in answers if LOWEST["csat"] <= answer <= HIGHEST["csat"]]
    return _share("csat", given, sum(answer >= _SATISFIED for answer in given))


def nps(answers: Iterable[int]) -> Score:
    """Promoters minus detractors among answers from 0 to 10, from -100 to 100."""
    given = [answer for answer in answers if LOWEST["nps"] <= answer <= HIGHEST["nps"]]
    promoters = sum(answer >= _PROMOTER for answer in given)
    detractors = sum(answer <= _DETRACTOR for answer in given)
    return _share("nps", given, promoters - detractors)


def yes_no(answers: Iterable[int]) -> Score:
    """The percentage of yes (1) among yes and no (0)."""
    given = [answer for answer in answers if answer in (0, 1)]
    return _share("yes_no", given, sum(given))


def score(kind: Kind, answers: Iterable[int]) -> Score:
    """The figure of a question of this kind."""
    return {"csat": csat, "nps": nps, "yes_no": yes_no}[kind](answers)


def _share(kind: Kind, given: list[int], part: int) -> Score:
    if not given:
        return Score(kind, 0, None)
    return Score(kind, len(given), 100 * part / len(given), sum(given) / len(given))
