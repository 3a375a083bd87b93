"""No eligible pair waits: nobody is free while a call waits that they may answer."""

from ivr.core.routing.skills import may_answer, parse
from tests.routing.histories.world import World


def check(world: World) -> None:
    """Every available agent against every waiting call."""
    seen = world.seen
    waiting = {sid: seen.group(call["group"]) for sid, call in seen.calls.items() if call["state"] == "waiting"}
    if not waiting:
        return
    for name, agent in seen.people.items():
        if agent["state"] == "available":
            skills = parse(agent["skills"])
            for sid, wanted in waiting.items():
                assert not may_answer(skills, wanted, name), f"{name} is free while {sid} waits"
