"""No agent is stuck: every state the machinery puts an agent in has an end, and a free agent is on the lists."""

from ivr.core import agent as agents
from tests.routing.histories.moment import OPEN
from tests.routing.histories.world import World

_STEPS = {(state, after) for state, events in agents.TRANSITIONS.items() for after in events.values()}
_STEPS |= {(state, "reserved") for state, after in _STEPS if after == "available"}
"""Who becomes free while somebody waits is with them at once."""


def check(world: World) -> None:
    """Offers, wrap-ups and back-offs have deadlines; agents go from state to state by their table."""
    seen = world.seen
    for offer_id, offer in seen.offers.items():
        if offer["state"] in OPEN or (offer["state"] == "accepted" and not offer.get("ended")):
            assert f"offer:{offer_id}" in seen.due, f"{offer_id}, {offer['state']}, has no end"
    for name, agent in seen.people.items():
        if agent["state"] == "wrap_up" or (agent["state"] == "paused" and float(agent["deadline"]) > 0):
            assert f"agent:{name}" in seen.due, f"{name} is {agent['state']} without an end"
        groups = agent.get("groups", "").split()
        listed = {group for group in groups if name in seen.members(f"group:{group}:agents")}
        wanted = set(groups) if agent["state"] == "available" else set()
        assert listed == wanted, f"{name} is {agent['state']}, listed in {sorted(listed)} of {sorted(groups)}"
    for event in world.events:
        if event["type"] in ("agent.changed", "call.offered"):
            step = (world.states.get(event["agent"], "offline"), event.get("state", "reserved"))
            assert step in _STEPS, f"{event['agent']}: {step[0]} became {step[1]}"
            world.states[event["agent"]] = step[1]
