"""Plays documents on a leg, verb by verb, from one to the next until the call ends (contract 3.0).

A `Scene` says where a document runs: on the call itself, or inside a verb (waiting in a queue or a room, screening a
call).
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from exchange.handset import Sound
from exchange.leg import Goto, HungUp, Leg, Redirected
from exchange.twiml.dial import Dial
from exchange.twiml.enqueue import Enqueue
from exchange.twiml.gather import Gather
from exchange.twiml.hangup import Hangup
from exchange.twiml.leave import Leave
from exchange.twiml.model import Broken, Verb
from exchange.twiml.pause import Pause
from exchange.twiml.play import Play
from exchange.twiml.record import Record
from exchange.twiml.redirect import Redirect
from exchange.twiml.reject import Reject
from exchange.twiml.say import Say, spoken_seconds
from exchange.webhooks.client import FetchError
from exchange.webhooks.pages import Page

log = logging.getLogger(__name__)

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
_MOST_FALLBACKS = 10


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a document runs: which verbs may, and the error a forbidden one gets."""

    name: str
    verbs: frozenset[type[Verb]]
    code: int


_SOUNDS: frozenset[type[Verb]] = frozenset({Say, Play, Pause})
CALL = Scene("call", _SOUNDS | {Gather, Record, Dial, Enqueue, Redirect, Reject, Hangup, Leave}, 12200)
QUEUE_WAIT = Scene("wait", _SOUNDS | {Gather, Redirect, Hangup, Leave}, 14202)
ROOM_WAIT = Scene("room wait", _SOUNDS | {Redirect}, 13238)
SCREENING = Scene("screening", _SOUNDS | {Gather, Record, Redirect, Hangup, Reject}, 13201)
WHISPER = Scene("whisper", _SOUNDS | {Redirect}, 14210)


class Left(Exception):  # noqa: N818 - a state, not a failure
    """<Leave> was reached."""


class Player:
    """One leg's documents. `base` is the last document requested on the call itself."""

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.switch = leg.switch
        self.first_verb = True

    async def run(self, goto: Goto | None) -> None:
        """Play from `goto` to the end of the call. The leg is over when this returns."""
        error: FetchError | None = None
        fallbacks = 0
        while goto is not None:
            try:
                if error is not None:
                    fallbacks += 1
                    goto, error = await self._after(error, goto, fallbacks), None
                    continue
                page = await self.load(goto)
                goto = await self.play(page, CALL)
            except Redirected as redirected:
                goto, error = redirected.goto, None
            except FetchError as found:
                error = found
        self.leg.up()
        self.leg.end("completed", "the document ran out")

    async def _after(self, error: FetchError, goto: Goto, fallbacks: int) -> Goto | None:
        """Where a call goes whose document can't be had or run (contract 1.6)."""
        self.report(error)
        fallback = self.leg.call.fallback
        if fallback is not None and goto.kind != "fallback" and fallbacks <= _MOST_FALLBACKS:
            return Goto(fallback, extra=(("ErrorCode", str(error.code)), ("ErrorUrl", error.url)), kind="fallback")
        self.leg.up()
        length = spoken_seconds(APPLICATION_ERROR)
        self.leg.tell(Sound("say", APPLICATION_ERROR, length, "en-US", "woman"))
        await self.leg.wait(length)
        return None

    def report(self, error: FetchError) -> None:
        """Enter an error in the debugger, once."""
        if not error.reported:
            self.switch.desk.alert(error.code, error.message, self.leg, error.url)
            error.reported = True

    async def load(self, goto: Goto, fields: Callable[[], dict[str, str]] = dict) -> Page:
        """The document, asked for with the scene's `fields`.

        Raises FetchError and Interrupted; an answer that comes after an interruption is dropped.
        """
        if goto.document is not None:
            return Page(goto.document, None)
        if goto.hook is None:
            raise FetchError(11100, "nowhere to go", "")
        work = self.switch.desk.fetch(self.leg, goto.hook, fields() | dict(goto.extra), goto.kind)
        task = self.switch.desk.spawn(work, f"fetch {self.leg.call.sid}")
        task.add_done_callback(lambda _: self.leg.ring_bell())
        await self.leg.until(task.done)
        page: Page = task.result()
        return page

    async def play(self, page: Page, scene: Scene) -> Goto | None:
        """Perform the verbs; where the last leads to, None at the end of the document."""
        for verb in page.document.verbs:
            self.leg.check()
            name = type(verb).__name__
            if self.switch.faults.strike("hang_up_at_verb", name):
                self.leg.hang_up()
                raise HungUp
            if isinstance(verb, Broken):
                if verb.fatal:
                    error = FetchError(verb.problem.code, verb.problem.message, page.hook.url if page.hook else "")
                    error.reported = True
                    raise error
                continue
            if type(verb) not in scene.verbs:
                raise FetchError(
                    scene.code, f"<{name}> may not run in a {scene.name} document", page.hook.url if page.hook else ""
                )
            goto = await PERFORMERS[type(verb)](self, verb, page, scene)
            self.first_verb = False
            if goto is not None:
                return goto
        return None

    async def scene(self, goto: Goto, scene: Scene, fields: Callable[[], dict[str, str]] = dict) -> None:
        """Play a document inside a verb, and what it leads to, until one runs out. Each request adds `fields`."""
        onward: Goto | None = goto
        while onward is not None:
            onward = await self.play(await self.load(onward, fields), scene)

    def action(self, page: Page, action: str | None, method: str, kind: str, extra: dict[str, str]) -> Goto | None:
        """The request an `action` attribute asks for, None where it is absent."""
        if action is None:
            return None
        return Goto(page.resolve(action, method), extra=tuple(extra.items()), kind=kind)

    def owe(self, goto: Goto | None, *, redirected: bool = False) -> None:
        """Request an action whose answer nobody will run: the caller hung up, or REST sent the call elsewhere."""
        if goto is None or goto.hook is None:
            return
        # Measured: the interrupted verb's action comes some 0.3 s before the new URL (contract 4.2, M).
        late = redirected and self.switch.faults.strike("redirect_url_first", goto.kind) is not None
        self.switch.desk.ask_in_vain(self.leg, goto.hook, dict(goto.extra), goto.kind, 0.6 if late else 0.0)


Performer = Callable[[Player, Verb, Page, Scene], Awaitable[Goto | None]]
PERFORMERS: dict[type[Verb], Performer] = {}
