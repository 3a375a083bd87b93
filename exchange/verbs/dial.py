"""Dial: what it has in common whatever is dialled, and its two smaller kinds of target. See `phones.py` and
`room.py`.
"""

from exchange.leg import Goto, HungUp, Leg, Redirected
from exchange.player import Player, Scene
from exchange.queues import Waiting
from exchange.twiml.dial import Dial
from exchange.twiml.model import Verb
from exchange.verbs import phones, room
from exchange.webhooks.pages import Page


async def perform(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Dial, then the action with the outcome, or the next verb."""
    _ = scene
    if not isinstance(verb, Dial):
        raise TypeError(verb)
    if verb.action is not None:
        page.resolve(verb.action, verb.method)  # a relative action in inline TwiML fails before anybody is rung
    if verb.conference is not None:
        return await room.perform(player, verb, verb.conference, page)
    if verb.queue is not None:
        return await _queue(player, verb, page)
    return await phones.perform(player, verb, page)


class StarKey:
    """hangupOnStar: the A party's `*` ends the dialled part."""

    def __init__(self) -> None:
        self.pressed = False

    def key(self, key: str) -> None:
        """A key was pressed."""
        self.pressed = self.pressed or key == "*"

    def words(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Words end nothing."""


async def _queue(player: Player, verb: Dial, page: Page) -> Goto | None:
    """Take the front member of a queue, waiting for one until the timeout."""
    noun = verb.queue
    if noun is None:
        raise TypeError(verb)
    leg, switch = player.leg, player.switch
    leg.up()
    queue = switch.queues.named(noun.name)
    hook = page.resolve(noun.url, noun.method) if noun.url else None
    if queue is None:
        switch.desk.alert(14214, f"there is no queue {noun.name!r}", leg)
        fields = {"DialCallStatus": switch.behaviour.dial_status_queue_unknown, "DialBridged": "false"}
        return player.action(page, verb.action, verb.method, "dial", fields | {"QueueResult": "error"})
    switch.queues.attend(queue, leg)
    waiting: Waiting | None = None
    try:
        await leg.until(lambda: bool(queue.members), verb.timeout + switch.behaviour.extra_dial_seconds)
        waiting = switch.queues.take(queue, leg, hook)
        if waiting is not None:
            await _talk(leg, waiting, verb)
    except (HungUp, Redirected) as interruption:
        owed = player.action(page, verb.action, verb.method, "dial", _queue_fields(player, waiting))
        player.owe(owed, redirected=isinstance(interruption, Redirected))
        raise
    finally:
        switch.queues.part(queue, leg)
        _let_go(waiting)
    return player.action(page, verb.action, verb.method, "dial", _queue_fields(player, waiting))


async def _talk(leg: Leg, waiting: Waiting, verb: Dial) -> None:
    claim = waiting.claim
    if claim is None:
        return
    await leg.until(lambda: claim.bridge is not None or claim.lost)
    bridge = claim.bridge
    if bridge is None:
        return
    star = StarKey()
    if verb.hangup_on_star:
        leg.ear = star
    await leg.until(lambda: bridge.over or star.pressed, verb.time_limit)
    leg.ear = None


def _let_go(waiting: Waiting | None) -> None:
    if waiting is None or waiting.claim is None:
        return
    waiting.claim.abandoned = waiting.claim.bridge is None
    if waiting.claim.bridge is not None:
        waiting.claim.bridge.end()
    waiting.leg.ring_bell()


def _queue_fields(player: Player, waiting: Waiting | None) -> dict[str, str]:
    behaviour = player.switch.behaviour
    bridge = None if waiting is None or waiting.claim is None else waiting.claim.bridge
    if waiting is None or bridge is None:
        return {"DialCallStatus": behaviour.dial_status_queue_empty, "DialBridged": "false"}
    bridge.end()
    return {
        "DialCallStatus": "completed",
        "DialCallSid": waiting.leg.call.sid,
        "DialCallDuration": str(bridge.seconds),
        "DialBridged": "true",
        "QueueSid": waiting.queue.sid,
        "QueueTime": str(waiting.seconds),
        "DequeuedCallSid": waiting.leg.call.sid,
    }
