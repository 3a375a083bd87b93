"""What became of the calls of a load. Pure: from the traces of calls to figures.

`offered`: entered a line. `answered`: connected with somebody. `abandoned`: the caller hung up in line. `lost`: entered
a line and none of the two, or still hangs. So offered = answered + abandoned where nobody is lost. `never_offered`:
dialled and never stood in line. Waits are seconds from entering the line to being connected or giving up.
"""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.timeline import Entry


@dataclass(slots=True)
class CallTrace:
    """One call. Times in exchange ms. `peers`: legs it was connected with, in order, each once for every connection."""

    label: str
    sid: str = ""
    joined_ms: int | None = None
    called_ms: int | None = None
    """When the leg to the party it was connected with was started."""
    connected_ms: int | None = None
    ended_ms: int | None = None
    peers: list[str] = field(default_factory=list)
    spans: list[tuple[str, int, int | None]] = field(default_factory=list)
    """Each connection: the other party's number, from, to."""
    hung_up: str = ""
    alerts: list[str] = field(default_factory=list)

    def note(self, entry: Entry) -> None:
        """Take in what the leg's timeline says."""
        match entry.kind:
            case "queued" if self.joined_ms is None:
                self.joined_ms = entry.at_ms
            case "bridged":
                self.connected_ms = entry.at_ms if self.connected_ms is None else self.connected_ms
                self.peers.append(str(entry.data.get("peer", "")))
                self.spans.append((str(entry.data.get("number", "")), entry.at_ms, None))
            case "unbridged":
                self._close(entry.at_ms)
            case "ended":
                self._close(entry.at_ms)
                self.ended_ms = entry.at_ms
            case "alert":
                self.alerts.append(f"{entry.data.get('code')} {entry.text}")
            case _:
                pass

    def _close(self, at_ms: int) -> None:
        if self.spans and self.spans[-1][2] is None:
            number, began, _ = self.spans[-1]
            self.spans[-1] = (number, began, at_ms)

    @property
    def end(self) -> str:
        """`answered`, `abandoned`, `lost`, `never offered` or, while it goes on, `in line`, `talking` or `dialling`."""
        if self.connected_ms is not None:
            return "answered" if self.ended_ms is not None else "talking"
        if self.ended_ms is None:
            return "dialling" if self.joined_ms is None else "in line"
        if self.joined_ms is None:
            return "never offered"
        return "abandoned" if self.hung_up else "lost"

    @property
    def wait(self) -> float | None:
        """Seconds in line; None where it never stood in one or still does."""
        until = self.connected_ms if self.connected_ms is not None else self.ended_ms
        return None if self.joined_ms is None or until is None else (until - self.joined_ms) / 1000

    def waited_for_somebody(self, at_once: float) -> bool:
        """Whether nobody was free when it came: no leg for it was started within `at_once` seconds, or it gave up."""
        if self.joined_ms is None or self.called_ms is None:
            return self.joined_ms is not None
        return self.called_ms - self.joined_ms > at_once * 1000


def spread(values: Sequence[float]) -> dict[str, float | int | None]:
    """`n`, `mean`, `median` and `p95` (the least value that 95 % don't exceed) in the unit of `values`, to a tenth."""
    if not values:
        return {"n": 0, "mean": None, "median": None, "p95": None}
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "mean": round(statistics.fmean(ordered), 1),
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, -(-95 * len(ordered) // 100) - 1)], 1),
    }


def bridged_twice(calls: Iterable[CallTrace]) -> list[str]:
    """Calls connected with two legs, and parties talking to two calls at once, in words."""
    found = []
    talks: dict[str, list[tuple[int, int, str]]] = {}
    for call in calls:
        if len(set(call.peers)) > 1:
            found.append(f"{call.sid} was connected with {', '.join(dict.fromkeys(call.peers))}")
        for number, began, ended in call.spans:
            talks.setdefault(number, []).append((began, ended if ended is not None else began, call.sid))
    for number, spans in talks.items():
        spans.sort()
        found += [
            f"{number} talked to {before[2]} and {after[2]} at once"
            for before, after in itertools.pairwise(spans)
            if after[0] < before[1] and before[2] != after[2]
        ]
    return found


def summary(calls: Sequence[CallTrace], at_once: float) -> dict[str, Any]:
    """The figures of a load, as JSON. `at_once`: seconds within which a call is offered to a free agent."""
    ends = [call.end for call in calls]
    offered = [call for call in calls if call.joined_ms is not None]
    waits = [(call, call.wait) for call in offered if call.wait is not None]
    connecting = [
        (call.connected_ms - call.called_ms) / 1000
        for call in offered
        if call.connected_ms is not None and call.called_ms is not None
    ]
    twice = bridged_twice(calls)
    lost = [call for call in offered if call.end not in {"answered", "abandoned", "talking"}]
    return {
        "dialled": len(calls),
        "offered": len(offered),
        "answered": sum(call.connected_ms is not None for call in offered),
        "abandoned": ends.count("abandoned"),
        "lost": len(lost),
        "never_offered": len(calls) - len(offered),
        "bridged_twice": len(twice),
        "still_up": sum(call.ended_ms is None for call in calls),
        "wait_seconds_of_all": spread([wait for _, wait in waits]),
        "wait_seconds_of_queued": spread([wait for call, wait in waits if call.waited_for_somebody(at_once)]),
        "connect_seconds": spread(connecting),
        "examples": {
            "lost": [f"{call.sid} {call.label}: {call.end} {'; '.join(call.alerts[:2])}" for call in lost[:5]],
            "never_offered": [
                f"{call.sid} {call.label}: {'; '.join(call.alerts[:2])}" for call in calls if call.joined_ms is None
            ][:5],
            "bridged_twice": twice[:5],
        },
        "alerts": sum(len(call.alerts) for call in calls),
    }
