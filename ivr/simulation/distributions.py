"""How long something takes, left to chance: patience and talks. Seconds."""

import math
import random
from dataclasses import dataclass
from typing import Annotated, Literal

from ivr.core.flow.fields import Duration

Kind = Literal["exponential", "lognormal", "fixed"]
LEAST_SECONDS = 1.0
"""Nobody gives up or talks in less."""

_Time = Annotated[int, Duration(1, 86_400)]


@dataclass(frozen=True, slots=True)
class Distribution:
    """`mean` and, of a lognormal, `deviation` (standard; as much as the mean where it isn't given)."""

    mean: _Time
    kind: Kind = "exponential"
    deviation: _Time | None = None

    def draw(self, chance: random.Random) -> float:
        """One time, at least LEAST_SECONDS."""
        match self.kind:
            case "exponential":
                drawn = chance.expovariate(1 / self.mean)
            case "lognormal":
                # Of a lognormal with mean m and deviation d: sigma^2 = ln(1 + d^2/m^2), mu = ln m - sigma^2/2.
                spread = math.log(1 + ((self.deviation or self.mean) / self.mean) ** 2)
                drawn = chance.lognormvariate(math.log(self.mean) - spread / 2, math.sqrt(spread))
            case "fixed":
                drawn = float(self.mean)
        return max(LEAST_SECONDS, drawn)
