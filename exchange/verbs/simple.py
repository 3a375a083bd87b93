"""Redirect, Reject, Hangup, Leave."""

from exchange.leg import Goto, HungUp
from exchange.player import QUEUE_WAIT, Left, Player, Scene
from exchange.twiml.model import Verb
from exchange.twiml.redirect import Redirect
from exchange.twiml.reject import Reject
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page


async def redirect(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """On with another document."""
    _ = player
    if not isinstance(verb, Redirect):
        raise TypeError(verb)
    if not verb.url and page.hook is None:
        raise FetchError(11100, "an empty <Redirect> in inline TwiML leads nowhere", "")
    return Goto(page.resolve(verb.url, verb.method), kind="redirect" if scene is not QUEUE_WAIT else "wait")


async def reject(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Decline an unanswered call; on an answered one it hangs up (contract 3.9, K)."""
    _ = page, scene
    if not isinstance(verb, Reject):
        raise TypeError(verb)
    leg = player.leg
    if leg.answered_at is None:
        leg.end("busy" if verb.reason == "busy" else "no-answer", f"rejected: {verb.reason}")
    else:
        leg.end("completed", "Reject on an answered call")
    raise HungUp


async def hangup(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """End the call; as an inbound call's first verb it answers first (contract 3.9, D)."""
    _ = verb, page, scene
    player.leg.up()
    player.leg.end("completed", "Hangup")
    raise HungUp


async def leave(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Out of the queue; outside of a wait document it is reported and passed over."""
    _ = verb
    if scene is QUEUE_WAIT:
        raise Left
    where = page.hook.url if page.hook else ""
    player.switch.desk.alert(12200, "<Leave> outside of a wait document", player.leg, where, warning=True)
    return None
