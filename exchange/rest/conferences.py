"""Conferences: fetch, list, announce, end (contract 4.4). They are made by whoever joins first."""

from aiohttp import web

from exchange.records import Conference
from exchange.rest.endpoint import Ask, Endpoint, found
from exchange.rest.form import span
from exchange.rest.paging import page
from exchange.rest.shapes import VERSION, Json, subresources, uri, when
from exchange.switch import Switch

STATUSES = ("init", "in-progress", "completed")
_SUBRESOURCES = {"participants": "Participants", "recordings": "Recordings"}


def show(room: Conference) -> Json:
    """A conference as JSON."""
    return {
        "account_sid": room.account_sid,
        "date_created": when(room.date_created),
        "date_updated": when(room.date_updated),
        "api_version": VERSION,
        "friendly_name": room.friendly_name,
        "region": room.region,
        "sid": room.sid,
        "status": room.status,
        "uri": uri(room.account_sid, "Conferences", room.sid),
        "subresource_uris": subresources(room.account_sid, "Conferences", room.sid, names=_SUBRESOURCES),
        "reason_conference_ended": room.reason_ended,
        "call_sid_ending_conference": room.call_sid_ending,
    }


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Conferences/{Sid}.json`."""
    return found(show(switch.conferences.get(ask.path["sid"])))


def list_conferences(switch: Switch, ask: Ask) -> web.Response:
    """`GET Conferences.json`: newest first."""
    query = ask.query
    name, status = query.text("FriendlyName"), query.choice("Status", STATUSES)
    made, changed = span(query.fields, "DateCreated"), span(query.fields, "DateUpdated")
    rooms = [
        room
        for room in switch.conferences.list()
        if (name is None or room.friendly_name == name)
        and (status is None or room.status == status)
        and made.holds(room.date_created)
        and changed.holds(room.date_updated)
    ]
    return page(ask, "conferences", rooms, lambda room: room.sid, show)


def update(switch: Switch, ask: Ask) -> web.Response:
    """`POST Conferences/{Sid}.json`: say something to everybody, or end it."""
    form, room = ask.form, switch.conferences.get(ask.path["sid"])
    ends = form.choice("Status", ("completed",)) is not None
    announcement = form.hook("AnnounceUrl", "AnnounceMethod")
    if announcement is not None:
        room = switch.conferences.announce(room.sid, announcement)
    if ends:
        room = switch.conferences.end(room.sid)
    return found(show(room))


ENDPOINTS = (
    Endpoint("GET", "/{account}/Conferences.json", list_conferences),
    Endpoint("GET", "/{account}/Conferences/{sid}.json", fetch),
    Endpoint("POST", "/{account}/Conferences/{sid}.json", update),
)
