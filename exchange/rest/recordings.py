"""Recordings of calls, of rooms and of the account: start, pause, stop, fetch, list, delete (contract 4.5)."""

from collections.abc import Callable

from aiohttp import web

from exchange.records import Recording
from exchange.rest import refusals
from exchange.rest.endpoint import Ask, Endpoint, created, deleted, found
from exchange.rest.form import span
from exchange.rest.paging import page
from exchange.rest.recording_order import recording_order
from exchange.rest.shapes import VERSION, Json, account_uri, subresources, uri, when
from exchange.switch import Switch

_SUBRESOURCES = {"add_on_results": "AddOnResults", "transcriptions": "Transcriptions"}


def _common(recording: Recording, address: str) -> Json:
    return {
        "account_sid": recording.account_sid,
        "api_version": VERSION,
        "call_sid": recording.call_sid or None,
        "conference_sid": recording.conference_sid,
        "date_created": when(recording.date_created),
        "date_updated": when(recording.date_updated),
        "start_time": when(recording.start_time),
        "duration": str(recording.duration) if recording.duration >= 0 else None,
        "sid": recording.sid,
        "price": None,
        "price_unit": "USD",
        "status": recording.status,
        "channels": recording.channels,
        "source": recording.source,
        "error_code": recording.error_code,
        "uri": address,
        "encryption_details": None,
    }


def show_of_call(recording: Recording) -> Json:
    """A recording as JSON below its call."""
    address = uri(recording.account_sid, "Calls", recording.call_sid, "Recordings", recording.sid)
    return _common(recording, address) | {"track": recording.track}


def show_of_room(recording: Recording) -> Json:
    """A recording as JSON below its room."""
    room = recording.conference_sid or ""
    return _common(recording, uri(recording.account_sid, "Conferences", room, "Recordings", recording.sid))


def show(recording: Recording, origin: str) -> Json:
    """A recording as JSON below the account."""
    account, sid = recording.account_sid, recording.sid
    return _common(recording, uri(account, "Recordings", sid)) | {
        "subresource_uris": subresources(account, "Recordings", sid, names=_SUBRESOURCES),
        "media_url": f"{origin}{account_uri(account)}/Recordings/{sid}",
    }


def start(switch: Switch, ask: Ask) -> web.Response:
    """`POST Calls/{CA}/Recordings.json`: 21220 where the call isn't live."""
    call = switch.get_call(ask.path["owner"])
    return created(show_of_call(switch.recordings.start(call.sid, recording_order(ask.form, trim="do-not-trim"))))


def _listed(ask: Ask, recordings: list[Recording], shown: Callable[[Recording], Json]) -> web.Response:
    made = span(ask.query.fields, "DateCreated")
    chosen = [recording for recording in recordings if made.holds(recording.date_created)]
    return page(ask, "recordings", chosen, lambda recording: recording.sid, shown)


def list_of_call(switch: Switch, ask: Ask) -> web.Response:
    """`GET Calls/{CA}/Recordings.json`."""
    call = switch.get_call(ask.path["owner"])
    return _listed(ask, switch.recordings.list(call_sid=call.sid), show_of_call)


def list_of_room(switch: Switch, ask: Ask) -> web.Response:
    """`GET Conferences/{CF}/Recordings.json`."""
    room = switch.conferences.get(ask.path["owner"])
    return _listed(ask, switch.recordings.list(conference_sid=room.sid), show_of_room)


def list_all(switch: Switch, ask: Ask) -> web.Response:
    """`GET Recordings.json`: newest first; deleted ones only where asked for."""
    call, room = ask.query.sid("CallSid", "CA"), ask.query.sid("ConferenceSid", "CF")
    recordings = switch.recordings.list(call_sid=call, conference_sid=room)
    if ask.query.boolean("IncludeSoftDeleted"):
        recordings = [
            recording
            for recording in reversed(switch.recordings.all.values())
            if call in (None, recording.call_sid) and room in (None, recording.conference_sid)
        ]
    return _listed(ask, recordings, lambda recording: show(recording, ask.origin))


def _one(switch: Switch, ask: Ask) -> Recording:
    """The recording an address names, which must belong to the call or room the address names; 20404 otherwise."""
    recording = switch.recordings.get(ask.path["sid"])
    owner = ask.path.get("owner")
    if owner is not None and owner not in (recording.call_sid, recording.conference_sid):
        raise refusals.no_such_address(ask.address)
    if recording.status == "deleted" and not ask.query.boolean("IncludeSoftDeleted"):
        raise refusals.no_such_address(ask.address)
    return recording


def fetch_of_call(switch: Switch, ask: Ask) -> web.Response:
    """`GET Calls/{CA}/Recordings/{RE}.json`."""
    return found(show_of_call(_one(switch, ask)))


def fetch_of_room(switch: Switch, ask: Ask) -> web.Response:
    """`GET Conferences/{CF}/Recordings/{RE}.json`."""
    return found(show_of_room(_one(switch, ask)))


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Recordings/{RE}.json`."""
    return found(show(_one(switch, ask), ask.origin))


def _changed(switch: Switch, ask: Ask, statuses: tuple[str, ...]) -> Recording:
    status = ask.form.choice("Status", statuses)
    if status is None:
        raise refusals.missing_parameter("Status")
    pause = ask.form.choice("PauseBehavior", ("skip", "silence")) or "silence"
    return switch.recordings.update(ask.path["owner"], ask.path["sid"], status, pause)


def update_of_call(switch: Switch, ask: Ask) -> web.Response:
    """`POST Calls/{CA}/Recordings/{RE or Twilio.CURRENT}.json`."""
    return found(show_of_call(_changed(switch, ask, ("paused", "in-progress", "stopped"))))


def update_of_room(switch: Switch, ask: Ask) -> web.Response:
    """`POST Conferences/{CF}/Recordings/{RE or Twilio.CURRENT}.json`: a room's recording can't be stopped."""
    return found(show_of_room(_changed(switch, ask, ("paused", "in-progress"))))


def delete(switch: Switch, ask: Ask) -> web.Response:
    """`DELETE .../Recordings/{RE}.json`: only completed ones."""
    switch.recordings.delete(_one(switch, ask).sid)
    return deleted()


ENDPOINTS = (
    Endpoint("POST", "/{account}/Calls/{owner}/Recordings.json", start),
    Endpoint("GET", "/{account}/Calls/{owner}/Recordings.json", list_of_call),
    Endpoint("GET", "/{account}/Calls/{owner}/Recordings/{sid}.json", fetch_of_call),
    Endpoint("POST", "/{account}/Calls/{owner}/Recordings/{sid}.json", update_of_call),
    Endpoint("DELETE", "/{account}/Calls/{owner}/Recordings/{sid}.json", delete),
    Endpoint("GET", "/{account}/Conferences/{owner}/Recordings.json", list_of_room),
    Endpoint("GET", "/{account}/Conferences/{owner}/Recordings/{sid}.json", fetch_of_room),
    Endpoint("POST", "/{account}/Conferences/{owner}/Recordings/{sid}.json", update_of_room),
    Endpoint("DELETE", "/{account}/Conferences/{owner}/Recordings/{sid}.json", delete),
    Endpoint("GET", "/{account}/Recordings.json", list_all),
    Endpoint("GET", "/{account}/Recordings/{sid}.json", fetch),
    Endpoint("DELETE", "/{account}/Recordings/{sid}.json", delete),
)
