"""A phone that does what its script says, on the exchange's clock. One `Performance` is one call of it."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta

from exchange.clock import Clock
from exchange.handset import Line, Listening, Sound
from exchange.phones.script import Script, ScriptedPhoneSpec, Span, Step, When
from exchange.records import Call, CallStatus

VOICEMAIL_SECONDS = 60.0
"""How long a voicemail listens to silence before it hangs up."""


class ScriptedPhone:
    """The phone behind a number: takes one call at a time, is busy to others. A `Handset`."""

    def __init__(self, spec: ScriptedPhoneSpec, clock: Clock) -> None:
        self.spec = spec
        self.calls = 0
        self._clock = clock
        self._chance = random.Random(f"{spec.seed}:{spec.number}")  # noqa: S311 - a rehearsed person, not a secret
        self._performance: Performance | None = None
        self._line: Line | None = None

    @property
    def busy(self) -> bool:
        """Whether it rings or is in a call."""
        return self._performance is not None

    @property
    def call_sid(self) -> str:
        """The leg it is in, or empty."""
        return self._line.call.sid if self._line else ""

    def ringing(self, line: Line) -> None:
        """Called: reacts as the script says."""
        if self._performance is not None:
            line.decline("busy")
            return
        self.calls += 1
        self._line = line
        self._performance = Performance(self.spec.script, self._clock, self._chance)
        self._performance.ringing(line)

    def answered(self, line: Line) -> None:
        """The leg is up."""
        if (on_stage := self._on(line)) is not None:
            on_stage.answered(line)

    def hears(self, line: Line, sound: Sound) -> None:
        """A sound begins."""
        if (on_stage := self._on(line)) is not None:
            on_stage.hears(line, sound)

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Input is wanted, or no longer."""
        if (on_stage := self._on(line)) is not None:
            on_stage.asked(line, listening)

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Talking with somebody, or no longer."""
        if (on_stage := self._on(line)) is not None:
            on_stage.bridged(line, peer)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """The leg is over: free for the next."""
        if (on_stage := self._on(line)) is not None:
            self._performance = None
            self._line = None
            on_stage.ended(line, status, reason)

    def _on(self, line: Line) -> "Performance | None":
        same = self._line is not None and self._line.call.sid == line.call.sid
        return self._performance if same else None


class Performance:
    """One call of a scripted person, as caller or as called. A `Handset` for exactly one leg."""

    def __init__(self, script: Script, clock: Clock, chance: random.Random) -> None:
        self.script = script
        self._clock = clock
        self._chance = chance
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._answered = False
        self._started = False
        self._peer: Call | None = None
        self._was_bridged = False
        self._listening: Listening | None = None
        self._asked = 0
        self._served = 0
        self._quiet_at: datetime | None = None

    def ringing(self, line: Line) -> None:
        """A called phone rings and reacts; a calling one hears ringback and goes through its steps."""
        if self.script.limit is not None:
            self._spawn(self._hang_up_after(line, self.script.limit))
        if line.call.direction == "inbound":
            self._begin(line)
        else:
            self._spawn(self._react(line))

    def answered(self, line: Line) -> None:
        """The leg is up: the steps begin."""
        self._answered = True
        self._begin(line)
        self._changed.set()

    def hears(self, line: Line, sound: Sound) -> None:
        """Keeps track of when what is being said will have been said."""
        del line
        self._quiet_at = self._clock.now() + timedelta(seconds=sound.seconds)
        self._changed.set()

    def asked(self, line: Line, listening: Listening | None) -> None:
        """A gather or recording opens or closes."""
        del line
        self._listening = listening
        if listening is not None:
            self._asked += 1
            self._quiet_at = self._quiet_at or self._clock.now()
        self._changed.set()

    def bridged(self, line: Line, peer: Call | None) -> None:
        """The talk begins, or is over."""
        self._peer = peer
        if peer is not None and not self._was_bridged:
            self._was_bridged = True
            if self.script.talk is not None:
                self._spawn(self._hang_up_after(line, self.script.talk))
        self._changed.set()

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """The leg is over: whatever the person still had in mind is dropped."""
        del line, status, reason
        for task in self._tasks:
            task.cancel()

    def _begin(self, line: Line) -> None:
        if not self._started:
            self._started = True
            self._spawn(self._perform(line))

    async def _react(self, line: Line) -> None:
        reaction = self.script.react(self._chance)
        await self._clock.sleep(self.script.ring.draw(self._chance))
        match reaction:
            case "answer":
                line.answer()
            case "voicemail":
                self._started = True  # nobody is there: no step of the script is done
                line.answer(machine=True)
                line.speak(self.script.greeting)
                await self._clock.sleep(VOICEMAIL_SECONDS)
                line.hang_up()
            case "busy":
                line.decline("busy")
            case "decline":
                line.decline("rejected")
            case "unreachable":
                line.decline("unreachable")
            case "ring":
                pass

    async def _perform(self, line: Line) -> None:
        for step in self.script.steps:
            await self._moment(step.when)
            await self._clock.sleep(step.after.draw(self._chance))
            self._act(line, step)
        if self.script.patience is not None:
            await self._clock.sleep(self.script.patience.draw(self._chance))
            if self._peer is None and not self._was_bridged:
                line.hang_up()

    def _act(self, line: Line, step: Step) -> None:
        if step.press:
            line.press(step.press)
        elif step.say:
            line.speak(step.say, step.seconds)
        elif step.hang_up:
            line.hang_up()

    async def _moment(self, when: When) -> None:
        match when:
            case "now":
                return
            case "answered":
                await self._until(lambda: self._answered)
            case "bridged":
                await self._until(lambda: self._peer is not None)
            case "gather" | "quiet":
                await self._until(lambda: self._open("gather"))
                self._served = self._asked
                if when == "quiet":
                    await self._silence()
            case "record":
                await self._until(lambda: self._open("record"))
                self._served = self._asked

    def _open(self, kind: str) -> bool:
        return self._listening is not None and self._listening.kind == kind and self._asked > self._served

    async def _silence(self) -> None:
        """Until no prompt is being said, or the gather is over."""
        asked = self._asked
        while self._asked == asked and self._listening is not None:
            left = (self._quiet_at - self._clock.now()).total_seconds() if self._quiet_at else 0.0
            if left <= 0:
                return
            await self._clock.sleep(left + 0.1)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    async def _hang_up_after(self, line: Line, span: Span) -> None:
        await self._clock.sleep(span.draw(self._chance))
        line.hang_up()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
