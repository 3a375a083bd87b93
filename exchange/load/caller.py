"""A caller of a load: presses the plan's keys, waits in line as long as their patience lasts, talks, hangs up."""

import asyncio
import random

from exchange.clock import Clock
from exchange.handset import Line, Listening, Sound
from exchange.load.plan import Arrival
from exchange.load.statistics import CallTrace
from exchange.phones.script import Script, Span, Step
from exchange.phones.scripted import Performance
from exchange.records import Call, CallStatus
from exchange.timeline import Entry


class LoadCaller:
    """A `Handset` for one call. `trace` is what became of it, kept up to date from the leg's timeline.

    Patience counts from the moment the call stands in line, which a person can't hear but the timeline tells.
    """

    def __init__(self, arrival: Arrival, clock: Clock) -> None:
        self.trace = CallTrace(arrival.label)
        self._arrival = arrival
        self._clock = clock
        script = Script(steps=tuple(Step(press=keys, when="gather") for keys in arrival.keys))
        self._performance = Performance(script, clock, random.Random(0))  # noqa: S311 - nothing in it is drawn
        self._timer: asyncio.TimerHandle | None = None

    def ringing(self, line: Line) -> None:
        """The call begins."""
        self.trace.sid = line.call.sid
        line.timeline.listeners.append(lambda entry: self._noted(line, entry))
        self._performance.ringing(line)

    def answered(self, line: Line) -> None:
        """The hotline answered."""
        self._performance.answered(line)

    def hears(self, line: Line, sound: Sound) -> None:
        """A sound begins."""
        self._performance.hears(line, sound)

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Keys are wanted, or no longer."""
        self._performance.asked(line, listening)

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Connected: from now on talk runs, not patience."""
        if peer is not None:
            if self.trace.called_ms is None and peer.date_created is not None:
                self.trace.called_ms = int(peer.date_created.timestamp() * 1000)
            self._hang_up_in(line, self._arrival.talk, "talked")
        self._performance.bridged(line, peer)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """The call is over."""
        if self._timer is not None:
            self._timer.cancel()
        self._performance.ended(line, status, reason)

    def _noted(self, line: Line, entry: Entry) -> None:
        self.trace.note(entry)
        if entry.kind == "queued" and self.trace.connected_ms is None and self._timer is None:
            self._hang_up_in(line, self._arrival.patience, "gave up")

    def _hang_up_in(self, line: Line, seconds: float, why: str) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._clock.real(seconds), self._hang_up, line, why)

    def _hang_up(self, line: Line, why: str) -> None:
        if not line.call.ended:
            self.trace.hung_up = why
            line.hang_up()


def agent_script(talk: Span | None = None) -> Script:
    """An agent of a load: picks up at once, accepts when asked, talks until the caller hangs up."""
    return Script(ring=Span(0.5, 1.5), steps=(Step(press="1", when="gather", after=Span(0.2, 0.6)),), talk=talk)
