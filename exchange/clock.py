"""The exchange's clock.

`HOTLINE_CLOCK="SPEED@REAL=VIRTUAL"` (REAL and VIRTUAL in Unix seconds) says that at REAL it was VIRTUAL and that
VIRTUAL runs SPEED times as fast; empty means the machine's own time. Whoever shares the setting shares the time.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the exchange's time and waits by it. `speed` is how many of its seconds pass in a real one.

    `least_timeout`: real seconds a network time limit never falls below on a fast clock, since the network doesn't run
    faster.
    """

    speed: float = 1.0
    real_origin: float = 0.0
    virtual_origin: float = 0.0
    least_timeout: float = 5.0

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.seconds() * 1000)

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return self.virtual_origin + (time.time() - self.real_origin) * self.speed

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def real(self, seconds: float) -> float:
        """How many real seconds `seconds` of this clock take."""
        return seconds / self.speed

    def limit(self, seconds: float) -> float:
        """A network time limit in real seconds."""
        return seconds if self.speed <= 1 else max(seconds / self.speed, min(seconds, self.least_timeout))

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock."""
        await asyncio.sleep(max(0.0, seconds / self.speed))


def clock_from(setting: str, least_timeout: float = 5.0) -> Clock:
    """The clock a setting asks for. Raises ValueError where it can't be read."""
    if not setting:
        return Clock(least_timeout=least_timeout)
    try:
        speed, origins = setting.split("@")
        real, virtual = origins.split("=")
        clock = Clock(float(speed), float(real), float(virtual), least_timeout)
    except ValueError as error:
        example = "expected SPEED@REAL=VIRTUAL, e.g. 120@1700000000=920275200"
        raise ValueError(f"HOTLINE_CLOCK={setting!r}: {example}") from error
    if clock.speed <= 0:
        raise ValueError(f"HOTLINE_CLOCK={setting!r}: SPEED must be above 0")
    return clock


def fast_clock(speed: float, start: datetime | None = None, least_timeout: float = 5.0) -> Clock:
    """A clock `speed` times as fast as the machine's, starting now at `start` (default: the machine's time)."""
    now = time.time()
    return Clock(speed, now, now if start is None else start.timestamp(), least_timeout)
