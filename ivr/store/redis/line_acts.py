"""The lines' rules and what people do with calls in them: a part of `RedisLines`."""

from collections.abc import Mapping, Sequence
from typing import Any

from ivr.core.queue import WaitingCall
from ivr.core.queue_figures import MINUTES, QueueFigures
from ivr.core.queue_rules import Rules
from ivr.core.routing.groups import Group
from ivr.services.lines_port import NOTHING_KEPT, Kept, LineAsk, Placed
from ivr.services.ports import StoreDown
from ivr.store.redis.line_records import call_record
from ivr.store.redis.line_verbs import ATTEMPTS, LineVerbs, drops_of, offers_of

PATROL_BATCH = 500
WIDEN_BATCH = 200
LOOKED_AT = 200
"""Agents and calls ahead a forecast looks at one by one; of more agents a sample stands for all."""


class LineActs(LineVerbs):
    """The verbs about a line as a whole, and those of people."""

    def define(self, queue: str, rules: Rules, now_ms: int) -> bool:
        """A line's rules from now on."""
        return self._define(queue, rules, now_ms)

    def digests(self, queues: Sequence[str], now_ms: int) -> Mapping[str, str]:
        """By which rules lines are kept now."""
        if not queues:
            return {}
        said = self._run("line_digests", now_ms, "", *queues)
        return dict(zip(queues, said["digests"], strict=True))

    def regroup(self, call: str, ask: LineAsk, now_ms: int) -> Placed:
        """What a waiting call asks for, anew."""
        return _placed(self._run_asking("call_regroup", now_ms, "", ask, (call, ask.queue)))

    def widen(self, call: str, now_ms: int) -> Sequence[str]:
        """Open the rings of a call that are due."""
        return offers_of(self._run("call_widen", now_ms, "", call))

    def widen_group(self, group: str, now_ms: int) -> Sequence[str]:
        """On to the next rings with the calls of a group nobody serves."""
        offers: tuple[str, ...] = ()
        kept = 0
        while True:
            said = self._run("group_widen", now_ms, "", group, kept, WIDEN_BATCH)
            offers += offers_of(said)
            kept += int(said["kept"])
            if int(said["seen"]) < WIDEN_BATCH:
                return offers

    def patrol(self, group: str, now_ms: int) -> Sequence[str]:
        """Calls of a group without a sign of life."""
        said = self._run("group_patrol", now_ms, "", group, self._waits.silence_ms, PATROL_BATCH)
        return tuple(said["silent"] or ())

    def boost(self, call: str, seconds: int, by: str, now_ms: int, operation: str = "") -> Placed:
        """Seconds of waiting time for a call."""
        return _placed(self._run("call_boost", now_ms, operation, call, seconds, by))

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
        """To another line, in the place it has."""
        arguments = (call, to.queue, to.rules.digest, by, offset, kept.asks, kept.prefer, kept.dropped)
        return _placed(self._run_asking("call_move", now_ms, operation, to, arguments))

    def pull(self, call: str, agent: str, by: str, now_ms: int, operation: str = "") -> Placed:
        """To a free agent, past its place."""
        return _placed(self._run("call_pull", now_ms, operation, call, agent, by))

    def waiting_in(self, queue: str, start: int = 0, count: int = 50) -> tuple[int, Sequence[WaitingCall]]:
        """How many wait in a line, and some of them in order."""
        said = self._run("call_places", 0, "", queue, start, count)
        found = ((call, self._hash("call", call)) for call in said["calls"] or ())
        return int(said["total"]), [
            self._as_asked(call_record(call, kept)) for call, kept in found if kept.get("state")
        ]

    def with_agents(self, queue: str) -> Sequence[str]:
        """The calls of a line that are with agents."""
        return sorted(self._with_agents(queue))

    def figures(self, ask: LineAsk, now_ms: int, call: str = "") -> QueueFigures:
        """A line as one call finds it."""
        group = Group(ask.queue, ask.rings[0].wanted, ask.rules.strategy)
        for _ in range(ATTEMPTS):
            said = self._run("line_figures", now_ms, "", ask.queue, call, str(group), LOOKED_AT)
            if not said.get("intern"):
                return figures_of(said)
            self._intern(group, now_ms)
        raise StoreDown("the groups of the lines kept changing")


def _placed(said: dict[str, Any]) -> Placed:
    return Placed(
        refused=said.get("refused", ""),
        state=said.get("state", ""),
        position=int(said.get("position", 0)),
        drops=drops_of(said),
        offers=offers_of(said),
    )


def figures_of(said: dict[str, Any]) -> QueueFigures:
    """The figures as `lua/_figures.lua` tells them."""
    pace = said["pace"] or {}
    this = int(said["now"]) // 60_000

    def counts(what: str) -> tuple[int, ...]:
        slots = [(minute % (MINUTES + 1), minute) for minute in range(this, this - MINUTES, -1)]
        return tuple(int(pace.get(f"{what}{s}", 0)) if pace.get(f"m{s}") == minute else 0 for s, minute in slots)

    return QueueFigures(
        at_ms=int(said["now"]),
        waiting=int(said["waiting"]),
        ahead=int(said["ahead"]),
        callbacks_ahead=int(said["callbacks_ahead"]),
        rivals=int(said["rivals"]),
        staff=int(said["staff"]),
        available=int(said["available"]),
        busy=int(said["busy"]),
        paused=int(said["paused"]),
        talking=int(said["talking"]),
        head_since_ms=int(said["head"]),
        last_wait_ms=int(said["last_wait"]),
        last_answered_ms=int(said["last_answered"]),
        answered=counts("a"),
        arrived=counts("j"),
        abandoned=counts("x"),
        talk_ms_recent=int(said["talk_ms"]),
        ring=int(said["ring"]),
        rings=int(said["rings"]),
        next_ring_ms=int(said["next_ring"]),
    )
