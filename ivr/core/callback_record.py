"""How callbacks came out: what was promised against when the house really called, and who was reached. Pure.

What is promised is that the phone rings between two moments: those of the forecast of the line as it was booked, or a
quarter of an hour from the moment the caller chose. A further try never puts a promise off, so it is kept or broken by
the first one; whether the caller picks up is theirs, and counted apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallbackWay:
    """One callback with a promise. `asked_at` is when it was booked, or the moment its caller chose; `tried_at` when
    they were first dialled, `reached_at` when they had picked up and pressed the key, `ended_at` when it was over.
    `tries` counts the dials.
    """

    asked_at: datetime
    promised_from: datetime
    promised_until: datetime
    tried_at: datetime | None = None
    reached_at: datetime | None = None
    tries: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallbackFigures:
    """Of `promised` callbacks that were tried, given up, or are late by now: the shares first dialled within what was
    promised (`in_time`) and before it (`early`), and by how many seconds the others were late (mean).

    Of `over`, those that have ended: the share `reached`, the mean number of `tries`, and for those reached the mean
    wait from when they were asked for, in seconds. All 0 where there is nothing to count.
    """

    promised: int = 0
    in_time: float = 0.0
    early: float = 0.0
    late_s: float = 0.0
    over: int = 0
    reached: float = 0.0
    tries: float = 0.0
    waited_s: float = 0.0


def figures_of(ways: Iterable[CallbackWay], now: datetime) -> CallbackFigures:
    """The figures of some callbacks, as it is now. One that isn't due by what was promised doesn't count yet."""
    counted = [way for way in ways if way.tried_at is not None or way.ended_at is not None or now > way.promised_until]
    if not counted:
        return CallbackFigures()
    late = [_late_s(way, now) for way in counted]
    early = sum(way.tried_at is not None and way.tried_at < way.promised_from for way in counted)
    behind = [seconds for seconds in late if seconds > 0]
    over = [way for way in counted if way.ended_at is not None]
    waits = [(way.reached_at - way.asked_at).total_seconds() for way in over if way.reached_at is not None]
    return CallbackFigures(
        promised=len(counted),
        in_time=(len(counted) - early - len(behind)) / len(counted),
        early=early / len(counted),
        late_s=_mean(behind),
        over=len(over),
        reached=len(waits) / len(over) if over else 0.0,
        tries=_mean([way.tries for way in over]),
        waited_s=_mean(waits),
    )


def _late_s(way: CallbackWay, now: datetime) -> float:
    """By how many seconds the first dial came after what was promised; where none did, by its end, or by now."""
    return max(0.0, ((way.tried_at or way.ended_at or now) - way.promised_until).total_seconds())


def _mean(values: list[float] | list[int]) -> float:
    return sum(values) / len(values) if values else 0.0
