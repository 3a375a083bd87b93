"""A real exchange on a thread of its own: the switch and its HTTP server, on a clock that runs fast."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from exchange.rest import routes
from exchange.switch import Switch

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
    """One exchange serving on `port` until stopped."""

    def __init__(
        self, thread: LoopThread, make_switch: Callable[[str], Switch], port: int, api_keys: dict[str, str]
    ) -> None:
        self.thread = thread
        self.url = f"http://127.0.0.1:{port}"
        self.switch = thread.call(lambda: make_switch(self.url))
        self._runner = thread.run(self._serve(port, api_keys))

    async def _serve(self, port: int, api_keys: dict[str, str]) -> web.AppRunner:
        app = web.Application()
        app.add_routes(routes(self.switch, api_keys))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        return runner

    def stop(self) -> None:
        """Hang up on everybody and close."""
        self.thread.run(self._stop())

    async def _stop(self) -> None:
        await self._runner.cleanup()
        await self.switch.stop()
