"""A leg: one phone's connection to the exchange. It is the `Line` a phone drives, and what the players of documents
wait on.

One task runs a leg from its first ring to its end. It waits only through `until`, which every event of the leg wakes: a
key, a hang-up, a REST change, a partner's departure. Whoever ends the leg does so at once and synchronously (`end`);
the task notices at its next wait, unwinds, and sends what is still owed.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from exchange.handset import Handset, Listening, Sound
from exchange.records import Call, CallStatus, Hook
from exchange.tape import Tape
from exchange.timeline import Timeline
from exchange.twiml.model import Document
from exchange.twiml.say import spoken_seconds
from exchange.webhooks.client import Jar

if TYPE_CHECKING:
    from exchange.switch import Switch

log = logging.getLogger(__name__)
_DECLINED: dict[str, tuple[CallStatus, int]] = {
    "busy": ("busy", 486),
    "rejected": ("busy", 603),
    "unreachable": ("failed", 480),
}


@dataclass(frozen=True, slots=True)
class Taping:
    """A leg being recorded: its person's voice goes on `channel`, and with `heard` what the person hears on channel
    1.
    """

    tape: Tape
    channel: int = 0
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Goto:
    """Where a call goes next: a `hook` to request with `extra` fields, or a `document` given inline."""

    hook: Hook | None = None
    document: Document | None = None
    extra: tuple[tuple[str, str], ...] = ()
    kind: str = "document"


class Interrupted(Exception):  # noqa: N818 - a state of the leg, not a failure
    """Something ended a wait."""


class HungUp(Interrupted):
    """The leg is over."""


class Redirected(Interrupted):
    """REST sent the leg to another document."""

    def __init__(self, goto: Goto) -> None:
        super().__init__()
        self.goto = goto


class Ear(Protocol):
    """Who listens to a leg's person."""

    def key(self, key: str) -> None:
        """A key was pressed."""

    def words(self, text: str, seconds: float, audio: bytes | None) -> None:
        """Something was said."""


class Leg:
    """See the module. `ears` hear keys and words; `hearers` are the legs that hear this one speak."""

    def __init__(self, switch: "Switch", call: Call, handset: Handset) -> None:
        self.switch = switch
        self.call = call
        self.handset = handset
        self.timeline = Timeline(switch.clock)
        self.jar = Jar()
        self.answered_at: float | None = None
        self.machine = False
        self.ear: Ear | None = None
        self.hearers: Callable[[], list[Leg]] = list
        self.tapes: list[Taping] = []
        self.typed: list[str] = []
        self.sequence = 0
        self.peer_sid: str | None = None
        self.declined: CallStatus | None = None
        self.on_end: list[Callable[[], None]] = []
        self.task: asyncio.Task[None] | None = None
        self._redirect: Goto | None = None
        self._bell: asyncio.Future[None] | None = None
        self._watches: list[Callable[[], None]] = []
        self._limit: asyncio.TimerHandle | None = None

    # What its person does (Line).

    def answer(self, *, machine: bool = False) -> None:
        """Pick up a ringing leg."""
        if self.call.ended or self.call.direction == "inbound" or self.answered_at is not None:
            return
        if self.call.status != "ringing":
            return
        self.machine = machine
        self.up()

    def decline(self, how: Literal["busy", "rejected", "unreachable"] = "busy") -> None:
        """Refuse a ringing leg."""
        if not self.call.ended and self.answered_at is None:
            status, code = _DECLINED[how]
            self.call.sip_code = code
            self.end(status, f"declined: {how}")

    def press(self, keys: str) -> None:
        """Press keys one after the other; `w` waits half a second, `W` one."""
        for at, key in enumerate(keys):
            if self.call.ended:
                return
            if key in "wW":
                delay = self.switch.clock.real(0.5 if key == "w" else 1.0)
                asyncio.get_running_loop().call_later(delay, self.press, keys[at + 1 :])
                return
            self._press(key)

    def _press(self, key: str) -> None:
        self.timeline.add("pressed", key)
        for hearer in self.hearers():
            hearer.tell(Sound("digits", text=key, seconds=0.2, who=self.call.sid))
        if self.ear is not None:
            self.ear.key(key)
        elif self.switch.behaviour.type_ahead:
            self.typed.append(key)
        self.ring_bell()

    def speak(self, text: str, seconds: float | None = None, audio: bytes | None = None) -> None:
        """Say something for `seconds` (None: as long as the words take)."""
        if self.call.ended:
            return
        length = spoken_seconds(text) if seconds is None else seconds
        self.timeline.add("said", text, seconds=round(length, 2))
        now = self.switch.clock.seconds()
        for taping in self.tapes:
            taping.tape.add(taping.channel, now, length, audio)
        for hearer in self.hearers():
            hearer.tell(Sound("peer", text=text, seconds=length, who=self.call.sid), audio)
        if self.ear is not None:
            self.ear.words(text, length, audio)
        self.ring_bell()

    def hang_up(self) -> None:
        """Hang up, or give up before an answer."""
        if self.call.ended:
            return
        if self.call.direction != "inbound" and self.answered_at is None:
            self.decline("rejected")
            return
        # A caller who gives up before the exchange answered leaves a call that never was: `no-answer` (K).
        unanswered = self.call.direction == "inbound" and self.answered_at is None
        self.end("no-answer" if unanswered else "completed", "caller hung up" if self.inbound else "callee hung up")

    # What the exchange does with it.

    @property
    def inbound(self) -> bool:
        """Whether its person dialled in."""
        return self.call.direction == "inbound"

    @property
    def is_up(self) -> bool:
        """Answered and not over."""
        return self.answered_at is not None and not self.call.ended

    def up(self) -> None:
        """The leg is answered, now; nothing where it already is or is over."""
        if self.answered_at is not None or self.call.ended:
            return
        now = self.switch.clock.now()
        self.answered_at = self.switch.clock.seconds()
        self.call.status = "in-progress"
        self.call.start_time = self.call.date_updated = now
        self.timeline.add("answered", machine=self.machine)
        if not self.inbound:
            self.switch.status.send(self, "answered")
        self._call(self.handset.answered, self)
        self.ring_bell()

    def end(self, status: CallStatus, reason: str) -> None:
        """The leg is over, now and for good."""
        if self.call.ended:
            return
        now = self.switch.clock.now()
        self.call.status = status
        self.call.end_time = self.call.date_updated = now
        self.timeline.add("ended", reason, status=status)
        if self._limit is not None:
            self._limit.cancel()
        self.ear = None
        for leave in tuple(self.on_end):
            leave()
        self.switch.status.send(self, "completed")
        self._call(self.handset.ended, self, status, reason)
        self.ring_bell()

    def send_to(self, goto: Goto) -> None:
        """REST sends the leg elsewhere."""
        self.timeline.add("redirected", goto.hook.url if goto.hook else "inline TwiML")
        self._redirect = goto
        self.ring_bell()

    def limit(self, seconds: float, reason: str) -> None:
        """End the leg `seconds` from now, whatever limit it had before."""
        if self._limit is not None:
            self._limit.cancel()
        loop = asyncio.get_running_loop()
        self._limit = loop.call_later(self.switch.clock.real(seconds), self.end, "completed", reason)

    def tell(self, sound: Sound, audio: bytes | None = None) -> None:
        """The person hears something."""
        if self.call.ended:
            return
        length = round(sound.seconds, 2)
        self.timeline.add("heard", sound.text, sound=sound.kind, seconds=length, url=sound.url, who=sound.who)
        for taping in self.tapes:
            if taping.heard and sound.seconds and sound.kind in {"say", "play", "beep", "peer"}:
                taping.tape.add(1, self.switch.clock.seconds(), sound.seconds, audio)
        self._call(self.handset.hears, self, sound)

    def ask(self, listening: Listening | None, ear: Ear | None) -> None:
        """Input is wanted from now on, or no longer."""
        self.ear = ear
        if listening is not None:
            self.timeline.add("asked", listening.kind, timeout=listening.timeout, keys=listening.keys)
        if not self.call.ended:
            self._call(self.handset.asked, self, listening)

    def rings(self) -> None:
        """Called: it rings. Calling: it hears ringback."""
        self.timeline.add("ringing")
        self._call(self.handset.ringing, self)

    def is_bridged(self, peer: "Leg | None") -> None:
        """Talking with `peer` now, or (None) no longer."""
        self.peer_sid = None if peer is None else peer.call.sid
        if peer is not None:
            number = peer.call.from_number if peer.inbound else peer.call.to_number
            self.timeline.add("bridged", peer=peer.call.sid, number=number)
        else:
            self.timeline.add("unbridged")
        if not self.call.ended:
            self._call(self.handset.bridged, self, None if peer is None else peer.call)

    def _call(self, what: Callable[..., None], *args: object) -> None:
        """Tell the phone. A phone's fault is its own: it is logged and the call goes on."""
        try:
            what(*args)
        except Exception:
            log.exception("phone of %s failed in %s", self.call.sid, getattr(what, "__name__", what))

    # Waiting.

    def ring_bell(self) -> None:
        """Something happened: whoever waits looks again."""
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)

    def check(self) -> None:
        """Raise what interrupts: HungUp, Redirected, or what a watch raises (the outermost first)."""
        if self.call.ended:
            raise HungUp
        if self._redirect is not None:
            goto, self._redirect = self._redirect, None
            raise Redirected(goto)
        for watch in self._watches:
            watch()

    @contextmanager
    def watch(self, look: Callable[[], None]) -> Iterator[None]:
        """While inside, `look` is asked at every event and may raise to end the wait."""
        self._watches.append(look)
        try:
            yield
        finally:
            self._watches.remove(look)

    async def until(self, ready: Callable[[], bool] | None, seconds: float | None = None) -> bool:
        """Wait until `ready` (True) or `seconds` have passed (False). Raises Interrupted."""
        loop = asyncio.get_running_loop()
        deadline = None if seconds is None else loop.time() + self.switch.clock.real(seconds)
        while True:
            self.check()
            if ready is not None and ready():
                return True
            if deadline is not None and loop.time() >= deadline:
                return False
            self._bell = loop.create_future()
            timer = None if deadline is None else loop.call_at(deadline, self.ring_bell)
            try:
                await self._bell
            finally:
                self._bell = None
                if timer is not None:
                    timer.cancel()

    async def wait(self, seconds: float) -> None:
        """Let `seconds` pass. Raises Interrupted."""
        await self.until(None, seconds)
