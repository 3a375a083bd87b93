"""When each agent was there to answer, inferred from the calls they took: there is no roster.

From the first call somebody took in a day to the end of their last they were in the house. Between two of their calls
they were evidently not there to answer while a call stood in line that they could have taken: after-call work, a break,
a word with a colleague. How much of the gap that says is a choice (`Reading`); nothing says what an agent did while
nobody waited.

This uses the recorded waits, so that a simulation with it is no forecast from first principles: it asks whether
the same people at the same hours, routed by the same rules, bring about the same day.
"""

import itertools
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ivr.cli.bank.records import Record

Reading = Literal["gap", "evidence", "moments", "shift"]
"""gap: away for the whole gap between two calls in which somebody waited. evidence: from the end of the call until the
last moment somebody waited. moments: only while somebody waited. shift: never away between first and last call."""

HANDOVER_SECONDS = 3.0
"""A call that stood in line for no longer than this in a gap says nothing: connecting takes a moment."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Presence:
    """Seconds since midnight: in the house from `begin` to `end`, and `away` in between."""

    begin: float
    end: float
    away: tuple[Span, ...]


def presence_of(
    records: Sequence[Record], skills: Mapping[str, frozenset[str]], reading: Reading = "gap"
) -> dict[str, Presence]:
    """Everybody's day. `skills` are the call types each can take."""
    served: dict[str, list[Span]] = {}
    for record in records:
        if record.answered and record.agent:
            began = record.at + record.wait_seconds
            served.setdefault(record.agent, []).append((began, began + record.service_seconds))
    waits = {kind: _merged(_waits(records, kind)) for kind in {record.type for record in records}}
    return {
        agent: _presence(sorted(spans), _merged([span for kind in skills[agent] for span in waits[kind]]), reading)
        for agent, spans in sorted(served.items())
    }


def _presence(served: Sequence[Span], waited: Sequence[Span], reading: Reading) -> Presence:
    talks = _merged(served)
    away: list[Span] = []
    starts = [begin for begin, _ in waited]
    for (_, end), (begin, _) in itertools.pairwise(talks):
        evidence = []
        for at in range(max(0, bisect_right(starts, end) - 1), len(waited)):
            if starts[at] >= begin:
                break
            here = max(end, waited[at][0]), min(begin, waited[at][1])
            if here[1] - here[0] > HANDOVER_SECONDS:
                evidence.append(here)
        if not evidence or reading == "shift":
            continue
        if reading == "moments":
            away += evidence
        else:
            away.append((end, begin if reading == "gap" else evidence[-1][1]))
    return Presence(talks[0][0], talks[-1][1], tuple(away))


def _waits(records: Sequence[Record], kind: str) -> list[Span]:
    return [
        (record.at, record.at + record.wait_seconds)
        for record in records
        if record.type == kind and record.wait_seconds > 0
    ]


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged
