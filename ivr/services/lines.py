"""The lines as supervisors and other programs see and steer them: looking, boosting, moving, pulling.

Every act is one atomic verb of the store; what it refuses is told by name and nothing is done then. What was done is
in the audit, and in the call's explanation under the name of whoever did it. An act under an `operation` is done once,
however often it is repeated within a day.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from ivr.core.agent import Agent
from ivr.core.callback import Known
from ivr.core.mask import mask_text
from ivr.core.phone import mask
from ivr.core.queue import WaitingCall
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.coverage import in_words
from ivr.core.routing.skills import parse
from ivr.services.callback_promises import CalledBack
from ivr.services.clock import Clock
from ivr.services.desk_ports import Face, Faces, Forecasts, Range
from ivr.services.lines_port import Kept, LineAsk, LineStore, Placed, Snapshot
from ivr.services.lines_view import (
    CallHere,
    CallInLine,
    LineNow,
    LineRules,
    accuracy_of,
    call_in_line,
    called_back_of,
    moment,
    range_of,
    rings_in,
    rules_of,
    team_of,
)
from ivr.services.moving import asked_there
from ivr.services.ports import Act, Agents, Audit, Flows, HistoryDown, Jobs

_log = logging.getLogger(__name__)
_known = msgspec.json.Decoder(Known).decode

LONGEST_BOOST_SECONDS = 24 * 3600
WHY_CHARACTERS = 200

Refusal = Literal[
    "unknown_line", "unknown_call", "unknown_agent", "call_left", "call_taken", "call_ringing", "call_later",
    "already_there", "called_back_there", "agent_not_free",
]  # fmt: skip
_WORDS: Mapping[Refusal, str] = {
    "unknown_line": "There is no line of this name.",
    "unknown_call": "There is no call of this id in any line.",
    "unknown_agent": "There is no agent of this id.",
    "call_left": "This call has left its line meanwhile.",
    "call_taken": "An agent has taken this call meanwhile.",
    "call_ringing": "A phone rings for this call already.",
    "call_later": "This callback's time has not come.",
    "already_there": "This call is in that line already.",
    "called_back_there": "This number has a callback in that line already.",
    "agent_not_free": "This agent is not free.",
}
_REFUSED: Mapping[str, Refusal] = {
    "unknown": "unknown_call",
    "left": "call_left",
    "later": "call_later",
    "twice": "called_back_there",
    "offered": "call_ringing",
    "accepted": "call_taken",
    "bridged": "call_taken",
}
"""What the store refuses by the state a call is in, and how that is told."""


class Refused(Exception):  # noqa: N818 - a refusal in words
    """Nothing was done. `code` says why, the message in words."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(_WORDS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at everybody: who works, and with which skills."""

    now_ms: int
    snapshot: Snapshot
    team: tuple[tuple[Agent, Mapping[str, int]], ...]


@dataclass(frozen=True, slots=True)
class LineDesk:
    """The verbs. They raise Refused and StoreDown."""

    store: LineStore
    flows: Flows
    agents: Agents
    faces: Faces
    audit: Audit
    jobs: Jobs
    clock: Clock
    forecasts: Forecasts
    called_back: CalledBack | None = None

    # --- looking ---------------------------------------------------------------------------------------------------
    def lines(self, calls: int = 0) -> list[LineNow]:
        """Every line, in the order of the operator's file, with the first `calls` of each."""
        look = self._look()
        return [self._line(queue, look, 0, calls) for queue in self._known(look.snapshot)]

    def line(self, name: str, start: int = 0, count: int = 50) -> tuple[LineNow, LineRules]:
        """One line with its calls from place `start` on, and its rules."""
        look = self._look()
        for queue in self._known(look.snapshot):
            if queue.name == name:
                return self._line(queue, look, start, count), rules_of(queue)
        raise Refused("unknown_line")

    def call(self, call: str) -> CallHere:
        """One call that waits, or that an agent has been offered or has taken."""
        now_ms = self.clock.now_ms()
        found = self._found(call)
        queue = self._queue(found.queue)
        face = self._faces([found]).get(call, Face())
        if found.state != "waiting":
            return CallHere(queue.name, call_in_line(found, queue, face, now_ms))
        figures = self.store.figures(_ask(queue), now_ms, call)
        shown = call_in_line(found, queue, face, now_ms, figures.ahead + 1)
        return CallHere(queue.name, replace(shown, expected=range_of(self.forecasts.of_line(queue.name)(figures))))

    # --- acting ----------------------------------------------------------------------------------------------------
    def boost(self, call: str, seconds: int, by: str, why: str = "", *, operation: str = "") -> None:
        """Make a waiting call worth `seconds` of waiting more, or less. `by` is an account's name."""
        self._settle(self.store.boost(call, seconds, by, self.clock.now_ms(), operation))
        self._note(by, "call.boost", call, f"{seconds:+d} s", why)

    def move(self, call: str, queue: str, by: str, why: str = "", *, operation: str = "") -> None:
        """Put a waiting call into another line, where it stands by its wait as if it had always been there.

        What its own step asked for goes along, as far as anybody there is could answer it in that line (`moving.py`).
        """
        target = self.flows.queue(queue)
        if target is None:
            raise Refused("unknown_line")
        found = self._found(call)
        if found.queue == queue:
            raise Refused("already_there")
        # What the lines themselves are worth is exchanged; what the call was given stays.
        worth = self._queue(found.queue).boost_seconds - target.boost_seconds
        people = {profile.id: profile.skills for profile in self.agents.all()}
        moved = asked_there(target, self._queue(found.queue), found.asks, found.prefer, people)
        to = LineAsk(queue, moved.asked.rings, target.rules())
        kept = Kept(moved.asked.asks, moved.asked.prefer, moved.dropped)
        offset = found.offset_ms + 1000 * worth
        now_ms = self.clock.now_ms()
        self._settle(self.store.move(call, to, by, now_ms, offset=offset, kept=kept, operation=operation))
        left = f", without {in_words(moved.dropped)}" if moved.dropped else ""
        self._note(by, "call.move", call, f"from {found.queue} to {queue}{left}", why)

    def pull(self, call: str, agent: str, by: str, why: str = "", *, operation: str = "") -> None:
        """Offer a waiting call to this agent, who must be free, before anybody else, whatever their skills."""
        if self.agents.get(agent) is None:
            raise Refused("unknown_agent")
        self._settle(self.store.pull(call, agent, by, self.clock.now_ms(), operation))
        self._note(by, "call.pull", call, f"to {agent}", why)

    # --- how -------------------------------------------------------------------------------------------------------
    def _look(self) -> _Look:
        now_ms = self.clock.now_ms()
        snapshot = self.store.snapshot(now_ms, calls=0)
        team = tuple((agent, parse(snapshot.skills.get(agent.id, ""))) for agent in snapshot.agents)
        return _Look(now_ms, snapshot, team)

    def _known(self, snapshot: Snapshot) -> list[QueueDefinition]:
        """The lines of the operator's files, then those calls still wait in though no file names them any more."""
        defined = list(self.flows.queues())
        names = {queue.name for queue in defined}
        lost = [queue.name for queue in snapshot.queues if queue.waiting and queue.name not in names]
        return defined + [QueueDefinition(name) for name in lost]

    def _queue(self, name: str) -> QueueDefinition:
        return self.flows.queue(name) or QueueDefinition(name)

    def _line(self, queue: QueueDefinition, look: _Look, start: int, count: int) -> LineNow:
        now_ms, ask = look.now_ms, _ask(queue)
        figures = self.store.figures(ask, now_ms)
        total, waiting = self.store.waiting_in(queue.name, start, count) if count else (figures.waiting, ())
        rung = self._rung(queue.name) if count and start == 0 else []
        faces = self._faces(rung)
        shown = [call_in_line(call, queue, faces.get(call.call, Face()), now_ms) for call in rung]
        expect = self.forecasts.of_line(queue.name)
        shown += self._numbered(queue, waiting, start, now_ms, expect)
        head = figures.head_since_ms if total else 0
        further = start + len(waiting)
        return LineNow(
            name=queue.name,
            title=queue.title or queue.name,
            waiting=total,
            callbacks=figures.callbacks_ahead,
            team=team_of(ask.rings[-1].wanted, look.team),
            wanted=ask.rings[0].wanted,
            oldest_since=moment(head) if head else None,
            oldest_seconds=max(0, now_ms - head) // 1000 if head else 0,
            expected=range_of(expect(figures)),
            accuracy=accuracy_of(self.forecasts.accuracy(queue.name, now_ms)),
            called_back=called_back_of(self.called_back.of_line(queue.name, now_ms)) if self.called_back else None,
            calls=tuple(shown),
            next=further if waiting and further < total else None,
        )

    def _numbered(
        self,
        queue: QueueDefinition,
        calls: Sequence[WaitingCall],
        start: int,
        now_ms: int,
        expect: Callable[[QueueFigures], Range | None],
    ) -> list[CallInLine]:
        """Waiting calls with places and forecasts. Those of one group share the figures of the first of them."""
        shared: dict[str, QueueFigures] = {}
        faces = self._faces(calls)
        shown = []
        for index, call in enumerate(calls, start):
            if call.group not in shared:
                shared[call.group] = self.store.figures(_ask(queue), now_ms, call.call)
            figures = replace(
                shared[call.group],
                ahead=index,
                ring=call.ring,
                rings=max(1, len(call.rings)),
                next_ring_ms=call.next_ring_ms,
            )
            row = call_in_line(call, queue, faces.get(call.call, Face()), now_ms, index + 1)
            shown.append(replace(row, expected=range_of(expect(figures))))
        return shown

    def _rung(self, queue: str) -> list[WaitingCall]:
        """The calls of a line for which phones ring right now, longest wait first."""
        found = (self.store.call(call) for call in self.store.with_agents(queue))
        rung = [call for call in found if call is not None and call.state == "offered"]
        return sorted(rung, key=lambda call: call.score)

    def _faces(self, calls: Sequence[WaitingCall]) -> dict[str, Face]:
        live = [call.call for call in calls if call.mode == "call"]
        found = dict(self.faces.faces(live)) if live else {}
        for call in calls:
            if call.mode == "callback":
                known = _known(call.facts) if call.facts else Known()
                found[call.call] = Face(mask(call.number), known.caller.name, known.caller.kind)
        return found

    def _found(self, call: str) -> WaitingCall:
        """The call, where it is in a line."""
        found = self.store.call(call)
        if found is None:
            raise Refused("unknown_call")
        if found.state == "left":
            raise Refused("call_left")
        return found

    def _settle(self, done: Placed) -> None:
        """Carry out what an act came to; tell what the store refused, having looked at the very moment."""
        if done.refused:
            raise Refused(_REFUSED.get(done.refused, "agent_not_free"))
        for reservation in done.offers:
            self.jobs.hint("ring", reservation)
        for leg in done.drops:
            self.jobs.hint("drop_leg", leg)

    def _note(self, by: str, action: str, call: str, what: str, why: str) -> None:
        """The act is done and on the event stream; without a database it is only missing from the audit."""
        said = " ".join(mask_text(why).split())[:WHY_CHARACTERS]
        try:
            self.audit.note(Act(self.clock.now(), by, action, call, f"{what}: {said}" if said else what))
        except HistoryDown as error:
            _log.error("act not noted in the audit: %s of %s by %s: %s", action, call, by, error)


def _ask(queue: QueueDefinition) -> LineAsk:
    """What a call with no wishes of its own asks of a line."""
    return LineAsk(queue.name, rings_in(queue), queue.rules())
