"""Enqueue and Dial Queue: waiting in line, and taking the one in front (contract 3.6, 3.7)."""

from exchange.bridge import Bridge
from exchange.handset import Sound
from exchange.leg import Goto, HungUp, Redirected
from exchange.player import QUEUE_WAIT, WHISPER, Left, Player, Scene
from exchange.queues import Claim, Taken, Waiting
from exchange.records import Hook
from exchange.twiml.enqueue import Enqueue
from exchange.twiml.model import Verb
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page


class _AbandonedError(Exception):
    """The leg that took the call hung up before the bridge."""


async def perform(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Stand in line until something ends it; then the action with `QueueResult`, or the next verb."""
    _ = scene
    if not isinstance(verb, Enqueue):
        raise TypeError(verb)
    leg, queues = player.leg, player.switch.queues
    leg.up()
    wait = page.resolve(verb.wait_url, verb.wait_method) if verb.wait_url else None
    waiting = queues.enter(verb.name, leg)
    if waiting is None:
        player.switch.desk.alert(14207, f"queue {verb.name!r} is full", leg, warning=True)
        return player.action(page, verb.action, verb.method, "enqueue", {"QueueResult": "queue-full"})
    stay = _Stay(player, verb, page, waiting)
    try:
        result = await stay.run(wait)
    except HungUp:
        player.owe(stay.action(stay.result_of_hang_up()))
        raise
    except Redirected:
        player.owe(stay.action("redirected-from-bridged" if stay.bridged else "redirected"), redirected=True)
        raise
    finally:
        queues.leave(waiting)
    return stay.action(result)


class _Stay:
    """One stay in line."""

    def __init__(self, player: Player, verb: Enqueue, page: Page, waiting: Waiting) -> None:
        self.player, self.verb, self.page, self.waiting = player, verb, page, waiting
        self.bridge: Bridge | None = None

    @property
    def bridged(self) -> bool:
        return self.bridge is not None

    def result_of_hang_up(self) -> str:
        return "bridged" if self.bridged else "hangup"

    def action(self, result: str) -> Goto | None:
        self.player.switch.queues.leave(self.waiting)
        seconds = self.waiting.seconds
        if self.bridge is not None and self.player.switch.behaviour.queue_time == "wait-and-talk":
            seconds += self.bridge.seconds
        extra = {"QueueResult": result, "QueueSid": self.waiting.queue.sid, "QueueTime": str(seconds)}
        return self.player.action(self.page, self.verb.action, self.verb.method, "enqueue", extra)

    async def run(self, wait: Hook | None) -> str:
        """The QueueResult in the end. Raises HungUp and Redirected."""
        player, waiting = self.player, self.waiting
        try:
            with player.leg.watch(waiting.look):
                await self._listen(wait)
        except Left:
            return "leave"
        except FetchError as error:
            player.report(error)
            return "error"
        except Taken:
            pass
        return "system-error" if waiting.claim is None else await self._connect(waiting.claim)

    async def _listen(self, wait: Hook | None) -> None:
        """The wait document, again and again."""
        player, leg = self.player, self.player.leg
        if wait is None:
            leg.tell(Sound("silence" if self.verb.wait_url == "" else "hold"))
            await leg.until(None)
        clock, floor = player.switch.clock, player.switch.behaviour.wait_floor_seconds
        reported = False
        while True:
            began = clock.seconds()
            await player.scene(Goto(wait, kind="wait"), QUEUE_WAIT, self._fields)
            short = floor - (clock.seconds() - began)
            if short > 0:
                if not reported:
                    message = f"a wait document ended within {floor:g} s: it would be requested in a hot loop"
                    player.switch.desk.alert(14202, message, leg, wait.url if wait else "", warning=True)
                    reported = True
                await leg.wait(short)

    def _fields(self) -> dict[str, str]:
        return self.player.switch.queues.fields(self.waiting)

    async def _connect(self, claim: Claim) -> str:
        """Whisper to the caller if asked to, then bridge until either goes."""
        player, leg = self.player, self.player.leg

        def look() -> None:
            if claim.abandoned or claim.taker.call.ended:
                raise _AbandonedError

        try:
            if claim.hook is not None:
                with leg.watch(look):
                    await player.scene(Goto(claim.hook, kind="whisper"), WHISPER, lambda: self._whisper_fields(claim))
            look()
            self.bridge = claim.bridge = Bridge(leg, claim.taker)
            claim.taker.ring_bell()
            await leg.until(lambda: claim.bridge is not None and claim.bridge.over)
        except _AbandonedError:
            spelt = player.switch.faults.strike("bridging_in_progress_spelling")
            return "bridging-in-progress" if spelt else "bridging-in-process"
        except FetchError as error:
            player.report(error)
            claim.lost = True
            return "error"
        finally:
            if claim.bridge is None:
                claim.lost = True
            else:
                claim.bridge.end()
            claim.taker.ring_bell()
        return "bridged"

    def _whisper_fields(self, claim: Claim) -> dict[str, str]:
        spelt = self.player.switch.faults.strike("dequeueing_spelling")
        name = "DequeueingCallSid" if spelt else "DequeingCallSid"
        return {
            "QueueSid": self.waiting.queue.sid,
            "CallSid": self.player.leg.call.sid,
            "QueueTime": str(self.waiting.seconds),
            name: claim.taker.call.sid,
        }
