"""What came of a played day: the figures, and how people read them.

`offered = answered + abandoned + otherwise left`. A wait runs from joining the line until somebody answers, or until
the caller has left; `queued` are those for whom nobody was free when they came. The service level counts, of all
offered, those answered within so many seconds: abandoned ones count against it.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ivr.simulation.call import Fate
from ivr.simulation.moments import written
from ivr.simulation.play import Played
from ivr.simulation.time_spent import TimeSpent

Report = dict[str, Any]
_EXAMPLES = 5


def report_of(played: Sequence[Played], within_seconds: int, wall_seconds: float) -> Report:
    """Everything there is to tell of one or several days played."""
    fates = [fate for one in played for fate in one.fates]
    agents: dict[str, list[TimeSpent]] = {}
    for one in played:
        for name, time in one.agents.items():
            agents.setdefault(name, []).append(time)
    events = sum(one.deeds for one in played)
    return {
        **_counts(fates),
        "wait_seconds": {
            "all": spread(fate.waited_ms / 1000 for fate in fates),
            "answered": spread(fate.waited_ms / 1000 for fate in fates if fate.end == "answered"),
            "queued": spread(fate.waited_ms / 1000 for fate in fates if fate.queued),
        },
        "callbacks": callbacks(fates),
        "service_level": service_level(fates, within_seconds),
        "occupancy": occupancy([time for times in agents.values() for time in times]),
        "queues": {
            name: {
                **_counts(those),
                "wait_seconds": spread(fate.waited_ms / 1000 for fate in those),
                "service_level": service_level(those, within_seconds),
            }
            for name in sorted({fate.caller.queue for fate in fates})
            for those in [[fate for fate in fates if fate.caller.queue == name]]
        },
        "agents": {name: _agent(times) for name, times in sorted(agents.items())},
        "overtaken_without_a_reason": sum(one.overtaken for one in played),
        "overtaken_by_priority": sum(one.overtaken_for_a_reason for one in played),
        "examples": [example for one in played for example in one.examples][:_EXAMPLES],
        "from": written(min(one.begin_ms for one in played)),
        "to": written(max(one.end_ms for one in played)),
        "events": events,
        "wall_seconds": round(wall_seconds, 2),
        "events_per_second": round(events / wall_seconds) if wall_seconds else 0,
    }


def spread(values: Iterable[float]) -> dict[str, float | int | None]:
    """Mean, median, 90th and 95th percentile (the least value that so many don't exceed) to a tenth, and how many."""
    ordered = sorted(values)
    if not ordered:
        return {"n": 0, "mean": None, "median": None, "p90": None, "p95": None}

    def below(percent: int) -> float:
        return round(ordered[-(-percent * len(ordered) // 100) - 1], 1)

    return {
        "n": len(ordered),
        "mean": round(statistics.fmean(ordered), 1),
        "median": round(statistics.median(ordered), 1),
        "p90": below(90),
        "p95": below(95),
    }


def callbacks(fates: Sequence[Fate]) -> dict[str, Any]:
    """Those who had themselves called back: how many, whom nobody reached, how long they were on the line before."""
    those = [fate for fate in fates if fate.called_back]
    return {
        "booked": len(those),
        "answered": sum(fate.end == "answered" for fate in those),
        "unreached": sum(fate.end == "unreached" for fate in those),
        "wait_seconds": spread(fate.waited_ms / 1000 for fate in those),
        "on_the_line_seconds": spread(fate.held_ms / 1000 for fate in those),
    }


def service_level(fates: Sequence[Fate], within_seconds: int) -> dict[str, Any]:
    """The share answered within so many seconds, of all offered."""
    kept = sum(fate.end == "answered" and fate.waited_ms <= within_seconds * 1000 for fate in fates)
    share = round(kept / len(fates), 4) if fates else None
    return {"within_seconds": within_seconds, "share": share, "abandons": "against"}


def occupancy(times: Sequence[TimeSpent]) -> float | None:
    """Talk and wrap-up of all, of that and the time free or being rung."""
    busy = sum(time.spent.get("talking", 0) + time.spent.get("wrap_up", 0) for time in times)
    whole = busy + sum(time.spent.get("idle", 0) + time.spent.get("ringing", 0) for time in times)
    return round(busy / whole, 4) if whole else None


def in_words(report: Report) -> str:
    """For people."""
    left = ", ".join(f"{count} {reason}" for reason, count in report["left"].items()) or "nobody left unanswered"
    level = report["service_level"]
    gave_up = _percent(report["abandoned_share"])
    head = [
        f"{report['from']} to {report['to']}",
        f"{report['offered']} calls, {report['answered']} answered; {left} ({gave_up} gave up)",
        f"{_percent(level['share'])} answered within {level['within_seconds']} s (abandoned ones count against it)",
        f"agents busy {_percent(report['occupancy'])} of their time",
        "",
        f"{'wait, s':<24}{'calls':>8}{'mean':>9}{'median':>9}{'p90':>9}{'p95':>9}",
    ]
    rows = [(name, report["wait_seconds"][name]) for name in ("all", "answered", "queued")]
    rows += [(f"queue {name}", figures["wait_seconds"]) for name, figures in report["queues"].items()]
    table = [
        f"{name:<24}{row['n']:>8}" + "".join(f"{_figure(row[key]):>9}" for key in ("mean", "median", "p90", "p95"))
        for name, row in rows
    ]
    tail = [
        "",
        *_called_back(report["callbacks"]),
        f"overtaken without a reason: {report['overtaken_without_a_reason']}",
        f"overtaken by priority: {report['overtaken_by_priority']}",
        *(f"  {example}" for example in report["examples"]),
        *_beside(report),
        f"{report['events']} events in {report['wall_seconds']} s, {report['events_per_second']} a second",
    ]
    return "\n".join(head + table + tail)


def _called_back(figures: Report) -> list[str]:
    if not figures["booked"]:
        return []
    held, waited = (_figure(figures[name]["mean"]) for name in ("on_the_line_seconds", "wait_seconds"))
    counts = f"{figures['answered']} of {figures['booked']}, {figures['unreached']} not reached"
    return [f"called back: {counts}; on the line for {held} s, called back after {waited} s"]


def _beside(report: Report) -> list[str]:
    """What a record, and theory, say of the same calls."""
    told = []
    for name, title in (("recorded", "by the record"), ("erlang_a", "by Erlang A")):
        if figures := report.get(name):
            told.append(
                f"{title}: {_percent(figures['abandoned_share'])} gave up, waits of all {_mean_of(figures, 'all')} s, "
                f"of the queued {_mean_of(figures, 'queued')} s"
            )
    return told


def _mean_of(figures: Report, whom: str) -> str:
    return _figure(figures["wait_seconds"][whom]["mean"])


def _counts(fates: Sequence[Fate]) -> dict[str, Any]:
    ends = Counter(fate.end for fate in fates)
    answered = ends.pop("answered", 0)
    return {
        "offered": len(fates),
        "answered": answered,
        "left": dict(sorted(ends.items())),
        "abandoned_share": round(ends["abandoned"] / len(fates), 4) if fates else None,
    }


def _agent(times: Sequence[TimeSpent]) -> dict[str, Any]:
    there = sum(spent for time in times for doing, spent in time.spent.items() if doing != "away")
    paused = sum(time.spent.get("paused", 0) for time in times)
    return {
        "calls": sum(time.calls for time in times),
        "occupancy": occupancy(times),
        "logged_in_seconds": round(there / 1000),
        "paused_seconds": round(paused / 1000),
    }


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
