"""The exchange over HTTP: the carrier's REST API, the phones, and its own pages under `/exchange`."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from exchange import control
from exchange.clock import Clock
from exchange.config import Config
from exchange.faults import Faults
from exchange.handset import PhoneBook
from exchange.phones.book import Phones
from exchange.phones.routes import routes as phones_routes
from exchange.rest import routes as rest_routes
from exchange.switch import Switch

log = logging.getLogger(__name__)
SWITCH = web.AppKey("switch", Switch)
_API = "/2010-04-01/"
_BODY = 8 * 1024 * 1024
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(config: Config, phones: PhoneBook | None = None) -> web.Application:
    """The application, its switch under `app[SWITCH]`. Without `phones` those of `config.phones` are rung.

    Raises what the phones' file raises: its problems, OSError.
    """
    clock = config.make_clock()
    switch = Switch(config, phones or phones_of(config, clock), clock)
    app = web.Application(middlewares=[_rest_faults(switch.faults, switch)], client_max_size=_BODY)
    app[SWITCH] = switch
    app.cleanup_ctx.append(_running)
    app.add_routes(control.routes(switch))
    if isinstance(switch.phones, Phones):
        app.add_routes(phones_routes(switch))
    app.add_routes(rest_routes(switch, config.api_keys))
    return app


def phones_of(config: Config, clock: Clock) -> PhoneBook:
    """The phones the configuration names; without any, a book that phones can still register with."""
    return Phones(clock) if config.phones is None else Phones.from_file(config.phones, clock)


async def _running(app: web.Application) -> AsyncIterator[None]:
    await app[SWITCH].open()
    yield
    await app[SWITCH].close()


def _rest_faults(faults: Faults, switch: Switch) -> Callable[[web.Request, _Handler], Awaitable[web.StreamResponse]]:
    """What may go wrong between REST and its client, around the API's own handlers."""

    @web.middleware
    async def middleware(request: web.Request, handler: _Handler) -> web.StreamResponse:
        if not request.path.startswith(_API):
            return await handler(request)
        about = f"{request.method} {request.path}"
        late = faults.strike("rest_late", about)
        if late is not None:
            await switch.clock.sleep(late.seconds)
        if faults.strike("rest_429", about):
            return _refused(429, 20429, "Too Many Requests", {"Twilio-Concurrent-Requests": "100"})
        response = await handler(request)
        if faults.strike("rest_500_after_acting", about):
            return _refused(500, 20500, "Internal Server Error", {})
        if faults.strike("rest_drop_after_acting", about) and request.transport is not None:
            request.transport.abort()
        return response

    return middleware


def _refused(status: int, code: int, message: str, headers: dict[str, str]) -> web.Response:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers=headers)
