"""The lines as the product's verbs need them: one method a verb, each atomic, each safe to repeat.

Times are ms. `offers` are reservations a verb made by the way: each is to be rung (a job hint; a deadline finds those
whose hint was lost). Every method raises ports.StoreDown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ivr.core.agent import Agent, AgentState
from ivr.core.queue import WaitingCall
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import Rules
from ivr.core.reservation import Cause, Reservation
from ivr.core.routing.rings import OpenRing
from ivr.services.callbacks_port import CallbackStore
from ivr.services.places import PlaceStore


@dataclass(frozen=True, slots=True)
class LineAsk:
    """What is asked of a line: its name, the rings (narrowest first, at least one) and its rules as known here."""

    queue: str
    rings: tuple[OpenRing, ...] = (OpenRing(0, ""),)
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Request:
    """A call that wants to join. `requirement` is canonical (routing/skills.py), `offset` orders it (order.py).

    `rings` are its rings where it has more than that one. `rules` are the line's as known here. `max_wait_ms` is its
    own, 0 for the line's. `asks` and `prefer` are what its step asked for, kept for when the line's rules change
    (`asking.py`). `resumes_ms` is the start of a place it takes over, 0 for none. `overflow`: whether it runs over into
    another line, now or later; else it leaves.
    """

    call: str
    queue: str
    requirement: str
    turn: int
    offset: int = 0
    max_wait_ms: int = 0
    leave_if_nobody: bool = False
    to_number: str = ""
    rings: tuple[OpenRing, ...] = ()
    rules: Rules = field(default_factory=Rules)
    asks: str = ""
    prefer: str = ""
    resumes_ms: int = 0
    overflow: bool = True

    @property
    def line(self) -> LineAsk:
        """What it asks of its line."""
        return LineAsk(self.queue, self.rings or (OpenRing(0, self.requirement),), self.rules)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a call's own step asked for, as it goes along to another line (`asking.py`), and what of it doesn't."""

    asks: str = ""
    prefer: str = ""
    dropped: str = ""


NOTHING_KEPT = Kept()


@dataclass(frozen=True, slots=True)
class InLine:
    """What joining or waiting came to. `position` counts from 1, 0 where the call is in no line.

    `ring` of `rings` is open, from 1. `drops` are legs to hang up, `tell` a reservation whose agent is to be told.
    `overflow`: the line doesn't take it, or no longer, for `left_reason`, and names one that does; nothing was done.
    """

    state: str = ""
    position: int = 0
    joined_ms: int = 0
    reservation: str = ""
    left_reason: str = ""
    drops: tuple[str, ...] = ()
    tell: str = ""
    offers: tuple[str, ...] = ()
    ring: int = 1
    rings: int = 1
    queue: str = ""
    overflow: str = ""

    @property
    def ahead(self) -> int:
        """How many go before it."""
        return max(0, self.position - 1)


@dataclass(frozen=True, slots=True)
class Gone:
    """A call has left. `was` is the state it was in, empty for an unknown call; `drops` legs to hang up, `tell` a
    reservation whose agent is to hear that the caller is gone."""

    was: str
    reason: str
    drops: tuple[str, ...] = ()
    tell: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """A talk is over, or an agent went before it began (`was` is `accepted`). `wrap_up_ms` is the agent's."""

    was: str
    wrap_up_ms: int = 0
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask the carrier to ring, once. `old_leg` is a leg of this agent that may still be up."""

    agent: str
    call: str
    ring_ms: int
    to_number: str
    old_leg: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What an agent's leg asked of its offer came to. `stale` says why it is no longer open, empty where it is.

    Where several rang: `drops` are legs of colleagues to hang up, `losers` reservations of those who have picked up and
    are to be told, `offers` what they were given instead.
    """

    stale: str = ""
    call: str = ""
    agent: str = ""
    first: bool = False
    accepted: bool = False
    callback: bool = False
    drops: tuple[str, ...] = ()
    losers: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """An offer came to nothing. `ended` False: it had ended, or was accepted, before. `drop` is a leg to hang up."""

    ended: bool
    drop: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """An agent's wish. `refused` is the state in which it means nothing; `later`: kept until the call is over."""

    state: AgentState
    later: bool = False
    refused: bool = False
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue as it is: how many stand in it and the first of them, each with its fields."""

    name: str
    waiting: int
    calls: tuple[WaitingCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All agents and queues at one moment."""

    at_ms: int
    agents: tuple[Agent, ...] = ()
    queues: tuple[QueueNow, ...] = ()
    skills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """What an act on a call in a line came to. `refused` says why nothing was done: the state the call is in,
    `unknown`, or `agent_<state>`; empty where it was done."""

    refused: str = ""
    state: str = ""
    position: int = 0
    drops: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


class LineStore(CallbackStore, PlaceStore, Protocol):
    """The lines."""

    # their rules
    def define(self, queue: str, rules: Rules, now_ms: int) -> bool:
        """The rules of a line from now on; True where they were others. A change of shape is due as `line`."""

    def digests(self, queues: Sequence[str], now_ms: int) -> Mapping[str, str]:
        """The digest of the rules each line is kept by now, empty for one the store has none of."""

    def regroup(self, call: str, ask: LineAsk, now_ms: int) -> Placed:
        """What a waiting call asks for, written anew by its line's rules as they are now; its place stays."""

    def widen(self, call: str, now_ms: int) -> Sequence[str]:
        """Open the rings of a call that are due; the offers this made."""

    def widen_group(self, group: str, now_ms: int) -> Sequence[str]:
        """Nobody is left who may serve a group: its calls go on to their next rings."""

    def patrol(self, group: str, now_ms: int) -> Sequence[str]:
        """Some of a group's calls, walked in turn: those without a sign of life."""

    # acts of people; one of the same operation (empty: none) is done once within a day, and answered as the first time
    def boost(self, call: str, seconds: int, by: str, now_ms: int, operation: str = "") -> Placed:
        """Seconds of waiting time for a call; negative ones take some away."""

    def move(
        self,
        call: str,
        to: LineAsk,
        by: str,
        now_ms: int,
        *,
        offset: int,
        kept: Kept = NOTHING_KEPT,
        operation: str = "",
    ) -> Placed:
        """To another line, in the place it has; `offset` orders it there (order.py), urgent or not."""

    def pull(self, call: str, agent: str, by: str, now_ms: int, operation: str = "") -> Placed:
        """To a free agent, past its place."""

    def waiting_in(self, queue: str, start: int = 0, count: int = 50) -> tuple[int, Sequence[WaitingCall]]:
        """How many wait in a line, and some of them in order."""

    def with_agents(self, queue: str) -> Sequence[str]:
        """The calls of a line that are offered to somebody, accepted or bridged."""

    def figures(self, ask: LineAsk, now_ms: int, call: str = "") -> QueueFigures:
        """A line as one call finds it; without a call, as one that asks this of it now would."""

    # calls
    def join(self, request: Request, now_ms: int) -> InLine:
        """Join a line, once a turn."""

    def waiting(self, call: str, now_ms: int) -> InLine:
        """A sign of life of a waiting call; ends its wait where that is due, and repairs a missed match."""

    def leave(self, call: str, reason: str, now_ms: int) -> Gone:
        """Leave the line from whatever state; once bridged, the reason becomes `talked`."""

    def bridged(self, reservation: str, call: str, now_ms: int) -> bool:
        """The caller goes into the room: True where the reservation is the accepted one of this call."""

    def finish(self, reservation: str, now_ms: int) -> Finished:
        """One of the two has gone."""

    # offers
    def claim(self, reservation: str, now_ms: int, *, again: bool = False) -> Claim | None:
        """Record the intent to ring; None where it isn't pending or somebody has. `again`: after looking in vain."""

    def ring_later(self, reservation: str, now_ms: int, ms: int) -> None:
        """Take the intent back: the carrier certainly did nothing."""

    def ringing(self, reservation: str, leg: str, now_ms: int, *, lease_ms: int, picked_up: bool = False) -> Offer:
        """The agent's leg is known (and has picked up); `lease_ms` until it counts as rung out."""

    def accept(self, reservation: str, now_ms: int) -> Offer:
        """The agent pressed the key."""

    def found(self, reservation: str, agent: str, leg: str, now_ms: int) -> Offer:
        """The agent is in the room of an offer of whose acceptance nothing is known: bind them as if the key had just
        been pressed. `stale` where the call has left, or the agent is with another. `drops` are legs to hang up."""

    def end_offer(self, reservation: str, cause: Cause, now_ms: int, *, only_overdue: bool = False) -> Ended:
        """The offer came to nothing: the call back to its place and to the next agent, this one backs off."""

    def met(self, reservation: str, now_ms: int) -> None:
        """Both are in the room."""

    def leg_ended(self, reservation: str, leg: str, now_ms: int) -> None:
        """The agent's leg is over."""

    # agents
    def log_in(
        self, agent: str, name: str, skills: Mapping[str, int], now_ms: int, *, relearn: bool = False
    ) -> Changed:
        """Log in; with `relearn` only take over skills, where the agent is logged in, and leave their wishes alone."""

    def wish(self, agent: str, wished: AgentState, reason: str, now_ms: int) -> Changed:
        """Pause, resume (`available`), or log out (`offline`)."""

    def extend_wrap_up(self, agent: str, now_ms: int) -> Changed:
        """More time for after-call work, within bounds (core/agent.py); refused in every other state."""

    def limit_wrap_up(self, agent: str, ms: int, now_ms: int) -> None:
        """What had to be said of the talk was said: after-call work ends so long after it began, or now where that is
        over, and a wish that waited for it is granted. Nothing in every other state."""

    def agent_due(self, agent: str, now_ms: int) -> Sequence[str]:
        """End a wrap-up or back-off whose deadline is over; the offers this made."""

    # deadlines
    def due(self, now_ms: int, most: int) -> Sequence[tuple[str, str]]:
        """What is due, as (kind, id), put off by a lease: offer, agent, call, ring, group, patrol, line, leg, stray,
        tell, caller."""

    def put_off(self, kind: str, subject: str, ms: int, now_ms: int) -> None:
        """Look again in `ms`; 0: never."""

    def unrecorded(self, now_ms: int, most: int) -> Sequence[str]:
        """Ended calls the history doesn't have yet."""

    # looking
    def reservation(self, reservation: str) -> Reservation | None:
        """One reservation."""

    def call(self, call: str) -> WaitingCall | None:
        """One call."""

    def way(self, call: str) -> Mapping[str, str]:
        """A call's way through its lines, as texts by the names of `call:<id>`; empty where it was in none."""

    def agent(self, agent: str) -> Agent | None:
        """One agent, None where never logged in."""

    def agent_leg(self, agent: str) -> str:
        """A leg of this agent that may be up, empty for none."""

    def snapshot(self, now_ms: int, calls: int = 50) -> Snapshot:
        """Everything, with the first `calls` of each queue."""

    def reconcile(self, now_ms: int) -> Sequence[str]:
        """Repair what disagrees; what was repaired, in words. The offers it made are found by their deadlines."""

    def forget_groups(self, now_ms: int) -> int:
        """Forget skill groups nobody has asked for in a day; how many those were."""

    def dump(self) -> Mapping[str, Any]:
        """Every key of the lines with its value, for people and tests."""
