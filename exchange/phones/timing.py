"""How long a call waited in line: from its Enqueue to the moment it was connected."""

from exchange.switch import Switch


def wait_seconds(switch: Switch, sid: str) -> float | None:
    """Seconds from the first Enqueue to the bridge after it, or to leaving the line; None where the call never queued."""
    timeline = switch.timeline(sid)
    queued = timeline.of("queued")
    if not queued:
        return None
    began = queued[0].at_ms
    ends = [entry.at_ms for kind in ("bridged", "ended") for entry in timeline.of(kind) if entry.at_ms >= began]
    return round((min(ends) - began) / 1000, 1) if ends else None
