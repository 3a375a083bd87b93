"""Nobody waits for nobody: somebody looks after every call in line, with no human's help."""

from tests.routing.histories.moment import IN_LINE
from tests.routing.histories.world import World


def check(world: World) -> None:
    """Every call in line has a deadline at which it is looked at."""
    for sid, call in world.seen.calls.items():
        if call["state"] in (*IN_LINE, "later"):
            assert f"call:{sid}" in world.seen.due, f"nobody looks after {sid}, {call['state']}"
