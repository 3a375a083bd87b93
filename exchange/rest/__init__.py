"""The carrier's REST API, version 2010-04-01, as far as a voice application uses it (contract 4).

One file a resource; each gives its `ENDPOINTS`. Handlers read a request, call the switch and show what it returns; they
decide nothing about calls themselves.
"""

from aiohttp import web

from exchange.rest import (
    accounts,
    calls,
    conferences,
    media,
    messages,
    participants,
    phone_numbers,
    queues,
    recordings,
    refusals,
)
from exchange.rest.endpoint import Gate
from exchange.rest.shapes import VERSION
from exchange.switch import Switch

_RESOURCES = (accounts, calls, recordings, media, queues, conferences, participants, messages, phone_numbers)


def routes(switch: Switch) -> list[web.RouteDef]:
    """The aiohttp routes of the whole API for one switch, to be added to an application last.

    An address that doesn't exist is 20404, a method it doesn't have 20004.
    """
    gate = Gate(switch)
    endpoints = [endpoint for resource in _RESOURCES for endpoint in resource.ENDPOINTS]
    paths = dict.fromkeys(endpoint.path for endpoint in endpoints)
    found: list[web.RouteDef] = []
    for path in paths:
        found += [gate.route(endpoint) for endpoint in endpoints if endpoint.path == path]
        found.append(gate.refuse(f"/{VERSION}/Accounts{path}", lambda _request: refusals.method_not_allowed()))
    found.append(gate.refuse(f"/{VERSION}/{{rest:.*}}", lambda request: refusals.no_such_address(request.path)))
    return found
