"""Agents' states over time, from their changes."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ivr.core.events import Event
from ivr.core.facts import AgentChanged, CallOffered, fact_of
from ivr.core.reservation import MISSES_TO_PAUSE, RANG_OUT

BACKING_OFF = frozenset({"declined", "hung_up", "busy", "no_answer", "no_key", "machine", "carrier", "agent_gone"})
"""Reasons of a pause that the machinery gives: how an offer ended."""


@dataclass(frozen=True, slots=True)
class AgentChange:
    """An agent's state from a moment on. `misses`: offers in a row that had rung out by then."""

    agent: str
    at_ms: int
    state: str
    reason: str = ""
    misses: int = 0

    @property
    def flapping(self) -> bool:
        """Whether the machinery paused them until they resume, because their phone rang out again and again."""
        return self.state == "paused" and self.reason in RANG_OUT and self.misses >= MISSES_TO_PAUSE


CHANGES = (AgentChanged.TYPE, CallOffered.TYPE)
"""Types of events that change an agent's state."""


def change_of(event: Event) -> AgentChange | None:
    """The change of an agent's state an event tells; being offered a call is one. None for every other event."""
    fact = fact_of(event) if event.type in CHANGES else None
    match fact:
        case AgentChanged():
            return AgentChange(fact.agent, event.at_ms, fact.state, fact.reason, fact.misses)
        case CallOffered():
            return AgentChange(fact.agent, event.at_ms, "reserved")
    return None


@dataclass(frozen=True, slots=True)
class Span:
    """A state between two moments."""

    change: AgentChange
    since_ms: int
    until_ms: int


class Timeline:
    """Who was in which state when. An agent without a change before a moment was offline then."""

    def __init__(self, changes: Iterable[AgentChange]) -> None:
        self._of: dict[str, list[AgentChange]] = {}
        for change in sorted(changes, key=lambda change: change.at_ms):  # stable: what came first stays first
            before = self._of.setdefault(change.agent, [])
            before.append(change if change.misses else replace(change, misses=_misses(change, before)))

    @property
    def agents(self) -> Iterable[str]:
        """Everybody with a change."""
        return self._of.keys()

    def before(self, agent: str, at_ms: int) -> AgentChange:
        """The state just before a moment: what changes at that very moment is its consequence."""
        return self._last(agent, at_ms - 1)

    def at(self, agent: str, at_ms: int) -> AgentChange:
        """The state at a moment, once everything of that moment has happened."""
        return self._last(agent, at_ms)

    def spans(self, agent: str, since_ms: int, until_ms: int) -> Iterator[Span]:
        """The states between two moments, oldest first; those that lasted no time are left out."""
        change, since = self.at(agent, since_ms), since_ms
        for following in self._of.get(agent, ()):
            if not since_ms < following.at_ms < until_ms:
                continue
            if following.at_ms > since:
                yield Span(change, since, following.at_ms)
            change, since = following, following.at_ms
        if until_ms > since:
            yield Span(change, since, until_ms)

    def _last(self, agent: str, at_ms: int) -> AgentChange:
        changes = self._of.get(agent, [])
        index = bisect_right(changes, at_ms, key=lambda change: change.at_ms)
        return changes[index - 1] if index else AgentChange(agent, 0, "offline")


def _misses(change: AgentChange, before: Sequence[AgentChange]) -> int:
    """Offers in a row that rang out, counted from the changes themselves: taking or declining one ends the row."""
    last = before[-1].misses if before else 0
    if change.state == "paused" and change.reason in BACKING_OFF - {"carrier"}:
        return last + 1 if change.reason in RANG_OUT else 0
    return 0 if change.state in ("on_call", "offline") else last
