"""A line that remembers what the person did, when. Stands where the switch would."""

import asyncio
from collections.abc import Awaitable, Callable

from exchange.clock import Clock, fast_clock
from exchange.handset import Handset, Listening, Sound
from exchange.records import Call, Direction
from exchange.timeline import Timeline

SPEED = 100.0
GATHER = Listening("gather")
RECORD = Listening("record")


class FakeLine:
    """Notes acts as (seconds since it began, act); answering tells the handset, as the switch does."""

    def __init__(self, clock: Clock, handset: Handset, direction: Direction = "outbound-api", sid: str = "CA1") -> None:
        self.call = Call(sid, "AC1", "+33139753975", "+33639980001", direction)
        self.timeline = Timeline(clock)
        self.acts: list[tuple[float, str]] = []
        self._clock = clock
        self._began = clock.seconds()
        self._handset = handset

    def _note(self, act: str) -> None:
        self.acts.append((self._clock.seconds() - self._began, act))

    @property
    def done(self) -> list[str]:
        return [act for _, act in self.acts]

    def answer(self, *, machine: bool = False) -> None:
        self._note("answer by machine" if machine else "answer")
        self.call.status = "in-progress"
        self._handset.answered(self)

    def decline(self, how: str = "busy") -> None:
        self._note(f"decline {how}")
        self._end("busy")

    def press(self, keys: str) -> None:
        self._note(f"press {keys}")

    def speak(self, text: str, seconds: float | None = None, audio: bytes | None = None) -> None:
        self._note(f"say {text}")

    def hang_up(self) -> None:
        self._note("hang up")
        self._end("completed")

    def _end(self, status: str) -> None:
        self.call.status = status
        self._handset.ended(self, status, "")


def play(story: Callable[[Clock], Awaitable[None]], speed: float = SPEED) -> None:
    """Run a story on a clock of its own."""

    async def stage() -> None:
        await story(fast_clock(speed))

    asyncio.run(asyncio.wait_for(stage(), 20))


def said(seconds: float, text: str = "Bonjour") -> Sound:
    return Sound("say", text, seconds, "fr-FR")
