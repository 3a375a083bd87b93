"""The one place where time is read. Everything below the entry points is handed `now`.

A scaled clock runs a simulated day through the very code of a real one: `HOTLINE_CLOCK="SPEED@REAL=VIRTUAL"` with
REAL and VIRTUAL in Unix seconds says that at REAL it was VIRTUAL and that VIRTUAL runs SPEED times as fast.
The exchange reads the same setting, so both tell the same time.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; `speed` is how many of its seconds pass in a real one."""

    @property
    def speed(self) -> float:
        """Seconds of this clock in a real one."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class RealClock:
    """The machine's clock."""

    speed: float = 1.0

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """A clock that runs `speed` times as fast as the machine's since `real_origin`, when it was `virtual_origin`."""

    speed: float
    real_origin: float
    virtual_origin: float

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return int((self.virtual_origin + (time.time() - self.real_origin) * self.speed) * 1000)


def clock_from(setting: str) -> Clock:
    """The clock a setting asks for: empty for the real one, else `SPEED@REAL=VIRTUAL`.

    Raises ValueError where the setting can't be read.
    """
    if not setting:
        return RealClock()
    try:
        speed, origins = setting.split("@")
        real, virtual = origins.split("=")
        return ScaledClock(float(speed), float(real), float(virtual))
    except ValueError as error:
        raise ValueError(
            f"HOTLINE_CLOCK={setting!r}: expected SPEED@REAL=VIRTUAL, e.g. 120@1700000000=920275200"
        ) from error
