"""`/events`: server-sent events for the console, as a Starlette application.

A stream begins with a `snapshot` of everything live, or, for a browser that comes back with the id of the last message
it saw, with what it missed. Then come `call`, `captions`, `ended`, `gone`, `queue`, `agent` and `store` as they happen
(`ivr/core/live.py`), `lines` where anything in a line changed, and a comment every 15 s. It ends with `bye` and a
reason where the session is over.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ivr.services.clock import Clock
from ivr.store.redis.keys import Keys
from ivr.web.stream.admission import Admission, Admitted
from ivr.web.stream.fanout import Fanout, Listener, Numbered
from ivr.web.stream.watch import Watch

log = structlog.stdlib.get_logger(__name__)

STREAMS = 1_000
STREAMS_EACH = 20
PING_SECONDS = 15
_SESSIONS_SECONDS = 1.0
_RETRY_MS = 2_000
_GOODBYE_SECONDS = 0.3


@dataclass(slots=True)
class Streams:
    """Everything one process of event streams holds."""

    admission: Admission
    fanout: Fanout
    watch: Watch
    each: int = STREAMS_EACH
    total: int = STREAMS

    async def events(self, request: Request) -> Response:
        """One stream, or the reason why not."""
        try:
            admitted = await self.admission.admit(request.cookies)
        except (RedisError, OSError):
            return _refused(503, "The store does not answer.")
        if not isinstance(admitted, Admitted):
            return _refused(admitted, "Sign in first." if admitted == 401 else "Your role may not watch calls.")  # noqa: PLR2004
        mine = sum(listener.account == admitted.account for listener in self.fanout.listeners)
        if self.fanout.closed or len(self.fanout.listeners) >= self.total or mine >= self.each:
            return _refused(503, "Too many streams are open.")
        listener = Listener(admitted.session_key, admitted.account)
        last_id = request.headers.get("last-event-id") or request.query_params.get("after", "")
        try:
            first = await self.watch.join(listener, last_id)
        except TimeoutError:
            return _refused(503, "The store does not answer.")
        return EventSourceResponse(
            self._stream(listener, first),
            ping=PING_SECONDS,
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            cleanup_timeout=None,
        )

    async def _stream(self, listener: Listener, first: list[Numbered]) -> AsyncIterator[ServerSentEvent]:
        try:
            for message in first:
                yield _event(message)
            while (following := await listener.queue.get()) is not None:
                yield _event(following)
            if listener.reason:
                yield ServerSentEvent(data=f'{{"reason":"{listener.reason}"}}', event="bye")
        finally:
            self.watch.leave(listener)

    async def check_sessions(self) -> None:
        """End the streams of sessions that are over, within about a second."""
        while True:
            await asyncio.sleep(_SESSIONS_SECONDS)
            if not self.fanout.listeners:
                continue
            with contextlib.suppress(
                RedisError, OSError
            ):  # the store is away: the reader says so; nobody is thrown out
                dead = await self.admission.dead(listener.session_key for listener in self.fanout.listeners)
                for listener in tuple(self.fanout.listeners):
                    if listener.session_key in dead:
                        self.fanout.end(listener, "signed-out")


def make_app(*, redis_url: str, web_origins: list[str], secure: bool, clock: Clock, keys: Keys) -> Starlette:
    """The application. `web_origins` are the origins of the console, the only ones that may read a stream."""
    fanout = Fanout()
    redis: Redis = Redis.from_url(redis_url, socket_timeout=3, socket_connect_timeout=1, max_connections=8)
    streams = Streams(Admission(redis, keys, secure=secure), fanout, Watch(redis, keys, clock, fanout))

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        tasks = [asyncio.create_task(streams.watch.run()), asyncio.create_task(streams.check_sessions())]
        for task in tasks:
            task.add_done_callback(_stopped)
        _end_before_exit(fanout)
        try:
            yield
        finally:
            fanout.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await redis.aclose()

    return Starlette(
        routes=[Route("/events", streams.events), Route("/healthz", _healthz)],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=web_origins,
                allow_methods=["GET"],
                allow_headers=["Last-Event-ID", "Cache-Control"],
                allow_credentials=True,
            )
        ],
        lifespan=lifespan,
    )


def _end_before_exit(fanout: Fanout) -> None:
    """On SIGTERM end the streams first: a server that stops gracefully waits for them, and they never end.

    The server's own handler is then reached by SIGINT, which it treats alike (granian stops a worker by SIGTERM).
    """
    loop = asyncio.get_running_loop()

    def terminate() -> None:
        fanout.close()
        loop.call_later(_GOODBYE_SECONDS, signal.raise_signal, signal.SIGINT)

    loop.add_signal_handler(signal.SIGTERM, terminate)


def _stopped(task: "asyncio.Task[None]") -> None:
    """A background task only ends by being cancelled: without it streams would be silent, so the process goes too."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the event streams can't go on", exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def _healthz(request: Request) -> Response:
    del request
    return PlainTextResponse("ok\n")


def _event(message: Numbered) -> ServerSentEvent:
    return ServerSentEvent(data=message.data, event=message.event, id=message.id, retry=_RETRY_MS)


def _refused(status: int, reason: str) -> Response:
    return PlainTextResponse(reason + "\n", status, headers={"Cache-Control": "no-store"})
