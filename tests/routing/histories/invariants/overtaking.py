"""No overtaking without a reason: of the calls an agent may answer, the first by (class, order) is offered."""

from ivr.core.routing.skills import may_answer, parse
from tests.routing.histories.moment import Kept, place
from tests.routing.histories.world import World

REORDERS = {"call.boosted", "call.moved", "call.joined", "callback.due"}
"""What may change what is added to a call's virtual start, each an event of its own."""


def check(world: World) -> None:
    """Each offer made since the last look, against everybody who stood waiting before and after it; and nobody's order
    changes without an event that says so."""
    why = {event["offer"]: event["why"] for event in world.events if event["type"] == "call.offered"}
    for offer_id, offer in world.seen.offers.items():
        if offer_id not in world.before.offers and why[offer_id] != "pulled":
            _nobody_passed(world, offer["call"], offer["agent"])
    told = {event["of"] for event in world.events if event["type"] in REORDERS}
    for sid, call in world.seen.calls.items():
        was = world.before.calls.get(sid)
        if was is not None and sid not in told:
            assert place(call) == place(was), f"{sid} was put elsewhere, and nobody says why"
    pulled = {event["of"]: event for event in world.events if event["type"] == "call.pulled"}
    for sid, event in pulled.items():
        named = f"{sid}:{event['agent']}"
        assert event["by"], f"{sid} was pulled by nobody"
        offered = {f"{one['of']}:{one['agent']}" for one in world.events if one.get("why") == "pulled"}
        assert named in offered, f"{sid} was pulled to {event['agent']}, and no offer says so"


def _nobody_passed(world: World, sid: str, agent: str) -> None:
    seen = world.seen
    call = seen.calls[sid]
    skills = parse(seen.skills[agent])
    for other, passed in seen.calls.items():
        if _stood(world, other, passed) and may_answer(skills, seen.group(passed["group"]), agent):
            assert place(passed) >= place(call), f"{sid} overtook {other} at {agent}"


def _stood(world: World, sid: str, call: Kept) -> bool:
    """Whether a call waited all the while, never with anybody, in a line that takes calls."""
    was = world.before.calls.get(sid, {})
    if not call["state"] == "waiting" == was.get("state"):
        return False
    if any(call.get(name) != was.get(name) for name in ("group", "epoch", "turn")):
        return False
    return not _was_at_its_cap(world, call["queue"])


def _was_at_its_cap(world: World, line: str) -> bool:
    """At either look, or perhaps between them: as many as were with agents before, and were offered to some since."""
    if world.seen.at_its_cap(line) or world.before.at_its_cap(line):
        return True
    offered = sum(event["type"] == "call.offered" and event["queue"] == line for event in world.events)
    caps = [cap for look in (world.before, world.seen) if (cap := look.rule(line, "max_talking"))]
    return bool(caps) and len(world.before.with_agents(line)) + offered >= min(caps)
