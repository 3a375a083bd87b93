"""Queues and their members (contract 4.3)."""

from datetime import datetime

from aiohttp import web

from exchange.records import Member, Queue
from exchange.rest import refusals
from exchange.rest.endpoint import Ask, Endpoint, created, deleted, found
from exchange.rest.paging import page
from exchange.rest.shapes import Json, uri, when
from exchange.switch import Switch

LONGEST_NAME = 64
LARGEST = 5000


def show(queue: Queue) -> Json:
    """A queue as JSON."""
    return {
        "date_updated": when(queue.date_updated),
        "current_size": len(queue.members),
        "friendly_name": queue.friendly_name,
        "uri": uri(queue.account_sid, "Queues", queue.sid),
        "account_sid": queue.account_sid,
        "average_wait_time": queue.average_wait_time,
        "sid": queue.sid,
        "date_created": when(queue.date_created),
        "max_size": queue.max_size,
    }


def show_member(queue: Queue, member: Member, position: int, now: datetime) -> Json:
    """A waiting call as JSON; `wait_time` in seconds."""
    return {
        "call_sid": member.call_sid,
        "date_enqueued": when(member.date_enqueued),
        "position": position,
        "uri": uri(queue.account_sid, "Queues", queue.sid, "Members", member.call_sid),
        "wait_time": max(0, int((now - member.date_enqueued).total_seconds())),
        "queue_sid": queue.sid,
    }


def create(switch: Switch, ask: Ask) -> web.Response:
    """`POST Queues.json`."""
    name = ask.form.text("FriendlyName", longest=LONGEST_NAME, code=22000)
    if name is None:
        raise refusals.missing_parameter("FriendlyName", 22000)
    return created(show(switch.queues.create(name, ask.form.integer("MaxSize", 1, LARGEST))))


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Queues/{Sid}.json`: by SID only."""
    return found(show(switch.queues.get(ask.path["sid"])))


def list_queues(switch: Switch, ask: Ask) -> web.Response:
    """`GET Queues.json`: newest first."""
    return page(ask, "queues", switch.queues.list(), lambda queue: queue.sid, show)


def update(switch: Switch, ask: Ask) -> web.Response:
    """`POST Queues/{Sid}.json`."""
    name = ask.form.text("FriendlyName", longest=LONGEST_NAME, code=22000)
    size = ask.form.integer("MaxSize", 1, LARGEST)
    return found(show(switch.queues.update(ask.path["sid"], name, size)))


def delete(switch: Switch, ask: Ask) -> web.Response:
    """`DELETE Queues/{Sid}.json`: only an empty one (K)."""
    switch.queues.delete(ask.path["sid"])
    return deleted()


def list_members(switch: Switch, ask: Ask) -> web.Response:
    """`GET Members.json`: front first."""
    queue = switch.queues.get(ask.path["sid"])
    standing = list(enumerate(switch.queues.members(queue.sid), start=1))
    return page(
        ask,
        "queue_members",
        standing,
        lambda place: place[1].call_sid,
        lambda place: show_member(queue, place[1], place[0], ask.now),
    )


def fetch_member(switch: Switch, ask: Ask) -> web.Response:
    """`GET Members/{CallSid or Front}.json`."""
    queue = switch.queues.get(ask.path["sid"])
    member, position = switch.queues.member(queue.sid, ask.path["who"])
    return found(show_member(queue, member, position, ask.now))


def dequeue(switch: Switch, ask: Ask) -> web.Response:
    """`POST Members/{CallSid or Front}.json`: the member leaves and runs `Url`."""
    queue = switch.queues.get(ask.path["sid"])
    document = ask.form.hook("Url", "Method")
    if document is None:
        raise refusals.missing_parameter("Url", 21205)
    member, position = switch.queues.dequeue(queue.sid, ask.path["who"], document)
    return found(show_member(queue, member, position, ask.now))


ENDPOINTS = (
    Endpoint("POST", "/{account}/Queues.json", create),
    Endpoint("GET", "/{account}/Queues.json", list_queues),
    Endpoint("GET", "/{account}/Queues/{sid}.json", fetch),
    Endpoint("POST", "/{account}/Queues/{sid}.json", update),
    Endpoint("DELETE", "/{account}/Queues/{sid}.json", delete),
    Endpoint("GET", "/{account}/Queues/{sid}/Members.json", list_members),
    Endpoint("GET", "/{account}/Queues/{sid}/Members/{who}.json", fetch_member),
    Endpoint("POST", "/{account}/Queues/{sid}/Members/{who}.json", dequeue),
)
