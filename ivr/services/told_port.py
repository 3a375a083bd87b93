"""What callers were told of their wait, and how true it was, as the product's verbs need it kept. Times in ms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.core.queue_figures import QueueFigures
from ivr.core.routing.estimate import Forecast
from ivr.core.routing.told import News, Told
from ivr.core.routing.tuning import Tuning


@dataclass(frozen=True, slots=True)
class Look:
    """A waiting call's line as it finds it. `offered`: phones ring for it. `told` is what its caller was told last.

    `tunings` are those of its line, by class of calls ahead. `figures` are not given each time: None for a while after
    they were, and while phones ring. `measured`: a forecast is kept already that its wait will be held against.
    `breach`: of its promise, as last predicted.
    """

    queue: str
    figures: QueueFigures | None
    tunings: Sequence[Tuning]
    told: Told | None = None
    offered: bool = False
    measured: bool = False
    breach: bool = False


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How true forecasts were: of `calls` answered calls. Means in seconds; all 0 where there were none.

    `within` is the share answered in the range told, `under` and `over` those before and after it. `error_s` is the
    mean distance of the true wait from what was expected (mean absolute error).
    """

    calls: int = 0
    within: float = 0.0
    under: float = 0.0
    over: float = 0.0
    width_s: float = 0.0
    error_s: float = 0.0
    waited_s: float = 0.0


class ToldStore(Protocol):
    """All raise ports.StoreDown."""

    def look(self, call: str, now_ms: int) -> Look | None:
        """What a heartbeat needs, in one request; None for a call that doesn't wait."""

    def keep(
        self,
        call: str,
        queue: str,
        now_ms: int,
        *,
        said: News | None,
        measured: Forecast | None,
        ahead: int = 0,
        breach: bool = False,
    ) -> None:
        """What was said, the first forecast (either None: nothing of that) with so many calls ahead, and whether a
        breach is predicted."""

    def learn(self, call: str, now_ms: int) -> bool:
        """The call was answered: its line learns from its forecast, once. False where there was none."""

    def tunings(self, queue: str) -> Sequence[Tuning]:
        """What a line has learnt, by class of calls ahead."""

    def forget_tunings(self) -> None:
        """Forget what all lines have learnt: their forecasts are made otherwise from now on."""

    def accuracy(self, queue: str, now_ms: int, days: int) -> Accuracy:
        """How true a line's forecasts were on the last `days` days (UTC), today among them."""
