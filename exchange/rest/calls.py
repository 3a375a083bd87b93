"""Calls: create, fetch, list, change, delete (contract 4.1, 4.2)."""

import re
from dataclasses import replace

from aiohttp import web

from exchange.errors import ExchangeError
from exchange.orders import PlaceCall
from exchange.records import Call, Hook
from exchange.rest import refusals
from exchange.rest.addresses import caller_id, destination, normalised
from exchange.rest.detection import detection
from exchange.rest.endpoint import Ask, Endpoint, created, deleted, found
from exchange.rest.form import Form, span
from exchange.rest.paging import page
from exchange.rest.recording_order import recording_order
from exchange.rest.shapes import VERSION, Json, formatted, number_sid, subresources, uri, when
from exchange.switch import Switch

LONGEST_TWIML = 4000
LONGEST_TIMEOUT = 600
LONGEST_CALL = 86400
EVENTS = ("initiated", "ringing", "answered", "completed")
STATUSES = ("queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled")
_SUBRESOURCES = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def show(call: Call) -> Json:
    """A call as JSON."""
    own = call.to_number if call.direction == "inbound" else call.from_number
    return {
        "sid": call.sid,
        "date_created": when(call.date_created),
        "date_updated": when(call.date_updated),
        "parent_call_sid": call.parent_sid,
        "account_sid": call.account_sid,
        "to": call.to_number,
        "to_formatted": formatted(call.to_number),
        "from": call.from_number,
        "from_formatted": formatted(call.from_number),
        "phone_number_sid": number_sid(call.account_sid, own) if own.startswith("+") else None,
        "status": call.status,
        "start_time": when(call.start_time),
        "end_time": when(call.end_time),
        "duration": None if call.duration is None else str(call.duration),
        "price": None,
        "price_unit": "USD",
        "direction": call.direction,
        "answered_by": call.answered_by,
        "api_version": VERSION,
        "forwarded_from": call.forwarded_from,
        "group_sid": None,
        "caller_name": call.caller_name,
        "queue_time": str(call.queue_time_ms),
        "trunk_sid": None,
        "uri": uri(call.account_sid, "Calls", call.sid),
        "subresource_uris": subresources(call.account_sid, "Calls", call.sid, names=_SUBRESOURCES),
    }


def create(switch: Switch, ask: Ask) -> web.Response:
    """`POST Calls.json`."""
    form = ask.form
    caller = caller_id(switch, form.text("From"), forwarded=form.has("CallToken"))
    callee = destination(form.text("To"))
    document, twiml = _instructions(form)
    if document is None and not twiml:
        raise ExchangeError(21205, "Url parameter is required.")
    form.text("CallReason", longest=50)
    form.sid("Byoc", "BY")
    order = PlaceCall(
        from_number=caller,
        to_number=callee,
        document=document,
        twiml=twiml,
        fallback=form.hook("FallbackUrl", "FallbackMethod"),
        status=form.status_hook("StatusCallback", EVENTS, ("completed",)),
        timeout=float(form.integer("Timeout", 1, LONGEST_TIMEOUT, code=21208) or 60),
        time_limit=_seconds(form.integer("TimeLimit", 1, LONGEST_CALL)),
        send_digits=_send_digits(form),
        caller_id=_shown_number(form),
        detection=detection(form, "AsyncAmdStatusCallback", asynchronous=None),
        recording=recording_order(form, trim="trim-silence") if form.boolean("Record") else None,
    )
    call = switch.place(order)
    if order.status is not None and not order.status.events:
        switch.desk.alert(21626, "Invalid StatusCallbackEvents", switch.leg(call.sid), order.status.url)
    return created(show(call))


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Calls/{Sid}.json`."""
    return found(show(switch.get_call(ask.path["sid"])))


def list_calls(switch: Switch, ask: Ask) -> web.Response:
    """`GET Calls.json`: newest first."""
    query = ask.query
    to, caller = query.text("To"), query.text("From")
    status, parent = query.choice("Status", STATUSES), query.sid("ParentCallSid", "CA")
    started, over = span(query.fields, "StartTime"), span(query.fields, "EndTime")

    def wanted(call: Call) -> bool:
        return (
            (to is None or call.to_number in (to, normalised(to)))
            and (caller is None or call.from_number in (caller, normalised(caller)))
            and (status is None or call.status == status)
            and (parent is None or call.parent_sid == parent)
            # A call still queued has no start yet, but the search "did my timed-out create take?" must find it (4.0).
            and started.holds(call.start_time or call.date_created)
            and over.holds(call.end_time)
        )

    return page(ask, "calls", [call for call in reversed(switch.calls.values()) if wanted(call)], lambda c: c.sid, show)


def update(switch: Switch, ask: Ask) -> web.Response:
    """`POST Calls/{Sid}.json`: another document, an end, or other callbacks."""
    form, call = ask.form, switch.get_call(ask.path["sid"])
    status = form.choice("Status", ("canceled", "completed"))
    document, twiml = _instructions(form)
    fallback = form.hook("FallbackUrl", "FallbackMethod")
    callback = form.hook("StatusCallback", "StatusCallbackMethod")
    limit = form.integer("TimeLimit", 1, LONGEST_CALL)
    if call.ended:
        raise ExchangeError(21220, "Call is not in-progress. Cannot redirect.")
    if fallback is not None:
        call.fallback = fallback
    if callback is not None and call.status_hook is not None:
        call.status_hook = replace(call.status_hook, url=callback.url, method=callback.method)
    if limit is not None:
        _limit(switch, call, limit)
    if status is not None:
        switch.finish(call.sid, status)
    elif document is not None or twiml:
        switch.redirect(call.sid, document, twiml)
    return found(show(call))


def delete(switch: Switch, ask: Ask) -> web.Response:
    """`DELETE Calls/{Sid}.json`: forgets a call that is over; 20009 while it runs (K)."""
    call = switch.get_call(ask.path["sid"])
    if not call.ended:
        raise ExchangeError(20009, "Cannot delete this resource before it is complete", 409)
    del switch.calls[call.sid], switch.legs[call.sid]
    return deleted()


def _instructions(form: Form) -> tuple[Hook | None, str]:
    """The document to run: its address, or the TwiML itself where no address is given."""
    if form.text("ApplicationSid"):
        raise ExchangeError(21218, "Invalid ApplicationSid: this account has no TwiML applications")
    document = form.hook("Url", "Method")
    return document, "" if document is not None else form.text("Twiml", longest=LONGEST_TWIML) or ""


def _send_digits(form: Form) -> str:
    digits = form.text("SendDigits") or ""
    if digits and not re.fullmatch(r"[0-9A-Da-d#*wW]{1,32}", digits, re.ASCII):
        raise refusals.invalid_parameter("SendDigits", digits, 21206)
    return digits


def _shown_number(form: Form) -> str:
    shown = form.text("CallerId")
    if shown is None:
        return ""
    number = normalised(shown)
    if number is None:
        raise ExchangeError(21212, f"Invalid From Number (caller ID): {shown}")
    return number


def _limit(switch: Switch, call: Call, seconds: int) -> None:
    """The call lasts at most `seconds`, counted from when it was answered, or from now where it wasn't yet."""
    leg = switch.leg(call.sid)
    lasted = 0.0 if leg.answered_at is None else switch.clock.seconds() - leg.answered_at
    leg.limit(max(0.0, seconds - lasted), "time limit")


def _seconds(value: int | None) -> float | None:
    return None if value is None else float(value)


ENDPOINTS = (
    Endpoint("POST", "/{account}/Calls.json", create),
    Endpoint("GET", "/{account}/Calls.json", list_calls),
    Endpoint("GET", "/{account}/Calls/{sid}.json", fetch),
    Endpoint("POST", "/{account}/Calls/{sid}.json", update),
    Endpoint("DELETE", "/{account}/Calls/{sid}.json", delete),
)
