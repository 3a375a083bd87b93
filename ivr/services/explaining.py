"""Calls explained, from wherever what is known of them is kept: the history, the stream's last events, the lines.

With one of the stores away the explanation says what the other knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from ivr.core.events import Event, Scalar
from ivr.core.facts import DECISIONS, CallBoosted, fact_of
from ivr.core.queue import WaitingCall
from ivr.core.routing.explain import Ahead, Evidence, Explanation, explain
from ivr.core.routing.groups import Group
from ivr.core.routing.skills import SkillProblem
from ivr.core.routing.timeline import AgentChange, change_of
from ivr.core.routing.who import Person
from ivr.services.asking import ask_again
from ivr.services.clock import Clock
from ivr.services.events_port import Decisions, EventId, EventReader, Written
from ivr.services.lines_port import LineAsk, LineStore
from ivr.services.ports import Agents, Flows, HistoryDown, StoreDown

TAIL = 20_000
"""Events of the stream that are looked at besides what the history has."""

_OVERLAP_MS = 60_000
"""How far before the newest event in the history the stream is read: several scribes don't finish in order."""

_SOME = 20

T = TypeVar("T")
E = TypeVar("E")


class Explaining:
    """Explains calls that wait, and calls that are over."""

    def __init__(  # noqa: PLR0917 - one argument a port
        self, decisions: Decisions, reader: EventReader, lines: LineStore, agents: Agents, flows: Flows, clock: Clock
    ) -> None:
        self._decisions = decisions
        self._reader = reader
        self._lines = lines
        self._agents = agents
        self._flows = flows
        self._clock = clock

    def explain_call(self, call_sid: str) -> Explanation | None:
        """A call explained, None for one of which nothing is known.

        Raises HistoryDown where neither the history nor the lines can be asked.
        """
        now_ms = self._clock.now_ms()
        tail = self._tail()
        kept = _or(HistoryDown, lambda: self._decisions.of_call(call_sid), ())
        known = {written.id: written.event for written in kept}
        known |= {one.id: one.event for one in tail if one.event.call == call_sid and one.event.type in DECISIONS}
        events = [known[key] for key in sorted(known)]
        if not events:
            return None
        call = _or(StoreDown, lambda: self._lines.call(call_sid), None)
        waits = call is not None and call.state in ("waiting", "offered", "accepted")
        return explain(
            Evidence(
                call=call_sid,
                events=self._with_asked(_with_offset(events, call), call),
                changes=self._changes(events, tail, now_ms, live=waits),
                people=self._people(),
                now_ms=now_ms,
                titles={queue.name: queue.title for queue in self._flows.queues() if queue.title},
                ahead=self._ahead(call, now_ms) if call is not None else Ahead(),
            )
        )

    def calls_like(self, prefix: str) -> Sequence[str]:
        """Calls whose SID begins so, newest first; with an empty prefix the newest calls that joined a line."""
        begun = ("call.joined", "callback.booked")
        live = [
            written.event.call
            for written in reversed(self._tail())
            if written.event.call.startswith(prefix) and written.event.type in (DECISIONS if prefix else begun)
        ]
        kept = _or(HistoryDown, lambda: self._decisions.calls_like(prefix, _SOME), ())
        return [call for call in dict.fromkeys([*live, *kept]) if call][:_SOME]

    def _tail(self) -> Sequence[Written]:
        """The stream's events that the history may not have yet. Raises HistoryDown where both are away."""
        newest = _or(HistoryDown, self._decisions.newest, None)
        after = EventId(max(0, newest.ms - _OVERLAP_MS), 0) if newest else EventId(0, 0)
        try:
            return self._reader.since(after, TAIL)
        except StoreDown as error:
            if newest is None:
                raise HistoryDown("neither the history nor the state store can be reached") from error
            return []

    def _changes(
        self, events: Sequence[Event], tail: Sequence[Written], now_ms: int, *, live: bool
    ) -> Sequence[AgentChange]:
        since_ms, until_ms = events[0].at_ms, now_ms if live else events[-1].at_ms
        known = dict(_or(HistoryDown, lambda: self._decisions.changes(since_ms, until_ms), {}))
        for written in tail:
            if (change := change_of(written.event)) is not None:
                known[written.id] = change
        found = [known[key] for key in sorted(known)]
        return found + _or(StoreDown, lambda: self._now(now_ms), []) if live else found

    def _now(self, now_ms: int) -> list[AgentChange]:
        """The states the lines have: right even where the events of them are gone."""
        return [
            AgentChange(agent.id, agent.since_ms, agent.state, agent.pause_reason, agent.misses)
            for agent in self._lines.snapshot(now_ms, 0).agents
        ]

    def _people(self) -> Sequence[Person]:
        return [Person(profile.id, profile.name, profile.skills) for profile in _or(HistoryDown, self._agents.all, ())]

    def _with_asked(self, events: Sequence[Event], call: WaitingCall | None) -> Sequence[Event]:
        """The events, a callback's booking with what it asks for and whose place it has where it doesn't say so."""
        asked = self._asked(call) if call is not None and events[0].type == "callback.booked" else None
        if call is None or asked is None:
            return events
        origin = _or(StoreDown, lambda: self._lines.way(call.call).get("origin", ""), "")
        group = Group(call.queue, asked.rings[0].wanted, asked.rules.strategy)
        known: dict[str, Scalar] = {"wanted": str(group), "rings": len(asked.rings), "origin": origin}
        return [replace(events[0], data=known | dict(events[0].data)), *events[1:]]

    def _asked(self, call: WaitingCall) -> LineAsk | None:
        """What a call asks of its line by the rules as they are now; None where that can't be said."""
        queue = self._flows.queue(call.queue)
        if queue is None:
            return None
        try:
            return LineAsk(call.queue, ask_again(queue, call.asks, call.prefer).rings, queue.rules())
        except SkillProblem:
            return None

    def _ahead(self, call: WaitingCall, now_ms: int) -> Ahead:
        if call.state == "later":
            return Ahead(due_ms=call.not_before_ms)
        ask = self._asked(call) if call.state == "waiting" else None
        if ask is None:
            return Ahead(next_ring_ms=call.next_ring_ms)
        figures = _or(StoreDown, lambda: self._lines.figures(ask, now_ms, call.call), None)
        same = len(ask.rings) == len(call.rings) and call.ring < len(ask.rings)
        return Ahead(
            position=figures.ahead + 1 if figures else 0,
            next_ring_ms=call.next_ring_ms,
            next_wanted=ask.rings[call.ring].wanted if same else None,
        )


def _with_offset(events: Sequence[Event], call: WaitingCall | None) -> Sequence[Event]:
    """The events, the last joining with what the call's place is worth where it doesn't say so itself.

    Not of a call that was moved: its place is worth now what the line it was moved to says.
    """
    if call is None or any(event.type == "call.moved" for event in events):
        return events
    given = sum(fact.seconds for event in events if isinstance(fact := fact_of(event), CallBoosted))
    offset = call.offset_ms + 1000 * given
    last = max((index for index, event in enumerate(events) if event.type == "call.joined"), default=None)
    return [
        replace(event, data={"offset": offset, **event.data}) if index == last else event
        for index, event in enumerate(events)
    ]


def _or(fault: type[Exception], ask: Callable[[], T], otherwise: E) -> T | E:
    try:
        return ask()
    except fault:
        return otherwise
