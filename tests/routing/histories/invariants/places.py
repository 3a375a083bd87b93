"""Places survive: the moment a call's place is counted from never changes; a callback takes its caller's, and whoever
phones again the one they had. Whoever comes new stands behind everybody who came before, whatever the clock says."""

from tests.routing.histories.moment import Kept
from tests.routing.histories.world import World


def check(world: World) -> None:
    """Every call's virtual start against the one it was first seen with."""
    fresh = []
    for sid, call in world.seen.calls.items():
        start = call["start"]
        known = world.starts.get(sid)
        if known is not None:
            assert start == known, f"{sid} lost its place: {known} became {start}"
            continue
        world.starts[sid] = start
        _takes_over(world, sid, call)
        if call.get("mode") != "callback" and not _given_up(world, sid, call):
            fresh.append(float(start))
            assert float(start) >= world.newest_start, f"{sid} came last, and stands before others"
    world.newest_start = max([world.newest_start, *fresh])


def _takes_over(world: World, sid: str, call: Kept) -> None:
    """A callback just booked, by a call that was known then."""
    origin = world.before.calls.get(call.get("origin", ""))
    if origin is not None:
        chosen = float(call["booked"]) < float(call["start"])
        assert chosen or call["start"] == origin["start"], f"{sid} lost its caller's place"


def _given_up(world: World, sid: str, call: Kept) -> bool:
    """Whether it has an older place than its own: that of a call of its number in this line, or in the one it asked for
    and that ran over into this one; which is gone now."""
    before = [
        other["state"]
        for other_sid, other in world.seen.calls.items()
        if other_sid != sid
        and other["start"] == call["start"]
        and other["queue"] in (call["queue"], world.asked_for[sid])
        and (other.get("number") or world.numbers.get(other_sid)) == world.numbers[sid] != ""
    ]
    older = float(call.get("joined", call["start"])) > float(call["start"])
    assert "left" in before or not older, f"{sid} stands in a place it never had"
    return "left" in before
