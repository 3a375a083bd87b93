"""Nobody is taken twice: one call, one agent, one accepted reservation; several phones ring only until one has it."""

from ivr.core import reservation as reservations
from tests.routing.histories.moment import OPEN, Kept
from tests.routing.histories.world import World


def check(world: World) -> None:
    """Calls, offers and agents tell the same, offers go from state to state by their table, and no number is called
    back by two."""
    seen = world.seen
    for sid, call in seen.calls.items():
        _held_by_its_agents(world, sid, call)
        offers = [offer for offer in seen.offers.values() if offer["call"] == sid]
        opened = [offer for offer in offers if offer["state"] in OPEN]
        talks = [offer for offer in offers if offer["state"] == "accepted" and not offer.get("ended")]
        assert len(talks) <= 1, f"{sid} has {len(talks)} talks"
        assert not (talks and opened), f"{sid} has a talk, and {len(opened)} phones ring for it"
    for name, agent in seen.people.items():
        busy = agent["state"] in ("reserved", "on_call")
        assert bool(agent.get("call")) == busy, f"{name} is {agent['state']} with call {agent.get('call')!r}"
    _offers_follow_their_table(world)
    _one_callback_a_number(world)


def _held_by_its_agents(world: World, sid: str, call: Kept) -> None:
    seen = world.seen
    held = sorted(name for name, agent in seen.people.items() if agent.get("call") == sid)
    if call["state"] not in ("offered", "accepted", "bridged"):
        assert held == [], f"{sid} {call['state']} is held by {held}"
        return
    agents, offers = call["agent"].split(), call["reservation"].split()
    assert held == sorted(agents), f"{sid} {call['state']} by {agents} is held by {held}"
    assert len(offers) == len(agents), f"{sid}: {offers} by {agents}"
    assert call["state"] == "offered" or len(offers) == 1, f"{sid} {call['state']} by {offers}"
    for name, offer_id in zip(agents, offers, strict=True):
        offer, agent = seen.offers[offer_id], seen.people[name]
        assert agent["reservation"] == offer_id, f"{sid}: {name} has {agent['reservation']}, not {offer_id}"
        expected = OPEN if call["state"] == "offered" else ("accepted",)
        assert offer["state"] in expected, f"{sid} {call['state']} by a {offer['state']} offer"
        assert agent["state"] == ("reserved" if call["state"] == "offered" else "on_call"), f"{sid}: {agent}"


def _closure() -> dict[str, set[str]]:
    """Which state of a reservation can follow which, over any number of steps."""
    found: dict[str, set[str]] = {}
    for state in reservations.TRANSITIONS:
        reached: set[str] = {state}
        todo = [state]
        while todo:
            for further in reservations.TRANSITIONS[todo.pop()]:
                if further not in reached:
                    reached.add(further)
                    todo.append(further)
        found[state] = reached
    return found


_LATER_STATES = _closure()


def _offers_follow_their_table(world: World) -> None:
    for offer_id, offer in world.seen.offers.items():
        was = world.before.offers.get(offer_id, {}).get("state", "pending")
        assert offer["state"] in _LATER_STATES[was], f"{offer_id}: {was} became {offer['state']}"


def _one_callback_a_number(world: World) -> None:
    known = world.seen.dump.get("callbacks", {})
    live = {sid: call for sid, call in world.seen.live.items() if call.get("mode") == "callback"}
    assert sorted(known.values()) == sorted(live), f"callbacks {sorted(known.values())}, in line {sorted(live)}"
    for sid, call in live.items():
        assert known[f"{call['queue']} {call['number']}"] == sid, f"{sid} isn't known by its number"
    up = [
        (leg.to_number, world.seen.offers[_offer_of(leg.path)]["queue"])
        for leg in world.carrier.ringing()
        if leg.path.startswith("/voice/callback/") and _wanted(world, leg.path, leg.sid)
    ]
    assert len(up) == len(set(up)), "one agent, one dial: a phone rings for two"


def _offer_of(path: str) -> str:
    return path.rpartition("/")[2]


def _wanted(world: World, path: str, leg: str) -> bool:
    offer = world.seen.offers.get(_offer_of(path), {})
    return offer.get("state") == "accepted" and not offer.get("ended") and offer.get("caller_leg") == leg
