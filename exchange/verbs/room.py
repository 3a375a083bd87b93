"""Dial Conference: a leg's time in a room (contract 3.6)."""

from exchange.handset import Sound
from exchange.leg import Goto, HungUp, Redirected
from exchange.orders import RecordingOrder
from exchange.player import ROOM_WAIT, Player
from exchange.records import Hook, StatusHook
from exchange.rooms import Seat
from exchange.twiml.dial import Dial
from exchange.twiml.dial_nouns import ConferenceNoun
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page


class _ChangedError(Exception):
    """The seat hears something else now."""


async def perform(player: Player, verb: Dial, noun: ConferenceNoun, page: Page) -> Goto | None:
    """Sit in the room until the conference, REST or the person ends it; then the action, or the next verb."""
    leg, switch = player.leg, player.switch
    leg.up()
    status = None
    if noun.status_url:
        target = page.resolve(noun.status_url, noun.status_method)
        status = StatusHook(target.url, target.method, noun.status_events)
    wait = page.resolve(noun.wait_url, noun.wait_method) if noun.wait_url else None
    try:
        seat = switch.conferences.sit(leg, noun, status, wait)
    except FetchError as error:
        player.report(error)
        return player.action(
            page, verb.action, verb.method, "dial", {"DialCallStatus": "failed", "DialBridged": "false"}
        )
    _record(player, verb, noun, page, seat)

    def hung_up() -> None:
        seat.room.leave(seat, "participant_hung_up")

    leg.on_end.append(hung_up)
    timer = seat.room.later(verb.time_limit, seat)
    try:
        await _sit(player, verb, seat)
    except HungUp:
        hung_up()
        player.owe(player.action(page, verb.action, verb.method, "dial", _fields()))
        raise
    except Redirected:
        seat.room.leave(seat, "participant_updated_via_api")
        player.owe(player.action(page, verb.action, verb.method, "dial", _fields()), redirected=True)
        raise
    except FetchError:
        seat.room.leave(seat, "participant_hung_up")
        raise
    finally:
        timer.cancel()
        leg.ear = None
        leg.on_end.remove(hung_up)
    return player.action(page, verb.action, verb.method, "dial", _fields())


def _fields() -> dict[str, str]:
    # DialCallSid and DialCallDuration are absent after a conference (contract 3.6, D).
    return {"DialCallStatus": "answered", "DialBridged": "true"}


def _record(player: Player, verb: Dial, noun: ConferenceNoun, page: Page, seat: Seat) -> None:
    if not (noun.record or verb.record):
        return
    url, method, events = noun.recording_url, noun.recording_method, noun.recording_events
    if not noun.record:
        url, method, events = verb.recording_url, verb.recording_method, verb.recording_events
    hook = None
    if url:
        target = page.resolve(url, method)
        hook = StatusHook(target.url, target.method, events)
    dual = verb.record.endswith("dual")
    order = RecordingOrder(2 if dual and not noun.record else 1, "both", noun.trim if noun.record else verb.trim, hook)
    player.switch.conferences.record(seat.room, order, "Conference" if noun.record else "DialVerb")


async def _sit(player: Player, verb: Dial, seat: Seat) -> None:
    """One change of what the seat hears after the other, until it is out."""
    from exchange.verbs.dial import StarKey

    leg = player.leg
    star = StarKey()
    if verb.hangup_on_star:
        leg.ear = star

    def look() -> None:
        if star.pressed and not seat.out:
            seat.room.leave(seat, "participant_hung_up")

    with leg.watch(look):
        while not seat.out:
            await _hear(player, seat)


async def _hear(player: Player, seat: Seat) -> None:
    version, mode = seat.version, seat.mode

    def look() -> None:
        if seat.version != version or seat.mode != mode:
            raise _ChangedError

    try:
        with player.leg.watch(look):
            if mode == "wait":
                await _listen(player, seat.wait, music=seat.music)
            elif mode == "hold":
                await _listen(player, seat.hold, music=True)
            await player.leg.until(None)
    except _ChangedError:
        return


async def _listen(player: Player, hook: Hook | None, *, music: bool) -> None:
    """A wait or hold document once through: then silence, no loop (contract 3.6, D). An empty address is silence."""
    if hook is None or not hook.url:
        player.leg.tell(Sound("hold" if music and hook is None else "silence"))
        return
    await player.scene(Goto(hook, kind="room wait"), ROOM_WAIT)
    player.leg.tell(Sound("silence"))
