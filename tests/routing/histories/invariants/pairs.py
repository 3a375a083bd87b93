"""No eligible pair waits: nobody is free while a call waits that they may answer."""

from ivr.core.routing.skills import may_answer, parse
from tests.routing.histories.moment import Kept
from tests.routing.histories.world import World


def check(world: World) -> None:
    """Every available agent against every waiting call of a line that isn't at its cap; and after a sweep, every ring
    that is due is open."""
    seen = world.seen
    waiting = {
        sid: seen.group(call["group"])
        for sid, call in seen.calls.items()
        if call["state"] == "waiting" and not seen.at_its_cap(call["queue"])
    }
    for name, agent in seen.people.items():
        if waiting and agent["state"] == "available":
            skills = parse(seen.skills[name])
            for sid, wanted in waiting.items():
                assert not may_answer(skills, wanted, name), f"{name} is free while {sid} waits"
    for sid, call in seen.calls.items():
        if call["state"] == "waiting":
            _rings_are_open(world, sid, call)


def _rings_are_open(world: World, sid: str, call: Kept) -> None:
    rings, ring = world.seen.rings(call), int(call.get("ring", 1))
    assert rings[ring - 1][0] == call["group"], f"{sid} is in {call['group']}, not in ring {ring} of {rings}"
    if ring == len(rings):
        return
    opens = float(call["start"]) + rings[ring][1]
    assert opens > world.swept_ms, (
        f"{sid}: ring {ring + 1} should have opened {world.swept_ms - opens} ms before a sweep"
    )
    alone = not world.seen.members(f"group:{call['group']}:staff")
    due = f"group:{call['group']}" in world.seen.due
    assert not alone or due, f"{sid}: nobody of ring {ring} is there, and the next isn't opened"
