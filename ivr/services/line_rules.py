"""Keeps the lines in Redis to the operator's definitions: a change reaches the calls that already wait."""

import logging

from ivr.core.queue import WaitingCall
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.skills import SkillProblem
from ivr.services.asking import ask_again
from ivr.services.lines_port import LineAsk, LineStore
from ivr.services.ports import Flows

BATCH = 200
INSIST_AT_MOST = 5
"""How often a minute a process tells a line what it has told it already."""

_log = logging.getLogger(__name__)


class LineRules:
    """Told definitions and grouped calls. Safe to share between threads; raises ports.StoreDown."""

    def __init__(self, lines: LineStore, flows: Flows) -> None:
        self._lines = lines
        self._flows = flows
        self._told: dict[str, str] = {}
        self._insisted: dict[str, tuple[int, int]] = {}

    def tell(self, now_ms: int) -> None:
        """Tell the store each definition that isn't the one it has.

        Where it was told already, somebody told another since: a process that hadn't yet read the file, as a call came.
        It is told again, but not for ever: one whose file is another stays of another opinion, and lines that change
        their rules by the second would serve nobody.
        """
        queues = self._flows.queues()
        kept = self._lines.digests([queue.name for queue in queues], now_ms)
        for queue in queues:
            rules = queue.rules()
            if kept[queue.name] == rules.digest:
                self._told[queue.name] = rules.digest
            elif self._told.get(queue.name) != rules.digest or self._insists(queue.name, now_ms):
                self._lines.define(queue.name, rules, now_ms)
                self._told[queue.name] = rules.digest

    def _insists(self, queue: str, now_ms: int) -> bool:
        """Whether a line may be told the same again."""
        minute, times = now_ms // 60_000, 0
        if queue in self._insisted and self._insisted[queue][0] == minute:
            times = self._insisted[queue][1]
        self._insisted[queue] = (minute, times + 1)
        return times < INSIST_AT_MOST

    def regroup(self, queue_name: str, now_ms: int) -> tuple[str, ...]:
        """Ask anew for every call that waits in a line; the offers this made."""
        queue = self._flows.queue(queue_name) or QueueDefinition(queue_name)
        total, _ = self._lines.waiting_in(queue_name, 0, 0)
        calls: dict[str, WaitingCall] = {}
        for start in range(0, total, BATCH):
            calls |= {call.call: call for call in self._lines.waiting_in(queue_name, start, BATCH)[1]}
        for name in self._lines.with_agents(queue_name):
            if (call := self._lines.call(name)) is not None:
                calls[name] = call
        offers = [offer for call in calls.values() for offer in self._one(queue, call, now_ms)]
        self._lines.put_off("line", queue_name, 0, now_ms)
        return tuple(offers)

    def _one(self, queue: QueueDefinition, call: WaitingCall, now_ms: int) -> tuple[str, ...]:
        try:
            asked = ask_again(queue, call.asks, call.prefer)
        except SkillProblem as problem:
            _log.error("a waiting call keeps what it asked for", extra={"call": call.call, "why": str(problem)})
            return ()
        return self._lines.regroup(call.call, LineAsk(queue.name, asked.rings, queue.rules()), now_ms).offers
