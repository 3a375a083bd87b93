"""A line keeps its cap: no more of its calls are with agents than may be, but for those a supervisor gave somebody."""

from tests.routing.histories.world import LINES, World


def check(world: World) -> None:
    """Held against the higher of the caps at the two looks, and against what was there before a cap came or fell."""
    pulled = sum(event["type"] == "call.pulled" for event in world.events)
    for line in LINES:
        caps = [look.rule(line, "max_talking") for look in (world.before, world.seen)]
        were, are = (len(look.with_agents(line)) for look in (world.before, world.seen))
        if all(caps):
            assert are <= max(*caps, were) + pulled, f"{line} has {are} calls with agents and may have {caps[-1]}"
