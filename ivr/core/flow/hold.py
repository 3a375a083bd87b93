"""What a waiting caller hears, one heartbeat at a time. Pure, and told by the wait alone: it keeps nothing."""

from datetime import datetime

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Effect, Pause, Prompt, Say
from ivr.core.flow.frames import flow_at
from ivr.core.flow.inputs import Waiting
from ivr.core.flow.model import Flow
from ivr.core.flow.session import Session
from ivr.core.flow.text import Text

HEARTBEAT_SECONDS = 15
"""How long one hold document aims to last; also how soon, at worst, a match is seen with no worker alive."""

LONGEST_PAUSE = 12
SPEECH_CHARACTERS_A_SECOND = 15
FIRST_WORDS_SECONDS = 5
POSITION_EVERY = 4
"""Position and wait are told in every fourth document: about once a minute."""

OFFER_EVERY = 2
"""Where keys lead somewhere, that is offered in every second document, never in one that tells the place."""

MINUTE = 60


def hold_document(flow: Flow, session: Session, waiting: Waiting, now: datetime) -> tuple[Effect, ...]:
    """The prompts of one heartbeat: words, then silence up to 10 to 20 seconds in all.

    The queue step waited at may have its own hold texts and may not want the position told (attributes `hold` and
    `tell_position`); else the queue's texts are used, else the system's own. Where keys lead somewhere from here
    (`while_waiting`), they are offered now and then.
    """
    step = (flow_at(flow, session) or flow).steps.get(session.step)
    context = Context(flow, session, now, session.step)
    beat = (
        0 if waiting.waited_seconds < FIRST_WORDS_SECONDS else max(1, round(waiting.waited_seconds / HEARTBEAT_SECONDS))
    )
    texts: tuple[Text, ...] = getattr(step, "hold", ()) or flow.holds.get(str(getattr(step, "queue", "")), ())
    news = tuple(prompt for incident in waiting.incidents for prompt in context.incident(incident))
    words = news or _words(context, texts, beat)
    if beat % POSITION_EVERY == 1 and getattr(step, "tell_position", True):
        words += _place(context, waiting)
    if beat % OFFER_EVERY == 0 and _offers(step, waiting, beat):
        words += context.say_or(getattr(step, "offer", None), "keys_while_waiting")
    spoken = sum(len(prompt.text) for prompt in words if isinstance(prompt, Say)) // SPEECH_CHARACTERS_A_SECOND
    return (*words, Pause(min(LONGEST_PAUSE, max(1, HEARTBEAT_SECONDS - spoken))))


def _words(context: Context, texts: tuple[Text, ...], beat: int) -> tuple[Prompt, ...]:
    """The first text at once, then the others in turn, every second heartbeat."""
    if beat == 0:
        return context.say(texts[0]) if texts else context.phrase("please_hold")
    if beat % 2:
        return ()
    others = texts[1:]
    return context.say(others[(beat // 2 - 1) % len(others)]) if others else context.phrase("still_holding")


def _offers(step: object, waiting: Waiting, beat: int) -> bool:
    """Whether it is time to offer keys: after a while, or as soon as the wait is known to be long."""
    if not getattr(step, "while_waiting", None):
        return False
    over = getattr(step, "offer_when_expected_over", None)
    long = over is not None and waiting.expected_seconds is not None and waiting.expected_seconds[1] > over
    return long or (beat > 0 and waiting.waited_seconds >= getattr(step, "offer_after", 0))


def _place(context: Context, waiting: Waiting) -> tuple[Prompt, ...]:
    """The position, and the wait as a range where it is known."""
    first = waiting.position <= 1
    said = context.phrase("position_first") if first else context.phrase("position", position=waiting.position)
    if waiting.expected_seconds is None:
        return said
    low, high = (max(1, -(-seconds // MINUTE)) for seconds in waiting.expected_seconds)
    if high <= 1:
        return said + context.phrase("expected_wait_minute")
    return said + context.phrase("expected_wait", low=low, high=max(high, low + 1))
