"""How long a call waited in line: from its Enqueue to the moment it was connected."""

from exchange.timeline import Timeline


def wait_seconds(timeline: Timeline) -> float | None:
    """Seconds from the first Enqueue to the bridge after it, or to the call's end; None where the call never queued."""
    queued = timeline.of("queued")
    if not queued:
        return None
    began = queued[0].at_ms
    ends = [entry.at_ms for kind in ("bridged", "ended") for entry in timeline.of(kind) if entry.at_ms >= began]
    return round((min(ends) - began) / 1000, 1) if ends else None
