"""The exchange over HTTP: the carrier's REST API, the phones, and its own pages under `/exchange`."""

import logging
from collections.abc import AsyncIterator

from aiohttp import web

from exchange import control
from exchange.clock import Clock
from exchange.config import Config
from exchange.handset import PhoneBook
from exchange.phones.book import Phones
from exchange.phones.routes import routes as phones_routes
from exchange.rest import routes as rest_routes
from exchange.switch import Switch

log = logging.getLogger(__name__)
SWITCH = web.AppKey("switch", Switch)
_BODY = 8 * 1024 * 1024


def make_app(config: Config, phones: PhoneBook | None = None) -> web.Application:
    """The application, its switch under `app[SWITCH]`. Without `phones` those of `config.phones` are rung.

    Raises what the phones' file raises: its problems, OSError.
    """
    clock = config.make_clock()
    switch = Switch(config, phones or phones_of(config, clock), clock)
    app = web.Application(client_max_size=_BODY)
    app[SWITCH] = switch
    app.cleanup_ctx.append(_running)
    app.add_routes(control.routes(switch))
    if isinstance(switch.phones, Phones):
        app.add_routes(phones_routes(switch))
    app.add_routes(rest_routes(switch))
    return app


def phones_of(config: Config, clock: Clock) -> PhoneBook:
    """The phones the configuration names; without any, a book that phones can still register with."""
    return Phones(clock) if config.phones is None else Phones.from_file(config.phones, clock)


async def _running(app: web.Application) -> AsyncIterator[None]:
    await app[SWITCH].open()
    yield
    await app[SWITCH].close()
