"""A real exchange on a thread of its own: the switch and its HTTP server, on a clock that runs fast."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from exchange.config import Config
from exchange.handset import PhoneBook
from exchange.server import SWITCH, make_app

T = TypeVar("T")
LIMIT = 10.0


class LoopThread:
    """An event loop on a thread; tests call into it from theirs."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What a coroutine returns on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(LIMIT)

    def call(self, function: Callable[[], T]) -> T:
        """What a function returns when called on the loop."""

        async def called() -> T:
            return function()

        return self.run(called())

    def stop(self) -> None:
        """End the loop and its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(LIMIT)
        self.loop.close()


class ExchangeThread:
    """One exchange, served as `python -m exchange` serves it, until stopped. `listening` stays open."""

    def __init__(self, thread: LoopThread, config: Config, phones: PhoneBook, listening: socket.socket) -> None:
        self.thread = thread
        self.url = config.base_url
        app = thread.call(lambda: make_app(config, phones))
        self.switch = app[SWITCH]
        self._runner = thread.run(self._serve(app, listening.dup()))

    @staticmethod
    async def _serve(app: web.Application, listening: socket.socket) -> web.AppRunner:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.02)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        return runner

    def stop(self) -> None:
        """Hang up on everybody and close."""
        self.thread.run(self._runner.cleanup())
