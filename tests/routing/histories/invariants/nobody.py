"""Nobody waits for nobody: somebody looks after every call in line, with no human's help."""

from tests.routing.histories.world import World


def check(world: World) -> None:
    """Every call in line has a deadline at which it is looked at: its group's, its offers' or its own."""
    for sid, call in world.seen.calls.items():
        if call["state"] == "waiting":
            assert f"patrol:{call['group']}" in world.seen.due, f"nobody looks after {sid}, who waits"
            rings, ring = world.seen.rings(call), int(call.get("ring", 1))
            assert ring == len(rings) or f"ring:{sid}" in world.seen.due, f"{sid}: ring {ring + 1} never opens"
        elif call["state"] in ("offered", "accepted"):
            for offer in call["reservation"].split() or ("none",):
                assert f"offer:{offer}" in world.seen.due, f"{sid} {call['state']}: offer {offer} has no end"
        elif call["state"] == "later":
            assert f"call:{sid}" in world.seen.due, f"nobody looks after {sid}, whose time comes later"
