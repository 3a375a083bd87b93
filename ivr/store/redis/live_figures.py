"""A few figures of the live moment, for metrics: how many calls, who waits where, agents by state."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.core.live import QueueNow
from ivr.store.redis.client import StateClient
from ivr.store.redis.event_reader import unfolded
from ivr.store.redis.keys import Keys

_LISTED = 500
"""Calls looked at in each queue for the longest wait: those first in line. More would hold Redis up for others."""


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """The live moment in figures. `agents` counts by state, `unfolded` the events that the history doesn't have yet."""

    calls: int
    queues: Sequence[QueueNow]
    agents: Mapping[str, int]
    unfolded: int = 0


def live_figures(client: StateClient, keys: Keys) -> LiveFigures:
    """The figures now. Raises StoreDown."""
    calls = int(client.execute("ZCARD", keys.calls))
    said = json.loads(client.script("snapshot")([keys.prefix], [0, "", 0, _LISTED]))
    queues = [
        QueueNow(
            queue["name"],
            queue["waiting"],
            min((int(call["start"] or 0) for call in queue["calls"]), default=0),
        )
        for queue in said["queues"]
    ]
    states = Counter(agent["state"] or "offline" for agent in said["agents"])
    return LiveFigures(calls, queues, states, unfolded(client, keys))
