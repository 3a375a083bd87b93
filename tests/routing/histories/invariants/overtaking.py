"""No overtaking without a reason: of the calls an agent may answer, the first by (class, order) is offered."""

from ivr.core.routing.skills import may_answer, parse
from tests.routing.histories.moment import Kept, place
from tests.routing.histories.world import World


def check(world: World) -> None:
    """Each offer made since the last look, against everybody who stood waiting before and after it."""
    for sid, call in world.seen.calls.items():
        if call["state"] == "offered" and call["reservation"] not in world.before.offers:
            _nobody_passed(world, sid, call)


def _nobody_passed(world: World, sid: str, call: Kept) -> None:
    seen = world.seen
    skills = parse(seen.people[call["agent"]]["skills"])
    for other, passed in seen.calls.items():
        if _stood(world, other, passed) and may_answer(skills, seen.group(passed["group"]), call["agent"]):
            assert place(passed) >= place(call), f"{sid} overtook {other}"


def _stood(world: World, sid: str, call: Kept) -> bool:
    was = world.before.calls.get(sid, {})
    return call["state"] == "waiting" == was.get("state") and call["group"] == was["group"]
