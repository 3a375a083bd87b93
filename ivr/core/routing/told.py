"""What of a place in line is said to its caller, and when. Pure.

It is said once the call has joined, and again in another line it came into; then only when there is something to say,
and never more often than the line wants:

    better   fewer calls are ahead, or the wait will be over sooner than was said
    late     it takes longer than was said, or even the low end of what is expected now does: that is said, with an
             excuse, what is expected now and that the place is kept

A range is said in whole minutes, always outwards: its low end down, its high end up. Beyond ten minutes in steps of
five, so that it doesn't sound more exact than it is. A wait that can't be known is never said.
"""

from dataclasses import dataclass
from typing import Literal

from ivr.core.queue_rules import Announce

MINUTE = 60
MINUTE_MS = 60_000
COARSE_FROM, COARSE = 10, 5
"""Minutes beyond which, and in steps of how many, a range is said."""

Why = Literal["first", "better", "late"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller was told last, to be kept until the wait is over. `position` 0: none. Times in ms.

    `until_ms` is the latest moment at which, by what was said, an agent answers; 0 where no wait was said, or where
    the caller has since been told that it takes longer and no new one could be said.
    """

    at_ms: int
    position: int = 0
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What is said of the place now. `position` 0 and `minutes` None: not said. `told` is to be kept."""

    why: Why
    told: Told
    position: int = 0
    minutes: tuple[int, int] | None = None


def in_minutes(low_s: float, high_s: float) -> tuple[int, int]:
    """The range as it is said: (0, 1) is about a minute, (0, n) up to n minutes."""
    low, high = int(max(0.0, low_s) // MINUTE), max(1, int(-(-high_s // MINUTE)))
    if high > COARSE_FROM:
        high = -(-high // COARSE) * COARSE
    if low > COARSE_FROM:
        low = low // COARSE * COARSE
    return low, max(high, low + 1)


def news(
    told: Told | None, position: int, expected_s: tuple[float, float] | None, now_ms: int, announce: Announce
) -> News | None:
    """What is to be said now to a caller at `position` (from 1), whose wait from now on is expected to be within
    `expected_s`; None for nothing."""
    place = position if announce.position else 0
    minutes = in_minutes(*expected_s) if announce.wait and expected_s is not None else None
    until = now_ms + minutes[1] * MINUTE_MS if minutes else 0
    if told is None:
        return News("first", Told(now_ms, place, until), place, minutes) if place or minutes else None
    if now_ms - told.at_ms < announce.every_seconds * 1000:
        return None
    nearer = bool(place) and (not told.position or place < told.position)
    if told.until_ms and (now_ms >= told.until_ms or _ends_after(told, expected_s, now_ms, announce)):
        return News("late", Told(now_ms, place or told.position, until), place if nearer else 0, minutes)
    sooner = bool(minutes) and (not told.until_ms or until <= told.until_ms - MINUTE_MS)
    if not nearer and not sooner:
        return None
    if minutes is None or (told.until_ms and until > told.until_ms):
        return News("better", Told(now_ms, place, told.until_ms), place) if nearer else None
    return News("better", Told(now_ms, place or told.position, until), place if nearer else 0, minutes)


def _ends_after(told: Told, expected_s: tuple[float, float] | None, now_ms: int, announce: Announce) -> bool:
    """Whether by what is expected now no agent answers within what was told."""
    return announce.wait and expected_s is not None and now_ms + expected_s[0] * 1000 > told.until_ms
