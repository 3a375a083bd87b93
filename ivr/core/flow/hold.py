"""What a waiting caller hears, one heartbeat at a time. Pure: what was told before comes with the heartbeat."""

from datetime import datetime

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Effect, Music, Pause, Prompt, Say
from ivr.core.flow.frames import flow_at
from ivr.core.flow.inputs import Waiting
from ivr.core.flow.line_ways import Keys, keys_at, line_at
from ivr.core.flow.model import Flow
from ivr.core.flow.session import Session
from ivr.core.flow.text import Text
from ivr.core.queue_rules import Announce
from ivr.core.routing.told import News, news

HEARTBEAT_SECONDS = 15
"""How long one hold document aims to last; also how soon, at worst, a match is seen with no worker alive."""

LONGEST_REST = 12
SPEECH_CHARACTERS_A_SECOND = 15
FIRST_WORDS_SECONDS = 5
OFFER_EVERY = 2
"""Where keys lead somewhere, that is offered in every second document."""


def hold_document(flow: Flow, session: Session, waiting: Waiting, now: datetime) -> tuple[Effect, ...]:
    """The prompts of one heartbeat: words, then the queue's music or silence, up to 10 to 20 seconds in all.

    The queue step waited at may have its own hold texts and may not want the place told (attributes `hold` and
    `tell_position`); else the texts of the queue the call is in are used, else the system's own. Place and wait are
    told as the call has joined and when they change for the better or what was told doesn't hold (`routing/told.py`).
    Where keys lead somewhere from here (`line_ways.keys_at`), they are offered now and then.
    """
    here = flow_at(flow, session) or flow
    step = here.steps.get(session.step)
    context = Context(flow, session, now, session.step)
    beat = (
        0 if waiting.waited_seconds < FIRST_WORDS_SECONDS else max(1, round(waiting.waited_seconds / HEARTBEAT_SECONDS))
    )
    texts: tuple[Text, ...] = getattr(step, "hold", ()) or flow.holds.get(line_at(step, session), ())
    incidents = tuple(prompt for incident in waiting.incidents for prompt in context.incident(incident))
    words = incidents or _words(context, texts, beat)
    place = place_news(flow, session, waiting, now)
    if place is not None:
        words += _place(context, place)
    keys = keys_at(here, step, session)
    if keys is not None and _offers(keys, waiting, beat, told=place is not None):
        words += context.say_or(keys.offer, "keys_while_waiting")
    spoken = sum(len(prompt.text) for prompt in words if isinstance(prompt, Say)) // SPEECH_CHARACTERS_A_SECOND
    rest = min(LONGEST_REST, max(1, HEARTBEAT_SECONDS - spoken), max(1, _left(step, session, waiting) - spoken))
    return (*words, _meanwhile(flow, line_at(step, session), waiting.waited_seconds + spoken, rest))


def _left(step: object, session: Session, waiting: Waiting) -> int:
    """How long this document may last: whoever has waited as long as they may is led on then, not a heartbeat later.
    The step's own longest wait counts in the step's own line. Who stays beyond it has a phone ringing for them."""
    own = getattr(step, "max_wait", None) if line_at(step, session) == getattr(step, "queue", "") else None
    limits = [limit for limit in (own, waiting.longest_seconds) if limit]
    left = min(limits, default=0) - waiting.waited_seconds
    return left if left > 0 else HEARTBEAT_SECONDS


def _meanwhile(flow: Flow, queue: str, at: int, seconds: int) -> Music | Pause:
    """What is heard between the words. Music goes on as if it had played all the time, like a radio in the room."""
    music = flow.music.get(queue, "")
    if music and (flow.prompts is None or music in flow.prompts):
        return Music(music, at, seconds)
    return Pause(seconds)


def place_news(flow: Flow, session: Session, waiting: Waiting, now: datetime) -> News | None:
    """What the document of this heartbeat says of the place in line and the wait; None for nothing.

    Nothing while a phone rings for the call: it would still be speaking when the agent answers. Whoever asked is told
    even where it isn't said by itself.
    """
    if waiting.ringing:
        return None
    now_ms = int(now.timestamp() * 1000)
    if waiting.asked:
        return news(None, max(1, waiting.position), waiting.expected_seconds, now_ms, Announce())
    if not getattr(_step(flow, session), "tell_position", True):
        return None
    return news(waiting.told, max(1, waiting.position), waiting.expected_seconds, now_ms, waiting.announce)


def long_wait(flow: Flow, session: Session, waiting: Waiting) -> bool:
    """Whether the wait is expected to be longer than was promised, or than its step waits before it offers keys."""
    here = flow_at(flow, session) or flow
    keys = keys_at(here, here.steps.get(session.step), session)
    return _long(keys.offer_when_expected_over if keys is not None else None, waiting)


def _long(over: int | None, waiting: Waiting) -> bool:
    expected = waiting.expected_seconds
    return waiting.breach or (over is not None and expected is not None and waiting.waited_seconds + expected[1] > over)


def _step(flow: Flow, session: Session) -> object:
    return (flow_at(flow, session) or flow).steps.get(session.step)


def _words(context: Context, texts: tuple[Text, ...], beat: int) -> tuple[Prompt, ...]:
    """The first text at once, then the others in turn, every second heartbeat."""
    if beat == 0:
        return context.say(texts[0]) if texts else context.phrase("please_hold")
    if beat % 2:
        return ()
    others = texts[1:]
    return context.say(others[(beat // 2 - 1) % len(others)]) if others else context.phrase("still_holding")


def _offers(keys: Keys, waiting: Waiting, beat: int, *, told: bool) -> bool:
    """Whether it is time to offer keys: after a while, or as soon as the wait is known to be long or longer than was
    promised. In a document that tells the place only in the latter case, with what it says of the wait.
    """
    if _long(keys.offer_when_expected_over, waiting):
        return told or beat % OFFER_EVERY == 0
    return not told and beat > 0 and beat % OFFER_EVERY == 0 and waiting.waited_seconds >= keys.offer_after


def _place(context: Context, place: News) -> tuple[Prompt, ...]:
    """The position and the wait, as far as they are to be said."""
    said: tuple[Prompt, ...] = ()
    if place.position:
        first = place.position == 1
        said = context.phrase("position_first") if first else context.phrase("position", position=place.position)
    wait = _wait(context, place.minutes, "still" if place.why == "late" else "expected")
    if place.why != "late":
        return said + wait
    return context.phrase("longer_than_told") + said + wait + context.phrase("place_is_kept")


def _wait(context: Context, minutes: tuple[int, int] | None, kind: str) -> tuple[Prompt, ...]:
    if minutes is None:
        return ()
    low, high = minutes
    if high <= 1:
        return context.phrase(f"{kind}_wait_minute")
    return (
        context.phrase(f"{kind}_wait", low=low, high=high) if low else context.phrase(f"{kind}_wait_up_to", high=high)
    )
