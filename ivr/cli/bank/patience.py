"""How long callers would have waited: Kaplan-Meier over one day's calls.

A caller who abandoned shows their patience; one who was answered only that it exceeded their wait (censored). The
estimate S(t) is the share whose patience exceeds t. For an answered call a patience is drawn from S conditional on
exceeding its recorded wait. Beyond the last abandonment, where the data says nothing more, the tail falls off
exponentially at the day's mean rate (abandonments per second waited).
"""

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.cli.bank.records import Record

LONGEST_SECONDS = 3 * 3600.0
"""No drawn patience is longer; the queue's own limit is above it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`survival[i]` is the share whose patience exceeds `times[i]` (ascending); `rate` a second beyond the last."""

    times: tuple[float, ...]
    survival: tuple[float, ...]
    rate: float

    def exceeding(self, seconds: float) -> float:
        """S(t)."""
        at = bisect_right(self.times, seconds) - 1
        share = 1.0 if at < 0 else self.survival[at]
        last = self.times[-1] if self.times else 0.0
        return share * math.exp(-self.rate * (seconds - last)) if seconds > last else share

    def draw(self, waited: float, chance: random.Random) -> float:
        """A patience above `waited` seconds."""
        target = self.exceeding(waited) * (1.0 - chance.random())
        for moment, share in zip(self.times, self.survival, strict=True):
            if share < target and moment > waited:
                return moment
        last = max(waited, self.times[-1] if self.times else 0.0)
        if self.rate <= 0:
            return LONGEST_SECONDS
        beyond = math.log(self.exceeding(last) / target) / self.rate if target > 0 else LONGEST_SECONDS
        return min(LONGEST_SECONDS, last + max(0.0, beyond))


def patience_of(records: Sequence[Record]) -> Patience:
    """The estimate from the calls that waited."""
    waited = sorted(
        (record.wait_seconds, not record.answered) for record in records if record.queued and record.wait_seconds > 0
    )
    at_risk = len(waited)
    share, times, survival = 1.0, list[float](), list[float]()
    position = 0
    while position < len(waited):
        moment = waited[position][0]
        tied = [gave_up for seconds, gave_up in waited[position:] if seconds == moment]
        if any(tied):
            share *= 1 - sum(tied) / at_risk
            times.append(moment)
            survival.append(share)
        at_risk -= len(tied)
        position += len(tied)
    exposure = sum(seconds for seconds, _ in waited)
    gave_up = sum(gave for _, gave in waited)
    return Patience(tuple(times), tuple(survival), gave_up / exposure if exposure else 0.0)
