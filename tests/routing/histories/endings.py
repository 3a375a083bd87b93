"""How histories end. Nothing breaks any more, and then no call may be in a line and no agent stuck."""

from collections.abc import Callable
from dataclasses import replace

from ivr.core.flow.effects import Join
from ivr.services.dispatch_answers import Accepted
from ivr.services.ports import AgentProfile
from tests.routing.histories.moment import Kept
from tests.routing.histories.world import World

Look = Callable[[], None]

_HELPERS = (
    AgentProfile("eve", "Eve", "+33155501000", {"fr": 10, "tax": 10}),
    AgentProfile("fay", "Fay", "+33155501001", {"fr": 4, "tax": 4}),
)
_SHORT = 15


def everybody_behaves(world: World, look: Look) -> None:
    """Workers work, an agent who can everything comes, agents accept, callers follow, talk and hang up."""
    nothing_breaks(world)
    for helper in _HELPERS:
        world.centre.agents.profiles[helper.id] = helper
        world.presence.log_in(helper.id)
    look()
    for _ in range(40 + 4 * len(world.calls)):
        if not world.seen.live:
            break
        _round(world, look)
        _to_the_next_callback(world)
    _leases_end(world, look)
    nobody_is_left(world)


def only_sweeps_go_on(world: World, look: Look) -> None:
    """Nobody lifts a finger: workers are dead, phones ring out, whoever talked has gone and nobody heard it."""
    nothing_breaks(world)
    look()  # whoever joined only now is in line as well
    for line, rules in world.definitions.items():
        world.definitions[line] = replace(rules, max_wait_seconds=90)
    for call in world.seen.calls.values():
        for offer in call["reservation"].split() if call["state"] in ("accepted", "bridged") else ():
            if leg := world.agent_leg(offer):
                world.carrier.legs[leg].status = "completed"
    for seconds in (*[15] * 40, 3 * 24 * 3_600, *[15] * 40):
        if seconds == _SHORT and not world.seen.live:
            continue
        world.clock.pass_ms(seconds * 1_000)
        world.jobs.hints.clear()
        world.sweep()
        look()
    _leases_end(world, look)
    nobody_is_left(world)


def nothing_breaks(world: World) -> None:
    """Nothing fails any more, clocks are right; callers whose joining died have heartbeats, which join again."""
    world.clock.ms = max(world.clock.ms, world.latest_ms)
    world.lines.disarm()
    world.lines.twice = False
    world.carrier.faults.clear()
    for sid in sorted(world.joined - set(world.seen.calls)):
        if not world.hung_up(sid):
            world.join(sid, Join("help", {"fr": 1}), 1)


def nobody_is_left(world: World) -> None:
    """No call in a line, no phone ringing, no deadline, and no agent in a state that only the machinery ends."""
    seen = world.seen
    assert not seen.live, f"nobody is lost: {seen.live}"
    for name, agent in seen.people.items():
        assert agent["state"] in ("available", "paused", "offline"), f"no agent is stuck: {name} is {agent['state']}"
        back_off = agent["state"] == "paused" and float(agent["deadline"]) > 0
        assert not back_off, f"no agent is stuck: {name} is in a back-off"
    # Of a leg to somebody deleted since, whose making nobody heard of, the carrier alone knows, and ends it.
    ringing = [leg for leg in world.carrier.ringing() if leg.to_number not in world.once_deleted]
    assert not ringing, f"nobody is taken twice: a phone rings for nobody, {ringing}"
    assert set(seen.members("groups:heads")) <= {"about"}, "nobody is lost: a group is said to wait"
    needless = {member for member in seen.due if not member.startswith(("stray:", "caller:"))}
    assert not needless, f"deadlines nobody needs: {needless}"


def _leases_end(world: World, look: Look) -> None:
    """Time enough for every wrap-up, back-off and leg that is still up."""
    for leg in world.carrier.ringing():
        offer = leg.path.rpartition("/")[2]
        if leg.path.startswith("/voice/callback/") and world.seen.offers[offer].get("caller_up"):
            leg.status = "completed"  # whoever has picked up hangs up when all is said
            world.dispatch.callbacks.leg_status(offer, leg.sid, "completed", "", world.now)
    for _ in range(4):
        world.clock.pass_ms(12_000)
        world.sweep()
        world.work()
        look()


def _round(world: World, look: Look) -> None:
    """Six seconds in which workers work, agents accept, callers follow and hang up after talking."""
    world.clock.pass_ms(6_000)
    world.sweep()
    hints, world.jobs.hints = world.jobs.hints, []
    for job, *args in hints:
        world.perform(job, tuple(args))
    look()
    for sid, call in world.seen.live.items():
        if sid.startswith("CB"):
            _called_back(world, sid, call)
        else:
            _caller(world, sid, call)
    look()


def _caller(world: World, sid: str, call: Kept) -> None:
    """Waits, is answered, led into the room, talks and hangs up."""
    offer = call["reservation"]
    if world.hung_up(sid):
        world.dispatch.caller_gone(sid, world.now)
    elif call["state"] == "waiting":
        world.dispatch.waiting(sid, world.now)
    elif call["state"] == "offered":
        _accepted(world, offer)
    elif call["state"] == "accepted":
        world.dispatch.bridge(offer, sid, world.now)
        world.dispatch.room_event(offer, "conference-start", "", world.now)
    elif call["state"] == "bridged":
        world.dispatch.talked(sid, world.now)
        _agent_hangs_up(world, offer)


def _called_back(world: World, sid: str, call: Kept) -> None:
    """Picks up, presses 1 and talks."""
    offer = call["reservation"]
    leg = world.caller_leg(offer) if call["state"] in ("accepted", "bridged") else ""
    if call["state"] == "offered":
        _accepted(world, offer)
    elif call["state"] == "accepted" and leg:
        if world.hung_up(leg):
            world.dispatch.callbacks.leg_status(offer, leg, "completed", "", world.now)
            return
        world.lines.caller_leg(offer, leg, world.now, lease_ms=45_000, picked_up=True)
        world.dispatch.bridge(offer, sid, world.now)
        world.dispatch.room_event(offer, "conference-start", "", world.now)
    elif call["state"] == "bridged":
        if leg:
            world.carrier.legs[leg].status = "completed"
        world.dispatch.offer_done(offer, world.now)
        world.dispatch.callbacks.leg_status(offer, leg, "completed", "", world.now)
        _agent_hangs_up(world, offer)


def _accepted(world: World, offers: str) -> None:
    """Everybody whose phone rings picks it up, then everybody presses the key: one has it."""
    ringing = [(offer, leg) for offer in offers.split() if (leg := world.agent_leg(offer))]
    for offer, leg in ringing:
        world.dispatch.offer_answered(offer, leg, world.now)
    for offer, leg in ringing:
        if not isinstance(world.dispatch.offer_key(offer, "1", world.now), Accepted):
            world.carrier.legs[leg].status = "completed"
            world.dispatch.offer_status(offer, leg, "completed", "", world.now)


def _agent_hangs_up(world: World, offer: str) -> None:
    if leg := world.agent_leg(offer):
        world.carrier.legs[leg].status = "completed"
        world.dispatch.offer_status(offer, leg, "completed", "", world.now)


def _to_the_next_callback(world: World) -> None:
    """Where nothing is left but callbacks whose time hasn't come, it comes."""
    live = world.seen.live.values()
    if live and all(call["state"] == "later" for call in live):
        soonest = min(int(float(call["not_before"])) for call in live)
        world.clock.pass_ms(max(0, soonest - world.now))
