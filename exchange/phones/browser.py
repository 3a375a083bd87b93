"""The browser phone's end of its WebSocket (`protocol.md`, "Socket"): one phone with one call at a time and, if wanted,
a number by which it can be rung.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from exchange.handset import Line, Listening, Sound
from exchange.phones.book import NumberTaken
from exchange.phones.decode import NUMBER
from exchange.phones.desk import Desk
from exchange.phones.traced import TracedCall, TracedLine, audio_of
from exchange.records import Call, CallStatus


class Misuse(Exception):  # noqa: N818 - what the page did
    """A message that makes no sense now; told to the page in words."""


class BrowserSocket:
    """Serves one connection. As a `Handset` it is the phone behind the registered number."""

    def __init__(self, desk: Desk, socket: web.WebSocketResponse) -> None:
        self._desk = desk
        self._socket = socket
        self._number = ""
        self._sid = ""
        self._call: TracedCall | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._verbs: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "register": self._register,
            "unregister": self._unregister,
            "dial": self._dial,
            "answer": self._answer,
            "decline": self._decline,
            "press": self._press,
            "speak": self._speak,
            "hang_up": self._hang_up,
        }

    async def serve(self) -> None:
        """Until the connection closes; a call it is in ends with it, like a phone out of battery."""
        await self._send({"type": "ready", **self._offer()})
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    await self._send(self._obey(message.data))
        finally:
            self._leave()

    # --- the phone, as the switch sees it -------------------------------------------------------------------------
    def ringing(self, line: Line) -> None:
        """Rung by its number: busy while in a call."""
        if self._busy:
            line.decline("busy")
            return
        traced = TracedCall(self._desk.switch.clock, self._desk.phones)
        self._take(line.call.sid, traced)
        traced.ringing(line)

    def answered(self, line: Line) -> None:
        """The leg is up."""
        if (traced := self._of(line)) is not None:
            traced.answered(line)

    def hears(self, line: Line, sound: Sound) -> None:
        """A sound begins."""
        if (traced := self._of(line)) is not None:
            traced.hears(line, sound)

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Input is wanted, or no longer."""
        if (traced := self._of(line)) is not None:
            traced.asked(line, listening)

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Talking, or no longer."""
        if (traced := self._of(line)) is not None:
            traced.bridged(line, peer)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """The leg is over."""
        if (traced := self._of(line)) is not None:
            traced.ended(line, status, reason)

    # --- what the page asks for -----------------------------------------------------------------------------------
    def _obey(self, text: str) -> dict[str, Any] | None:
        try:
            message = json.loads(text)
            verb = self._verbs[message["type"]]
        except (ValueError, TypeError, KeyError):
            return {"type": "error", "text": f"not understood; send JSON with a type of {', '.join(self._verbs)}"}
        try:
            return verb(message)
        except Misuse as misuse:
            return {"type": "error", "text": str(misuse)}

    def _register(self, message: dict[str, Any]) -> dict[str, Any]:
        number, name = str(message.get("number", "")).strip(), str(message.get("name", "")).strip()
        if not NUMBER.fullmatch(number):
            raise Misuse(f"{number or 'nothing'} is no number to be rung by: write it as +33612345678 or client:name")
        try:
            self._desk.phones.register(number, name or number, self)
        except NumberTaken:
            raise Misuse(f"{number} is taken by another phone") from None
        if self._number and self._number != number:
            self._desk.phones.unregister(self._number, self)
        self._number = number
        return {"type": "registered", "number": number, "name": name or number}

    def _unregister(self, message: dict[str, Any]) -> dict[str, Any]:
        del message
        if self._number:
            self._desk.phones.unregister(self._number, self)
        self._number = ""
        return {"type": "registered", "number": "", "name": ""}

    def _dial(self, message: dict[str, Any]) -> None:
        if self._busy:
            raise Misuse("already in a call")
        to_number = str(message.get("to", "")).strip()
        if not to_number:
            raise Misuse("which number?")
        sid, traced = self._desk.place(str(message.get("from", "")).strip(), to_number)
        self._take(sid, traced)

    def _answer(self, message: dict[str, Any]) -> None:
        del message
        self._line().answer()

    def _decline(self, message: dict[str, Any]) -> None:
        del message
        self._line().decline("rejected")

    def _press(self, message: dict[str, Any]) -> None:
        keys = str(message.get("keys", ""))
        if not keys or set(keys) - set("0123456789*#ABCDwW"):
            raise Misuse("keys are 0-9 * # A-D")
        self._line().press(keys)

    def _speak(self, message: dict[str, Any]) -> None:
        text, audio, seconds = str(message.get("text", "")).strip(), message.get("audio"), message.get("seconds")
        try:
            wav = audio_of(audio) if isinstance(audio, str) and audio else None
        except ValueError as error:
            raise Misuse(str(error)) from error
        if not text and wav is None:
            raise Misuse("nothing was said")
        self._line().speak(text, float(seconds) if isinstance(seconds, int | float) else None, wav)

    def _hang_up(self, message: dict[str, Any]) -> None:
        del message
        self._line().hang_up()

    # --- in between -----------------------------------------------------------------------------------------------
    def _offer(self) -> dict[str, Any]:
        switch = self._desk.switch
        return {
            "numbers": [{"number": number.number, "name": number.friendly_name} for number in switch.numbers.values()],
            "speed": switch.clock.speed,
        }

    @property
    def _busy(self) -> bool:
        return self._call is not None and not self._call.transcript.over

    def _of(self, line: Line) -> TracedCall | None:
        return self._call if line.call.sid == self._sid else None

    def _line(self) -> TracedLine:
        if self._call is None or self._call.line is None:
            raise Misuse("no call")
        return self._call.line

    def _take(self, sid: str, traced: TracedCall) -> None:
        self._sid, self._call = sid, traced
        self._desk.keep(sid, traced)
        task = asyncio.get_running_loop().create_task(self._follow(sid, traced))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, sid: str, traced: TracedCall) -> None:
        async for entry in traced.transcript.follow():
            await self._send({"call_sid": sid, **entry.json()})
        if self._sid == sid:
            self._sid, self._call = "", None
        await self._send({"type": "summary", **self._desk.summary(sid, traced)})

    async def _send(self, message: dict[str, Any] | None) -> None:
        if message is not None and not self._socket.closed:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(json.dumps(message, ensure_ascii=False))

    def _leave(self) -> None:
        if self._number:
            self._desk.phones.unregister(self._number, self)
        if self._call is not None and self._call.line is not None:
            self._call.line.hang_up()
