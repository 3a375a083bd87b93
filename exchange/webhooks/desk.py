"""The webhook desk: builds, sends and records every request of a leg, controls and notices apart (contract section
6).
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Protocol

from exchange.behaviour import Behaviour
from exchange.clock import Clock
from exchange.faults import Faults
from exchange.ids import Ids
from exchange.records import Alert, Call, Hook
from exchange.timeline import Timeline
from exchange.webhooks.client import FetchError, Jar, Reply, Tokens, WebhookClient
from exchange.webhooks.fields import voice_fields
from exchange.webhooks.pages import Page, page

log = logging.getLogger(__name__)
_TOO_MANY_RECENT = 5000
_UNKNOWN_FIELDS = {"XFutureParameter": "1", "Zeta": "é", "alpha": ""}


class Caller(Protocol):
    """What the desk needs of a leg."""

    call: Call
    timeline: Timeline
    jar: Jar


@dataclass(slots=True)
class WebhookDesk:
    """Sends for the whole exchange. `alerts` is the debugger: the newest last, the oldest dropped."""

    client: WebhookClient
    clock: Clock
    ids: Ids
    faults: Faults
    behaviour: Callable[[], Behaviour]
    geo: Mapping[str, Mapping[str, str]]
    alerts: list[Alert] = field(default_factory=list)
    requests: int = 0
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set, repr=False)
    _held: dict[str, asyncio.Event] = field(default_factory=dict, repr=False)

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `work` in the background, kept until it ends; what it raises is logged."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, FetchError):
            log.error("exchange task %s failed", task.get_name(), exc_info=error)

    async def stop(self) -> None:
        """Cancel what still runs."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def alert(
        self, code: int, message: str, leg: Caller | None = None, url: str = "", *, warning: bool = False
    ) -> None:
        """Enter something in the debugger, and in the leg's timeline."""
        sid = "" if leg is None else leg.call.sid
        level = "warning" if warning else "error"
        self.alerts.append(Alert(self.clock.now(), code, "warning" if warning else "error", message, sid, url))
        if len(self.alerts) > _TOO_MANY_RECENT:
            del self.alerts[: _TOO_MANY_RECENT // 10]
        if leg is not None:
            leg.timeline.add("alert", message, code=code, level=level, url=url)

    def fields(self, leg: Caller) -> dict[str, str]:
        """The leg's standard fields, as of now."""
        return voice_fields(leg.call, self.geo, with_geo=not self.faults.strike("geo_missing", leg.call.sid))

    async def fetch(self, leg: Caller, hook: Hook, extra: Mapping[str, str], kind: str) -> Page:
        """Request a document. Raises FetchError; every problem in it is already in the debugger."""
        form = self.fields(leg) | dict(extra)
        if self.faults.strike("parameters_extra", kind):
            form |= _UNKNOWN_FIELDS
        tokens = Tokens(self.ids.token(), self.behaviour().shared_idempotency_token)
        started = self.clock.now_ms()
        try:
            await self._before(hook, form, leg, kind, tokens)
            reply = await self._send(hook, form, leg.jar, tokens)
            self._after(hook, kind)
            found = page(reply, empty_is_error=self.behaviour().empty_answer == "error")
        except FetchError as error:
            self._log(leg, hook, kind, started=started, reply=None, error=error.message, extra=extra)
            self.alert(error.code, error.message, leg, error.url)
            error.reported = True
            raise
        self._log(leg, hook, kind, started=started, reply=reply, error="", extra=extra)
        for problem in found.document.problems:
            self.alert(problem.code, problem.message, leg, reply.url, warning=problem.level == "warning")
        return found

    async def _before(self, hook: Hook, form: dict[str, str], leg: Caller, kind: str, tokens: Tokens) -> None:
        """What faults do before a control request."""
        late = self.faults.strike("control_late", kind)
        if late is not None:
            await self.clock.sleep(late.seconds)
        if self.faults.strike("control_timeout", kind):
            await asyncio.sleep(self.clock.limit(15.0))
            raise FetchError(11205, "no answer within 15 s (fault)", hook.url, "rt")
        if self.faults.strike("control_twice", kind):
            await self._send(hook, form, leg.jar, tokens)

    def _after(self, hook: Hook, kind: str) -> None:
        """What faults do to an answer."""
        if self.faults.strike("control_response_lost", kind):
            raise FetchError(11205, "the answer was lost (fault)", hook.url, "rt")

    async def _send(self, hook: Hook, form: Mapping[str, str], jar: Jar, tokens: Tokens) -> Reply:
        self.requests += 1
        return await self.client.send(hook, form, jar, tokens)

    def _log(
        self,
        leg: Caller,
        hook: Hook,
        kind: str,
        *,
        started: int,
        reply: Reply | None,
        error: str,
        extra: Mapping[str, str],
    ) -> None:
        leg.timeline.add(
            "requested",
            kind,
            url=hook.url,
            method=hook.method,
            status=0 if reply is None else reply.status,
            ms=self.clock.now_ms() - started,
            error=error,
            fields=" ".join(f"{name}={value}" for name, value in extra.items()),
        )

    def ask_in_vain(self, leg: Caller, hook: Hook, extra: Mapping[str, str], kind: str, after: float = 0.0) -> None:
        """Request a document nobody will run: the action of a verb whose call has gone elsewhere."""
        self.spawn(self._ask_in_vain(leg, hook, extra, kind, after), f"{kind} {leg.call.sid}")

    async def _ask_in_vain(self, leg: Caller, hook: Hook, extra: Mapping[str, str], kind: str, after: float) -> None:
        if after:
            await self.clock.sleep(after)
        try:
            await self.fetch(leg, hook, extra, kind)
        except FetchError:
            return  # the debugger has it, and there is no call left to fall back on

    def notify(
        self, hook: Hook, form: Mapping[str, str], kind: str, leg: Caller | None = None, error_code: int = 15003
    ) -> None:
        """Send a callback whose answer's body is ignored; 4xx and 5xx are a warning. `kind` as faults know it."""
        self.spawn(self._notify(hook, dict(form), kind, leg, error_code), f"notice {kind}")

    async def _notify(self, hook: Hook, form: dict[str, str], kind: str, leg: Caller | None, error_code: int) -> None:
        if self.faults.strike("notice_lost", kind):
            if leg is not None:
                leg.timeline.add("notice", kind, url=hook.url, lost=True)
            return
        if self.faults.strike("parameters_extra", kind):
            form |= _UNKNOWN_FIELDS
        await self._hold_back(kind, leg)
        tokens = Tokens(self.ids.token(), self.behaviour().shared_idempotency_token)
        for _ in range(2 if self.faults.strike("notice_twice", kind) else 1):
            await self._notify_once(hook, form, kind, leg, tokens=tokens, error_code=error_code)

    async def _hold_back(self, kind: str, leg: Caller | None) -> None:
        late = self.faults.strike("notice_late", kind)
        if late is not None:
            await self.clock.sleep(late.seconds)
        key = "" if leg is None else leg.call.sid
        held = self._held.pop(key, None)
        if held is not None:
            # Let this one out first, then the one that waited for it.
            asyncio.get_running_loop().call_later(self.clock.real(0.5), held.set)
            return
        reordered = self.faults.strike("notice_reordered", kind)
        if reordered is not None:
            gate = self._held[key] = asyncio.Event()
            try:
                await asyncio.wait_for(gate.wait(), self.clock.real(reordered.seconds or 10.0))
            except TimeoutError:
                self._held.pop(key, None)

    async def _notify_once(
        self, hook: Hook, form: dict[str, str], kind: str, leg: Caller | None, *, tokens: Tokens, error_code: int
    ) -> None:
        jar = Jar() if leg is None else leg.jar
        status, trouble = 0, ""
        try:
            reply = await self._send(hook, form, jar, tokens)
            status = reply.status
        except FetchError as error:
            trouble = error.message
            self.alert(error.code, error.message, leg, error.url)
        if status >= HTTPStatus.BAD_REQUEST:
            self.alert(error_code, f"HTTP {status} on a {kind} callback", leg, hook.url, warning=True)
        if leg is not None:
            event = form.get("StatusCallbackEvent") or form.get("CallStatus") or form.get("RecordingStatus") or ""
            leg.timeline.add("notice", kind, url=hook.url, status=status, event=event, error=trouble)


def rfc2822(moment: datetime) -> str:
    """A Timestamp as callbacks carry it: `Mon, 02 Mar 2026 21:10:00 +0000`."""
    return format_datetime(moment)
