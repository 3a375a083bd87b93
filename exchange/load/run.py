"""A load under way: dials the plan's arrivals as their time comes."""

import asyncio
import contextlib
from typing import Any

from exchange.load.caller import LoadCaller
from exchange.load.plan import Plan
from exchange.load.statistics import CallTrace, summary
from exchange.switch import Switch


def at_once(speed: float) -> float:
    """Seconds of the exchange within which a free agent's phone is being called: a few, and a tenth of a real one."""
    return round(3.0 + 0.1 * speed, 1)


class LoadRun:
    """One plan being played. For use on the exchange's event loop."""

    def __init__(self, switch: Switch, plan: Plan) -> None:
        self.plan = plan
        self.late_seconds = 0.0
        self._switch = switch
        self._callers: list[LoadCaller] = []
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def calls(self) -> list[CallTrace]:
        """What became of the calls dialled so far."""
        return [caller.trace for caller in self._callers]

    @property
    def dialled_all(self) -> bool:
        """Whether every arrival has dialled."""
        return len(self._callers) == len(self.plan.arrivals)

    def start(self) -> None:
        """Begin to dial."""
        self._task = asyncio.get_running_loop().create_task(self._dial())

    async def stop(self) -> None:
        """Dial no further; calls that are up go on, and with their end the load is over."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def progress(self) -> dict[str, Any]:
        """Where it stands, as JSON: how far, when by the exchange's clock, and the figures so far."""
        return {
            "planned": len(self.plan.arrivals),
            "dialled_all": self.dialled_all,
            "over": (self.dialled_all or self._stopped) and all(call.ended_ms is not None for call in self.calls),
            "now": self._switch.clock.now().isoformat(),
            "latest_dial_seconds": round(self.late_seconds, 2),
            "at_once_seconds": at_once(self._switch.clock.speed),
            **summary(self.calls, at_once(self._switch.clock.speed)),
        }

    async def _dial(self) -> None:
        clock = self._switch.clock
        start = self.plan.start.timestamp()
        for arrival in self.plan.arrivals:
            ahead = start + arrival.at - clock.seconds()
            if ahead > 0:
                await clock.sleep(ahead)
            self.late_seconds = max(self.late_seconds, -ahead)
            caller = LoadCaller(arrival, clock)
            self._callers.append(caller)
            self._switch.dial_in(arrival.from_number, arrival.to_number, caller)
