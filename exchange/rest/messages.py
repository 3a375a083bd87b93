"""Text messages: send, fetch, list, delete (contract 4.6)."""

from aiohttp import web

from exchange.errors import ExchangeError
from exchange.orders import SendMessage
from exchange.records import Message
from exchange.rest.addresses import normalised
from exchange.rest.endpoint import Ask, Endpoint, created, found
from exchange.rest.form import span
from exchange.rest.paging import page
from exchange.rest.segments import segments
from exchange.rest.shapes import VERSION, Json, subresources, uri, when
from exchange.switch import Switch

LONGEST_BODY = 1600
STATUS_EVENTS = ("queued", "sending", "sent", "delivered", "undelivered", "failed")


def show(message: Message) -> Json:
    """A message as JSON."""
    return {
        "body": message.body,
        "num_segments": str(segments(message.body)),
        "direction": message.direction,
        "from": message.from_number,
        "to": message.to_number,
        "date_updated": when(message.date_updated),
        "price": None,
        "error_message": message.error_message,
        "uri": uri(message.account_sid, "Messages", message.sid),
        "account_sid": message.account_sid,
        "num_media": "0",
        "status": message.status,
        "messaging_service_sid": None,
        "sid": message.sid,
        "date_sent": when(message.date_sent),
        "date_created": when(message.date_created),
        "error_code": message.error_code,
        "price_unit": "USD",
        "api_version": VERSION,
        "subresource_uris": subresources(message.account_sid, "Messages", message.sid, names={"media": "Media"}),
    }


def create(switch: Switch, ask: Ask) -> web.Response:
    """`POST Messages.json`: text only; pictures and messaging services are refused, not swallowed."""
    form = ask.form
    to = form.text("To")
    if to is None:
        raise ExchangeError(21604, "A 'To' phone number is required.")
    number = normalised(to)
    if number is None:
        raise ExchangeError(21211, f"Invalid 'To' Phone Number: {to}")
    body = form.text("Body", longest=LONGEST_BODY, code=21617)
    if form.text("MediaUrl"):
        raise ExchangeError(21620, "Invalid media URL(s): this exchange carries text only")
    if body is None:
        raise ExchangeError(21602, "Message body is required.")
    if form.text("SendAt") or form.text("ScheduleType"):
        raise ExchangeError(35118, "MessagingServiceSid is required to schedule a message")
    callback = form.url("StatusCallback", code=21609)
    order = SendMessage(
        from_number=_sender(switch, ask),
        to_number=number,
        body=body,
        status=form.status_hook("StatusCallback", STATUS_EVENTS, STATUS_EVENTS) if callback else None,
    )
    return created(show(switch.messages.send(order)))


def _sender(switch: Switch, ask: Ask) -> str:
    if ask.form.text("MessagingServiceSid"):
        raise ExchangeError(21701, "The messaging service does not exist", 404)
    given = ask.form.text("From")
    if given is None:
        raise ExchangeError(21603, "A 'From' phone number is required.")
    number = normalised(given)
    if number is None:
        raise ExchangeError(21212, f"Invalid From Number: {given}")
    if number not in switch.numbers:
        raise ExchangeError(21606, f"The 'From' phone number {given} is not a message-capable number of your account.")
    return number


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Messages/{Sid}.json`."""
    return found(show(switch.messages.get(ask.path["sid"])))


def list_messages(switch: Switch, ask: Ask) -> web.Response:
    """`GET Messages.json`: newest first."""
    query = ask.query
    to, sender, sent = query.text("To"), query.text("From"), span(query.fields, "DateSent")
    messages = [
        message
        for message in switch.messages.list()
        if (to is None or message.to_number in (to, normalised(to)))
        and (sender is None or message.from_number in (sender, normalised(sender)))
        and sent.holds(message.date_sent)
    ]
    return page(ask, "messages", messages, lambda message: message.sid, show)


ENDPOINTS = (
    Endpoint("POST", "/{account}/Messages.json", create),
    Endpoint("GET", "/{account}/Messages.json", list_messages),
    Endpoint("GET", "/{account}/Messages/{sid}.json", fetch),
)
