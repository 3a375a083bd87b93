"""How often the wait a caller is told is true, on real records.

    python -m benchmarks.run forecast

Fitted on January to March 1999 of the Technion "Anonymous Bank" data (Ilan Guedj and Avi Mandelbaum), held against
April to July, in the order of time: a line's tuning learns from each call that was answered, as it does live. What is
told is told as a call joins, and again a minute later. Naive forecasts beside it get the same calibration of their
range, so that what differs is the forecast.

How a line learns (step, shares, classes of calls ahead) is held against other ways on January to March alone, fitted on
January and February and measured on March: nothing was chosen by what is measured on.

Without the records nothing is measured and the figures of before are left.
"""

import heapq
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.forecast_fit import fitted
from benchmarks.forecast_naive import Naive, naive_forecasts
from benchmarks.forecast_replay import Call, Seen, calls_of, seen_in
from ivr.core.routing.calibration import BANK, Calibration
from ivr.core.routing.estimate import Forecast, forecast
from ivr.core.routing.told import in_minutes
from ivr.core.routing.tuning import SHARES, STEP, Tuning, class_of, learn

RECORDS = Path(__file__).parents[2] / "shared" / "data" / "bank-1999-jan-jul.csv.gz"
BENCHMARK = True
SPLIT = datetime(1999, 4, 1, tzinfo=UTC).timestamp()
CHOOSING = datetime(1999, 3, 1, tzinfo=UTC).timestamp()
FEWEST = 300
"""Groups of fewer calls say nothing of a way to learn."""

AGAIN_S = 60.0
"""What a call is told once it has waited so long is looked at as well."""

AHEAD = ((0, "none"), (2, "1 or 2"), (5, "3 to 5"), (1_000_000, "6 or more"))


@dataclass(slots=True)
class Score:
    """Sums over calls that were told a range. `under`, `over`: answered before its low, after its high end."""

    calls: int = 0
    under: int = 0
    over: int = 0
    in_words: int = 0
    width_s: float = 0.0
    error_s: float = 0.0
    waited_s: float = 0.0
    widths: list[float] = field(default_factory=list)

    def add(self, told: Forecast, waited_s: float) -> None:
        """One call."""
        self.calls += 1
        self.under += waited_s < told.low_s
        self.over += waited_s > told.high_s
        low, high = in_minutes(told.low_s, told.high_s)
        self.in_words += low * 60 <= waited_s <= high * 60
        self.width_s += told.high_s - told.low_s
        self.error_s += abs(waited_s - told.expected_s)
        self.waited_s += waited_s
        self.widths.append(told.high_s - told.low_s)

    def figures(self) -> dict[str, float]:
        """As they are written down: shares, and seconds."""
        if not self.calls:
            return {"calls": 0}
        within = self.calls - self.under - self.over
        return {
            "calls": self.calls,
            "coverage": round(within / self.calls, 4),
            "coverage_as_said_in_minutes": round(self.in_words / self.calls, 4),
            "under": round(self.under / self.calls, 4),
            "over": round(self.over / self.calls, 4),
            "mean_width_s": round(self.width_s / self.calls, 1),
            "median_width_s": round(sorted(self.widths)[self.calls // 2], 1),
            "width_to_mean_wait": round(self.width_s / self.waited_s, 2),
            "mean_absolute_error_s": round(self.error_s / self.calls, 1),
            "mean_wait_s": round(self.waited_s / self.calls, 1),
        }


Teller = Callable[[Seen, Tuning], Forecast | None]


@dataclass(frozen=True, slots=True)
class Learning:
    """How a line learns: as it does live, or otherwise to see what that is worth. `apart`: by class of calls ahead."""

    adapt: bool = True
    apart: bool = True
    step: float = STEP
    shares: tuple[float, float, float] = SHARES


AS_LIVE = Learning()


def replayed(
    seen: Iterable[Seen], tell: Teller, learning: Learning = AS_LIVE, since: float = SPLIT
) -> tuple[dict[str, Score], dict[str, float]]:
    """Tell each call its wait in the order of time; score those after `since` that were answered: all, and in groups.

    A line learns from a call at the moment it is answered, not before. Also: what wasn't told, and of callers who gave
    up, how many did so only after the high end.
    """
    scores: dict[str, Score] = defaultdict(Score)
    tunings: dict[tuple[str, int], Tuning] = defaultdict(lambda: Tuning(*learning.shares))
    open_: list[tuple[float, int, tuple[str, int], Forecast, float]] = []
    counts: dict[str, float] = {"not_told": 0, "gave_up": 0, "gave_up_after_the_high_end": 0}
    for number, one in enumerate(seen):
        at, kind = one.call.joined + one.since_s, one.call.type
        while open_ and open_[0][0] <= at:
            _, _, line, was, waited = heapq.heappop(open_)
            told = (was.low_s, was.expected_s, was.high_s)
            tunings[line] = learn(tunings[line], told, waited, step=learning.step, shares=learning.shares)
        learner = kind, class_of(one.figures.ahead) if learning.apart else 0
        forecast_told = tell(one, tunings[learner])
        if forecast_told is None:
            counts["not_told"] += at >= since and one.call.answered
            continue
        if one.call.answered and learning.adapt:
            heapq.heappush(open_, (at + one.remaining, number, learner, forecast_told, one.remaining))
        if at < since:
            continue
        if one.call.answered:
            for name in ("all", f"type {kind}", *_groups(one)):
                scores[name].add(forecast_told, one.remaining)
        else:
            counts["gave_up"] += 1
            counts["gave_up_after_the_high_end"] += one.remaining > forecast_told.high_s
    return scores, counts


def _groups(one: Seen) -> tuple[str, str]:
    """Where else a call counts: by how many were ahead, and by month."""
    ahead = next(name for most, name in AHEAD if one.figures.ahead <= most)
    return f"ahead {ahead}", f"month {datetime.fromtimestamp(one.call.joined, UTC):%Y-%m}"


def told_by(calibration: Calibration) -> Teller:
    """The project's own forecast."""
    return lambda one, tuning: forecast(one.figures, calibration, one.past, tuning)


def measure(calls: Sequence[Call]) -> dict[str, Any]:
    """Everything the benchmark writes."""
    looks = list(seen_in(list(calls), (0.0, AGAIN_S)))
    joining = [one for one in looks if not one.since_s]
    again = [one for one in looks if one.since_s]
    training = [one for one in joining if one.call.joined < SPLIT and one.call.answered]
    calibration = fitted(training)
    scores, counts = replayed(joining, told_by(calibration))
    later, _ = replayed(again, told_by(calibration))
    still, _ = replayed(joining, told_by(calibration), Learning(adapt=False))
    answered = _answered_at_all(calls)
    within = scores["all"].calls - scores["all"].under - scores["all"].over
    return {
        "records": "Technion Anonymous Bank data, Ilan Guedj and Avi Mandelbaum",
        "fitted_on": {"months": "1999-01 to 1999-03", "calls": len(training)},
        "measured_on": {"months": "1999-04 to 1999-07", "answered": answered, **counts},
        "told_on_joining": {kind: score.figures() for kind, score in sorted(scores.items())},
        "right_of_all_answered": round((answered["at_once"] + within) / answered["all"], 4),
        "told_again_after_a_minute": later["all"].figures(),
        "without_learning": still["all"].figures(),
        "other_ways_to_learn_on_march": other_ways(joining),
        "naive": {naive.name: _naive(naive, joining) for naive in naive_forecasts(training)},
        "ships": calibration == BANK,
        "calibration": calibration,
    }


def other_ways(joining: Sequence[Seen]) -> dict[str, dict[str, float]]:
    """How else a line might learn, on the months that are fitted on: share within, that of the worst group, width."""
    early = [one for one in joining if one.call.joined < SPLIT]
    tell = told_by(fitted([one for one in early if one.call.joined < CHOOSING and one.call.answered]))
    ways = {
        "as it does": AS_LIVE,
        **{f"step {step}": Learning(step=step) for step in (STEP / 2, STEP * 2, STEP * 4)},
        **{f"{low:.0%} below the low end": Learning(shares=(low, SHARES[1], low + 0.81)) for low in (0.01, 0.05, 0.1)},
        "all alike, however many are ahead": Learning(apart=False),
    }
    found = {}
    for name, way in ways.items():
        scores, _ = replayed(early, tell, way, CHOOSING)
        figures = {group: score.figures() for group, score in scores.items() if score.calls >= FEWEST}
        found[name] = {key: figures["all"][key] for key in ("calls", "coverage", "mean_width_s")}
        found[name]["coverage_of_the_worst_group"] = min(one["coverage"] for one in figures.values())
    return found


def _answered_at_all(calls: Sequence[Call]) -> dict[str, int]:
    late = [call for call in calls if call.joined >= SPLIT and call.answered]
    return {"all": len(late), "at_once": sum(not call.waited for call in late)}


def _naive(naive: Naive, seen: Sequence[Seen]) -> dict[str, Any]:
    scores, _ = replayed(seen, naive.told, Learning(apart=False))
    return {**scores["all"].figures(), "error_of_the_bare_figure_s": round(naive.bare_error(seen, SPLIT), 1)}


def main(results: Path) -> None:
    """Measures, prints and keeps the figures."""
    if not RECORDS.is_file():
        print(f"no records at {RECORDS}: nothing measured, the figures of before stay")
        return
    found = measure(calls_of(RECORDS))
    calibration: Calibration = found.pop("calibration")
    for name, figures in (
        *((f"told, {kind}", row) for kind, row in found["told_on_joining"].items()),
        ("told again after 60 s", found["told_again_after_a_minute"]),
        ("without learning", found["without_learning"]),
        *found["naive"].items(),
    ):
        print(
            f"{name}: {figures['calls']} calls, {figures['coverage']:.1%} within, width {figures['mean_width_s']} s "
            f"({figures['width_to_mean_wait']} of the mean wait), error {figures['mean_absolute_error_s']} s"
        )
    for name, figures in found["other_ways_to_learn_on_march"].items():
        worst = figures["coverage_of_the_worst_group"]
        print(f"March, {name}: {figures['coverage']:.1%} within, worst {worst:.1%}, width {figures['mean_width_s']} s")
    if not found["ships"]:
        print("the calibration that ships is another; this one is:")
        print(calibration)
    (results / "forecast.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
