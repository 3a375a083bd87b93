"""The account itself."""

from aiohttp import web

from exchange.rest.endpoint import Ask, Endpoint, found
from exchange.rest.shapes import subresources, uri, when
from exchange.switch import Switch

_SUBRESOURCES = {
    "calls": "Calls",
    "conferences": "Conferences",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "messages": "Messages",
    "queues": "Queues",
    "recordings": "Recordings",
}


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET Accounts/{Sid}.json`; `subresource_uris` names what the exchange has."""
    made = when(ask.opened)
    return found({
        "auth_token": switch.auth_token,
        "date_created": made,
        "date_updated": made,
        "friendly_name": "Telephone exchange",
        "owner_account_sid": ask.account_sid,
        "sid": ask.account_sid,
        "status": "active",
        "subresource_uris": subresources(ask.account_sid, names=_SUBRESOURCES),
        "type": "Full",
        "uri": uri(ask.account_sid),
    })  # fmt: skip


ENDPOINTS = (Endpoint("GET", "/{account}.json", fetch),)
