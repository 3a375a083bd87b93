"""The ways calls took through a flow, added up: which exit led where, who came by, who hung up. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

Walked = tuple[str, str, str]
"""(the flow a step belongs to, empty for the line's own; the step; the exit it was left by), in the order walked."""

Part = Sequence[tuple[str, str]]
"""(step, exit) of one flow, without a stay in another between them."""

_STAYS = frozenset({"waits", "runs"})
HUNG_UP = "hung_up"


@dataclass(slots=True)
class Tally:
    """What a number of calls did in a flow. `ways` by (step, exit, next step); the next is empty where none follows."""

    calls: int = 0
    ways: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    entered: Counter[str] = field(default_factory=Counter)
    hung_up: Counter[str] = field(default_factory=Counter)


def parts_of(walked: Iterable[Walked]) -> Iterator[tuple[str, Part]]:
    """A call's way as stays in flows: (flow, its steps), a new one wherever the call changes from flow to flow."""
    for flow, several in groupby(walked, key=lambda one: one[0]):
        yield flow, [(step, way_out) for _, step, way_out in several]


def tally(calls: Iterable[Sequence[Part]]) -> Tally:
    """Adds up: for each call, its stays in the flow in question, in order."""
    found = Tally()
    for parts in calls:
        found.calls += 1
        last = ("", "")
        for part in parts:
            for index, (step, way_out) in enumerate(part):
                if last not in {(step, "waits"), (step, "runs")}:
                    found.entered[step] += 1
                last = (step, way_out)
                if way_out == HUNG_UP:
                    found.hung_up[step] += 1
                elif way_out not in _STAYS:
                    to = part[index + 1][0] if index + 1 < len(part) else ""
                    found.ways[step, way_out, to] += 1
    return found
