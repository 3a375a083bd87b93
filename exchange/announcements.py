"""Announcements into a room or to one seat: heard over the conversation, which goes on (contract 4.4)."""

from collections.abc import Sequence

from exchange.handset import Sound
from exchange.records import Hook
from exchange.rooms import Room, Seat
from exchange.twiml.model import Broken, Verb
from exchange.twiml.pause import Pause
from exchange.twiml.play import Play
from exchange.twiml.redirect import Redirect
from exchange.twiml.say import Say
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page

_MOST_DOCUMENTS = 10


def announce(room: Room, seats: Sequence[Seat], document: Hook) -> None:
    """Fetch a document on behalf of the first seat and let every seat hear it; then `announcement-end` or `-fail`."""
    if seats:
        room.switch.desk.spawn(_run(room, seats, document), f"announcement {room.record.sid}")


async def _run(room: Room, seats: Sequence[Seat], document: Hook) -> None:
    desk, first = room.switch.desk, seats[0]
    target: Hook | None = document
    try:
        for _ in range(_MOST_DOCUMENTS):
            if target is None:
                break
            page = await desk.fetch(first.leg, target, {"ConferenceSid": room.record.sid}, "announcement")
            target = None
            for verb in page.document.verbs:
                if isinstance(verb, Redirect):
                    target = page.resolve(verb.url, verb.method)
                    break
                if isinstance(verb, Broken):
                    continue
                await _hear(room, seats, verb, page)
    except FetchError as error:
        if not error.reported:
            desk.alert(error.code, error.message, first.leg, error.url)
        room.event("announcement-fail", first, ReasonAnnouncementFailed=error.message, AnnounceUrl=document.url)
        return
    room.event("announcement-end", first, AnnounceUrl=document.url)


async def _hear(room: Room, seats: Sequence[Seat], verb: Verb, page: Page) -> None:
    switch = room.switch
    if isinstance(verb, Pause):
        sound = Sound("silence", seconds=verb.length)
    elif isinstance(verb, Say):
        sound = Sound("say", verb.text, verb.seconds, verb.language, verb.voice, ssml=verb.ssml)
    elif isinstance(verb, Play):
        url = page.resolve(verb.url, "GET").url
        sound = Sound("play", seconds=await switch.media.seconds(url, switch.ids.token()), url=url)
    else:
        raise FetchError(
            13238, f"<{type(verb).__name__}> may not run in an announcement", page.hook.url if page.hook else ""
        )
    for seat in seats:
        if not seat.out:
            seat.leg.tell(sound)
    await switch.clock.sleep(sound.seconds)
