"""The legs in a room: dial one in, hold, mute, coach, announce, kick (contract 4.4)."""

from aiohttp import web

from exchange.errors import ExchangeError
from exchange.orders import AddParticipant, ParticipantChange, RecordingOrder
from exchange.records import Participant, StatusHook
from exchange.rest import refusals
from exchange.rest.addresses import caller_id, destination
from exchange.rest.calls import EVENTS, LONGEST_CALL
from exchange.rest.detection import detection
from exchange.rest.endpoint import Ask, Endpoint, created, deleted, found
from exchange.rest.form import SID, Form
from exchange.rest.paging import page
from exchange.rest.recording_order import recording_order
from exchange.rest.shapes import Json, uri, when
from exchange.switch import Switch

LONGEST_LABEL = 128
BEEPS = ("true", "false", "onEnter", "onExit")
ROOM_EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
_RECORDED = frozenset({"true", "record-from-start"})


def show(account_sid: str, leg: Participant) -> Json:
    """A participant as JSON."""
    return {
        "account_sid": account_sid,
        "call_sid": leg.call_sid,
        "label": leg.label,
        "call_sid_to_coach": leg.call_sid_to_coach,
        "coaching": leg.coaching,
        "conference_sid": leg.conference_sid,
        "date_created": when(leg.date_created),
        "date_updated": when(leg.date_updated),
        "end_conference_on_exit": leg.end_conference_on_exit,
        "muted": leg.muted,
        "hold": leg.hold,
        "start_conference_on_enter": leg.start_conference_on_enter,
        "status": leg.status,
        "queue_time": str(leg.queue_time_ms),
        "uri": uri(account_sid, "Conferences", leg.conference_sid, "Participants", leg.call_sid),
    }


def create(switch: Switch, ask: Ask) -> web.Response:
    """`POST Participants.json`: calls somebody into the room; a name that isn't live yet opens it (K)."""
    form = ask.form
    order = AddParticipant(
        conference=ask.path["room"],
        from_number=caller_id(switch, form.text("From"), forwarded=form.has("CallToken")),
        to_number=destination(form.text("To")),
        label=_label(form),
        timeout=float(form.integer("Timeout", 5, 600, code=21208) or 60),
        time_limit=_limit(form),
        muted=bool(form.boolean("Muted")),
        beep=form.choice("Beep", BEEPS) or "true",
        start_on_enter=form.boolean("StartConferenceOnEnter") is not False,
        end_on_exit=bool(form.boolean("EndConferenceOnExit")),
        wait=form.silence_or_hook("WaitUrl", "WaitMethod"),
        early_media=form.boolean("EarlyMedia") is not False,
        max_participants=form.integer("MaxParticipants", 2, 250) or 250,
        record=recording_order(form, trim="trim-silence") if form.boolean("Record") else None,
        conference_record=_room_recording(form),
        conference_status=_room_hook(form),
        status=form.status_hook("StatusCallback", EVENTS, ("completed",)),
        coach=_coach(form),
        detection=detection(form, "AmdStatusCallback", asynchronous=True),
        caller_id=form.text("CallerId") or "",
    )
    leg = switch.conferences.add(order)
    if order.status is not None and not order.status.events:
        switch.desk.alert(21626, "Invalid StatusCallbackEvents", switch.leg(leg.call_sid), order.status.url)
    return created(show(ask.account_sid, leg))


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Participants/{CallSid or label}.json`."""
    room = switch.conferences.get(ask.path["room"])
    return found(show(ask.account_sid, switch.conferences.participant(room.sid, ask.path["who"])))


def list_participants(switch: Switch, ask: Ask) -> web.Response:
    """`GET Participants.json`: those in the room, in the order they came."""
    room = switch.conferences.get(ask.path["room"])
    muted, held, coaching = (ask.query.boolean(name) for name in ("Muted", "Hold", "Coaching"))
    legs = [
        leg
        for leg in switch.conferences.participants(room.sid)
        if muted in (None, leg.muted) and held in (None, leg.hold) and coaching in (None, leg.coaching)
    ]
    return page(ask, "participants", legs, lambda leg: leg.call_sid, lambda leg: show(ask.account_sid, leg))


def update(switch: Switch, ask: Ask) -> web.Response:
    """`POST Participants/{CallSid or label}.json`."""
    form, room = ask.form, switch.conferences.get(ask.path["room"])
    change = ParticipantChange(
        muted=form.boolean("Muted"),
        hold=form.boolean("Hold"),
        hold_document=form.silence_or_hook("HoldUrl", "HoldMethod", "GET"),
        announce=form.hook("AnnounceUrl", "AnnounceMethod"),
        wait=form.silence_or_hook("WaitUrl", "WaitMethod"),
        beep_on_exit=form.boolean("BeepOnExit"),
        end_on_exit=form.boolean("EndConferenceOnExit"),
        coaching=form.boolean("Coaching"),
        coach=form.sid("CallSidToCoach", "CA"),
    )
    return found(show(ask.account_sid, switch.conferences.update_participant(room.sid, ask.path["who"], change)))


def kick(switch: Switch, ask: Ask) -> web.Response:
    """`DELETE Participants/{CallSid or label}.json`: its call goes on with its Dial's action or next verb (K)."""
    room = switch.conferences.get(ask.path["room"])
    switch.conferences.kick(room.sid, ask.path["who"])
    return deleted()


def _label(form: Form) -> str | None:
    """Up to 128 characters, no slash, not a CallSid (contract 3.6)."""
    label = form.text("Label", longest=LONGEST_LABEL, code=16023)
    if label is not None and ("/" in label or (label.startswith("CA") and SID.fullmatch(label))):
        raise ExchangeError(16023, f"Invalid participant label: {label}")
    return label


def _limit(form: Form) -> float | None:
    limit = form.integer("TimeLimit", 1, LONGEST_CALL)
    return None if limit is None else float(limit)


def _room_recording(form: Form) -> RecordingOrder | None:
    wanted = form.choice("ConferenceRecord", (*_RECORDED, "false", "do-not-record")) in _RECORDED
    return recording_order(form, trim="trim-silence", prefix="Conference") if wanted else None


def _room_hook(form: Form) -> StatusHook | None:
    return form.status_hook("ConferenceStatusCallback", ROOM_EVENTS, ("start", "end"))


def _coach(form: Form) -> str | None:
    """Whom to whisper to; `Coaching=true` without it is refused."""
    coach, coaching = form.sid("CallSidToCoach", "CA"), form.boolean("Coaching")
    if coaching and coach is None:
        raise refusals.missing_parameter("CallSidToCoach")
    return coach if coaching is not False else None


ENDPOINTS = (
    Endpoint("POST", "/{account}/Conferences/{room}/Participants.json", create),
    Endpoint("GET", "/{account}/Conferences/{room}/Participants.json", list_participants),
    Endpoint("GET", "/{account}/Conferences/{room}/Participants/{who}.json", fetch),
    Endpoint("POST", "/{account}/Conferences/{room}/Participants/{who}.json", update),
    Endpoint("DELETE", "/{account}/Conferences/{room}/Participants/{who}.json", kick),
)
