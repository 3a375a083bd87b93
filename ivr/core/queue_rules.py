"""How a line (queue) works: what an operator writes in `queues.yaml`, decoded."""

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from ivr.core.agent import MOST_WRAP_UP_SECONDS
from ivr.core.promise_presets import answer_within
from ivr.core.routing.rings import Ring
from ivr.core.routing.skills import Level

Strategy = Literal[
    "longest_idle", "fewest_calls", "round_robin", "most_skilled", "least_skilled", "fair_load", "ring_all"
]

RING_ALL_AT_MOST = 10
"""How many phones ring at once by `ring_all` where the line doesn't say: each is a leg to pay, a person disturbed."""
BUDGET_SECONDS = 180
"""How long phones may ring for one call, all offers together, where the line doesn't say."""

KEEP_PLACE_SECONDS = 120
"""How long a place is kept for a caller who dropped out, where the line doesn't say."""

MOST_DISPOSITIONS = 9
"""How many dispositions a line may have: each is chosen by one key."""

OverflowKind = Literal["queue", "voicemail", "callback", "office"]
OverflowCause = Literal["timeout", "full", "nobody", "unanswered", "closed"]
OVERFLOW_CAUSES: tuple[OverflowCause, ...] = get_args(OverflowCause)
MOVED_IN_LINE: tuple[OverflowCause, ...] = ("timeout", "full", "nobody")
"""The causes for which a call goes on to another line without having left the lines in between."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where a line leads a call that it doesn't take, or keeps no longer. `to` is what the operator wrote there.

    `queue`: another line, in the place the call has. `voicemail`: a mailbox; `callback`: a line; `office`: a line of
    this house or a number. For these `flow` is the name of the flow that does it (`core/flow/line_ways.py`).
    """

    kind: OverflowKind
    to: str
    flow: str = ""


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where calls go that waited too long or were not let in. `queue`: the line for whatever `by_cause` doesn't name.

    Without one, or where it comes to nothing, the flow's own ways say (`on_timeout`, `on_full`, ..., `otherwise`).
    """

    queue: str = ""
    by_cause: tuple[tuple[OverflowCause, Onward], ...] = ()

    def of(self, cause: str) -> Onward | None:
        """Where it leads for one cause; None where it doesn't."""
        for named, onward in self.by_cause:
            if named == cause:
                return onward
        return Onward("queue", self.queue) if self.queue and cause in OVERFLOW_CAUSES and cause != "closed" else None

    def line_for(self, cause: str) -> str:
        """The line it leads to for a cause; empty where it leads to none."""
        onward = self.of(cause)
        return onward.to if onward is not None and onward.kind == "queue" else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line it leads to, each once."""
        return tuple(dict.fromkeys(line for cause in OVERFLOW_CAUSES if (line := self.line_for(cause))))

    @property
    def moved(self) -> str:
        """What the scripts need: `timeout=reception full=desk`, each cause with its line; empty for none."""
        return " ".join(f"{cause}={line}" for cause in MOVED_IN_LINE if (line := self.line_for(cause)))


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is let into a line. Each condition None: not asked. An empty line always lets in.

    `expected_under_seconds`: the high end of the expected wait is below it. `waiting_per_agent`: with the call, at most
    so many wait for each agent logged in who may answer. `staffed`: at least so many of those are logged in.
    """

    expected_under_seconds: int | None = None
    waiting_per_agent: float | None = None
    staffed: int | None = None


@dataclass(frozen=True, slots=True)
class Announce:
    """What a waiting caller is told. `position`, `wait`: whether; `every_seconds`: at least so long between two."""

    position: bool = True
    wait: bool = True
    every_seconds: int = 45


@dataclass(frozen=True, slots=True)
class QueueDefinition:
    """How a line works. Seconds throughout.

    `skills` are asked for besides those of the flow's step; `rings` widen that as the wait grows (routing/rings.py).
    `prefer_seconds`: how long a call stays with its preferred agents where it has any. `boost_seconds`: what being in
    this line is worth in waiting time. `ring_several`: how many phones ring at once where nobody else waits.
    `ringing_budget_seconds`: how long phones may ring for one call before it leaves by its exit for an unanswered call.
    `max_waiting`: more find the line full. `max_talking`: more are not offered at once. `dispositions`: what an agent
    may say of a call when it is over; `disposition_required`: wrap-up doesn't end by itself before. `promise`: name of
    a promise (core/promise_presets.py). `keep_place_seconds`: how long a place is kept for whoever drops out, 0 for not
    at all. `hours`: name of a calendar out of which the line takes nobody in.
    """

    name: str
    title: str = ""
    skills: tuple[tuple[str, Level], ...] = ()
    strategy: Strategy = "longest_idle"
    ring_seconds: int = 20
    wrap_up_seconds: int = 15
    max_wait_seconds: int | None = None
    hold: tuple[str, ...] = ()
    rings: tuple[Ring, ...] = ()
    prefer_seconds: int = 0
    boost_seconds: int = 0
    ring_several: int = 1
    ringing_budget_seconds: int = BUDGET_SECONDS
    max_waiting: int | None = None
    max_talking: int | None = None
    entry: Entry | None = None
    keep_place_seconds: int = KEEP_PLACE_SECONDS
    overflow: Overflow | None = None
    announce: Announce = Announce()
    dispositions: tuple[str, ...] = ()
    disposition_required: bool = False
    promise: str = ""
    hours: str = ""

    @property
    def answer_within_seconds(self) -> int:
        """Within how long its promise says a person answers, counted from the caller's last choice; 0 for none."""
        return answer_within(self.promise)

    def rules(self) -> "Rules":
        """What the scripts need of it."""
        several = self.ring_several
        if self.strategy == "ring_all" and several == 1:
            several = RING_ALL_AT_MOST
        return Rules(
            ring_ms=self.ring_seconds * 1000,
            wrap_ms=(MOST_WRAP_UP_SECONDS if self.disposition_required else self.wrap_up_seconds) * 1000,
            several=several,
            budget_ms=self.ringing_budget_seconds * 1000,
            max_wait_ms=(self.max_wait_seconds or 0) * 1000,
            max_waiting=self.max_waiting or 0,
            max_talking=self.max_talking or 0,
            strategy=self.strategy,
            shape=self._shape(),
            overflow=self.overflow.moved if self.overflow else "",
            required=self.disposition_required,
        )

    def _shape(self) -> str:
        """Says in few letters by what skills, rings and strategy the calls of this line are grouped."""
        text = repr((self.skills, self.rings, self.prefer_seconds, self.strategy, self.boost_seconds))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Rules:
    """A line's rules as Redis keeps them, for calls already waiting as well as new ones. 0: no limit.

    `shape` changes where waiting calls are to be grouped anew. `overflow`: see `Overflow.moved`. `required`: wrap-up
    lasts until a disposition was chosen, whatever its agent wishes meanwhile.
    """

    ring_ms: int = 20_000
    wrap_ms: int = 15_000
    several: int = 1
    budget_ms: int = BUDGET_SECONDS * 1000
    max_wait_ms: int = 0
    max_waiting: int = 0
    max_talking: int = 0
    strategy: Strategy = "longest_idle"
    shape: str = ""
    overflow: str = ""
    required: bool = False

    @property
    def digest(self) -> str:
        """Differs where anything of it does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]
