"""The lines as supervisors and other programs see and steer them: looking, boosting, moving, pulling.

Every act is one atomic verb of the store; what it refuses is told by name and nothing is done then. What was done is
in the audit, and in the call's explanation under the name of whoever did it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import msgspec

from ivr.core.agent import Agent
from ivr.core.callback import Known
from ivr.core.mask import mask_text
from ivr.core.phone import mask
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.skills import SkillProblem, parse
from ivr.services.clock import Clock
from ivr.services.desk_ports import ActDone, DeskStore, Face, Faces, Forecasts, Standing
from ivr.services.lines_port import Snapshot
from ivr.services.lines_view import (
    CallInLine,
    LineNow,
    LineRules,
    Placed,
    accuracy_of,
    call_in_line,
    moment,
    range_of,
    rings_in,
    rules_of,
    team_of,
)
from ivr.services.ports import Act, Agents, Audit, Flows, HistoryDown, Jobs

_log = logging.getLogger(__name__)
_known = msgspec.json.Decoder(Known).decode

LONGEST_BOOST_SECONDS = 24 * 3600
WHY_CHARACTERS = 200

Refusal = Literal[
    "unknown_line", "unknown_call", "unknown_agent", "call_left", "call_taken", "already_there", "agent_not_free"
]
_WORDS: Mapping[Refusal, str] = {
    "unknown_line": "There is no line of this name.",
    "unknown_call": "There is no call of this id in any line.",
    "unknown_agent": "There is no agent of this id.",
    "call_left": "This call has left its line meanwhile.",
    "call_taken": "An agent has taken this call meanwhile.",
    "already_there": "This call is in that line already.",
    "agent_not_free": "This agent is not free.",
}
UNKNOWN: frozenset[Refusal] = frozenset({"unknown_line", "unknown_call", "unknown_agent"})


class Refused(Exception):  # noqa: N818 - a refusal in words
    """Nothing was done. `code` says why, the message in words."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(_WORDS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at everybody: who works, with which skills, and the calls a phone rings for, longest wait first."""

    now_ms: int
    snapshot: Snapshot
    team: tuple[tuple[Agent, Mapping[str, int]], ...]
    rung: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class LineDesk:
    """The verbs. They raise Refused and StoreDown."""

    store: DeskStore
    flows: Flows
    agents: Agents
    faces: Faces
    audit: Audit
    jobs: Jobs
    clock: Clock
    forecasts: Forecasts

    # --- looking ---------------------------------------------------------------------------------------------------
    def lines(self, calls: int = 0) -> list[LineNow]:
        """Every line, in the order of the operator's file, with the first `calls` of each."""
        look = self._look(with_rung=calls > 0)
        return [self._line(queue, look, 0, calls) for queue in self._known(look.snapshot)]

    def line(self, name: str, start: int = 0, count: int = 50) -> tuple[LineNow, LineRules]:
        """One line with its calls from place `start` on, and its rules."""
        look = self._look(with_rung=start == 0)
        for queue in self._known(look.snapshot):
            if queue.name == name:
                return self._line(queue, look, start, count), rules_of(queue)
        raise Refused("unknown_line")

    def call(self, call: str) -> Placed:
        """One call that waits, or for which a phone rings or rang."""
        now_ms = self.clock.now_ms()
        place = self._place(call)
        figures = self.store.figures(place.call.queue, call)
        waits = place.call.state == "waiting"
        expected = self.forecasts.expected(place.call.queue, figures) if waits else None
        face = self._faces([place]).get(call, Face())
        shown = call_in_line(place, face, figures.ahead + 1 if waits else 0, now_ms, expected)
        return Placed(place.call.queue, shown)

    # --- acting ----------------------------------------------------------------------------------------------------
    def boost(self, call: str, seconds: int, by: str, why: str = "") -> None:
        """Make a waiting call worth `seconds` of waiting more, or less. `by` is an account's name."""
        self._waiting(call)
        self._settle(self.store.boost(call, seconds, by, self.clock.now_ms()), "call_taken")
        self._note(by, "call.boost", call, f"{seconds:+d} s", why)

    def move(self, call: str, queue: str, by: str, why: str = "") -> None:
        """Put a waiting call into another line, where it stands by its wait as if it had always been there."""
        target = self.flows.queue(queue)
        if target is None:
            raise Refused("unknown_line")
        place = self._waiting(call)
        if place.call.queue == queue:
            raise Refused("already_there")
        try:
            rings = rings_in(target, place.asks, place.prefer)
        except SkillProblem:  # what its flow asked for can't be had in that line: then only the line asks
            rings = rings_in(target)
        done = self.store.move(call, queue, rings, target.rules(), by, self.clock.now_ms())
        self._settle(done, "call_taken")
        self._note(by, "call.move", call, f"from {place.call.queue} to {queue}", why)

    def pull(self, call: str, agent: str, by: str, why: str = "") -> None:
        """Offer a waiting call to this agent, who must be free, before anybody else, whatever their skills."""
        if self.agents.get(agent) is None:
            raise Refused("unknown_agent")
        self._waiting(call)
        self._settle(self.store.pull(call, agent, by, self.clock.now_ms()), "agent_not_free")
        self._note(by, "call.pull", call, f"to {agent}", why)

    # --- how -------------------------------------------------------------------------------------------------------
    def _known(self, snapshot: Snapshot) -> list[QueueDefinition]:
        """The lines of the operator's files, then those calls still wait in though no file names them any more."""
        defined = list(self.flows.queues())
        names = {queue.name for queue in defined}
        lost = [queue.name for queue in snapshot.queues if queue.waiting and queue.name not in names]
        return defined + [QueueDefinition(name) for name in lost]

    def _look(self, *, with_rung: bool) -> "_Look":
        now_ms = self.clock.now_ms()
        snapshot = self.store.snapshot(now_ms, calls=0)
        team = tuple((agent, parse(snapshot.skills.get(agent.id, ""))) for agent in snapshot.agents)
        rung: list[Standing] = []
        if with_rung:
            calls = sorted({agent.call for agent in snapshot.agents if agent.state == "reserved" and agent.call})
            places = (place for call in calls if (place := self.store.standing(call)) is not None)
            rung = sorted((place for place in places if place.call.state == "offered"), key=lambda p: p.call.score)
        return _Look(now_ms, snapshot, team, tuple(rung))

    def _line(self, queue: QueueDefinition, look: "_Look", start: int, count: int) -> LineNow:
        now_ms = look.now_ms
        figures = self.store.figures(queue.name)
        places = list(self.store.waiting_in(queue.name, start, count)) if count else []
        rung = [place for place in look.rung if place.call.queue == queue.name]
        faces = self._faces([*rung, *places])
        shown = [call_in_line(place, faces.get(place.call.call, Face()), 0, now_ms, None) for place in rung]
        shown += self._numbered(queue.name, places, faces, start, now_ms)
        head = figures.head_since_ms if figures.waiting else 0
        return LineNow(
            name=queue.name,
            title=queue.title or queue.name,
            waiting=figures.waiting,
            callbacks=figures.callbacks_ahead,
            team=team_of(rings_in(queue)[-1].wanted, look.team),
            oldest_since=moment(head) if head else None,
            oldest_seconds=max(0, now_ms - head) // 1000 if head else 0,
            expected=range_of(self.forecasts.expected(queue.name, figures)),
            accuracy=accuracy_of(self.forecasts.accuracy(queue.name)),
            calls=tuple(shown),
            next=start + count if places and start + len(places) < figures.waiting else None,
        )

    def _numbered(
        self, queue: str, places: Sequence[Standing], faces: Mapping[str, Face], start: int, now_ms: int
    ) -> list[CallInLine]:
        """Waiting calls with their positions. Those that ask for the same share the figures of the first of them."""
        shared: dict[str, QueueFigures] = {}
        shown = []
        for index, place in enumerate(places, start):
            call = place.call
            if call.group not in shared:
                shared[call.group] = self.store.figures(queue, call.call)
            figures = replace(shared[call.group], ahead=index)
            expected = self.forecasts.expected(queue, figures)
            shown.append(call_in_line(place, faces.get(call.call, Face()), index + 1, now_ms, expected))
        return shown

    def _faces(self, places: Sequence[Standing]) -> dict[str, Face]:
        live = [place.call.call for place in places if place.call.mode == "call"]
        found = dict(self.faces.faces(live)) if live else {}
        for place in places:
            call = place.call
            if call.mode == "callback":
                known = _known(call.facts) if call.facts else Known()
                found[call.call] = Face(mask(call.number), known.caller.name, known.caller.kind)
        return found

    def _place(self, call: str) -> Standing:
        """The call, where it is in a line."""
        place = self.store.standing(call)
        if place is None:
            raise Refused("unknown_call")
        if place.call.state == "left":
            raise Refused("call_left")
        return place

    def _waiting(self, call: str) -> Standing:
        """The call, where nobody has taken it yet."""
        place = self._place(call)
        if place.call.state in ("accepted", "bridged"):
            raise Refused("call_taken")
        return place

    def _settle(self, done: ActDone, otherwise: Refusal) -> None:
        """Ring who was offered something; tell what the store refused, having looked at the very moment."""
        if done.refused:
            raise Refused(_REFUSED.get(done.refused, otherwise))
        for reservation in done.offers:
            self.jobs.hint("ring", reservation)

    def _note(self, by: str, action: str, call: str, what: str, why: str) -> None:
        """The act is done and on the event stream; without a database it is only missing from the audit."""
        said = " ".join(mask_text(why).split())[:WHY_CHARACTERS]
        try:
            self.audit.note(Act(self.clock.now(), by, action, call, f"{what}: {said}" if said else what))
        except HistoryDown as error:
            _log.error("act not noted in the audit: %s of %s by %s: %s", action, call, by, error)


_REFUSED: Mapping[str, Refusal] = {
    "unknown": "unknown_call",
    "left": "call_left",
    "gone": "call_left",
    "taken": "call_taken",
    "there": "already_there",
    "busy": "agent_not_free",
}
