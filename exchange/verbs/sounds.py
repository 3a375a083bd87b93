"""Say, Play and Pause, on a call and inside other verbs."""

from exchange.handset import Sound
from exchange.leg import Goto, Leg
from exchange.player import Player, Scene
from exchange.twiml.model import Verb
from exchange.twiml.pause import Pause
from exchange.twiml.play import Play, tone_seconds
from exchange.twiml.say import Say
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page

_ENDLESS = 1000
_NOT_FETCHED = 11200


async def perform(player: Player, verb: Verb, page: Page, scene: Scene) -> Goto | None:
    """Let it be heard. A Pause as the first verb of an unanswered call delays the answer (contract 3.3, K)."""
    _ = scene
    if not (isinstance(verb, Pause) and player.first_verb):
        player.leg.up()
    await heard(player, verb, page)
    return None


async def heard(player: Player, verb: Verb, page: Page) -> None:
    """The sound, in all its rounds. Raises Interrupted, and FetchError where audio can't be had."""
    leg = player.leg
    if isinstance(verb, Pause):
        leg.tell(Sound("silence", seconds=verb.length))
        await leg.wait(verb.length)
        return
    sound = await sound_of(player, verb, page)
    if sound is None:
        return
    loop = verb.loop if isinstance(verb, Say | Play) else 1
    for _ in range(loop or _ENDLESS):
        leg.tell(sound)
        await leg.wait(sound.seconds)


async def sound_of(player: Player, verb: Verb, page: Page) -> Sound | None:
    """One round of Say or Play; None where a missing file is passed over."""
    if isinstance(verb, Say):
        return Sound("say", verb.text, verb.seconds, verb.language, verb.voice, ssml=verb.ssml)
    if isinstance(verb, Play) and verb.digits:
        return Sound("digits", verb.digits, tone_seconds(verb.digits))
    if isinstance(verb, Play):
        url = page.resolve(verb.url, "GET").url
        try:
            return Sound("play", seconds=await _length(player, url), url=url)
        except FetchError as error:
            if error.code == _NOT_FETCHED and player.switch.behaviour.play_missing == "skip":
                player.report(error)
                return None
            raise
    raise TypeError(f"{type(verb).__name__} makes no sound")


async def _length(player: Player, url: str) -> float:
    leg, switch = player.leg, player.switch
    task = switch.desk.spawn(switch.media.seconds(url, switch.ids.token()), f"media {leg.call.sid}")
    task.add_done_callback(lambda _: leg.ring_bell())
    await leg.until(task.done)
    seconds: float = task.result()
    return seconds


def hush(leg: Leg) -> None:
    """What was heard stops."""
    leg.tell(Sound("silence"))
