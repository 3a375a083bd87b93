"""Places survive: the moment a call's place is counted from never changes; a callback takes its caller's."""

from tests.routing.histories.world import World


def check(world: World) -> None:
    """Every call's virtual start against the one it was first seen with."""
    for sid, call in world.seen.calls.items():
        start = call["start"]
        known = world.starts.get(sid)
        if known is None:
            world.starts[sid] = start
            _takes_over(world, sid)
        else:
            assert start == known, f"{sid} lost its place: {known} became {start}"


def _takes_over(world: World, sid: str) -> None:
    """A callback just booked, by a call that was known then."""
    call = world.seen.calls[sid]
    origin = world.before.calls.get(call.get("origin", ""))
    if origin is not None:
        chosen = float(call["booked"]) < float(call["start"])
        assert chosen or call["start"] == origin["start"], f"{sid} lost its caller's place"
