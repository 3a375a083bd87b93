"""Plays a scenario against the lines: one thing after another, as fast as the machine can.

Each thing is a verb of the `LineStore`, in the order in which a telephone exchange would have caused them: a call
joins, an agent's phone rings, they accept, the two are in the room, one hangs up. What the store answers decides what
follows.
Deadlines the real sweeper would find are looked at every `SWEEP_MS`.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ivr.core.queue_rules import QueueDefinition
from ivr.core.reservation import Cause
from ivr.services.asking import ask_again
from ivr.services.joining import Entrance, Joining
from ivr.services.lines_port import InLine, LineStore
from ivr.simulation.agenda import Agenda
from ivr.simulation.call import LEG, Call, Fate, new_call
from ivr.simulation.calling_back import CallingBack
from ivr.simulation.fairness import Fairness
from ivr.simulation.floor import Floor
from ivr.simulation.joining import Definitions, join_of, session_of
from ivr.simulation.scenario import Caller, Scenario
from ivr.simulation.time_spent import TimeSpent

SWEEP_MS = 15_000
RETRY_MS = 5_000
MOST_DUE = 500


@dataclass(frozen=True, slots=True)
class Played:
    """All that happened."""

    fates: Sequence[Fate]
    agents: dict[str, TimeSpent]
    overtaken: int
    overtaken_for_a_reason: int
    examples: Sequence[str]
    deeds: int
    begin_ms: int
    end_ms: int


class Play:
    """One scenario. `told` is what the lines are told of the time: faults of a clock are played with it.

    `entrance` says who is let into a line that asks for conditions; without one everybody is.
    """

    def __init__(
        self,
        lines: LineStore,
        scenario: Scenario,
        told: Callable[[int], int] | None = None,
        entrance: Entrance | None = None,
    ) -> None:
        scenario.check()
        self._lines = lines
        self._told = told or (lambda at_ms: at_ms)
        self._agenda = Agenda()
        self._queues = scenario.queues
        self._calls: dict[str, Call] = {}
        self._fates: list[Fate] = []
        self._floor = Floor(
            scenario.people,
            lines,
            self._agenda,
            told=self._told,
            follow=self._follow,
            chance=random.Random(scenario.seed),  # noqa: S311 - repeatable draws
        )
        self._joining = Joining(lines, Definitions(scenario.queues), entrance)
        self._busy: Counter[str] = Counter()
        self._fairness = Fairness(self._floor.skills, self._capped)
        self._back = CallingBack(
            lines,
            self._agenda,
            told=self._told,
            follow=self._follow,
            fairness=self._fairness,
            floor=self._floor,
            calls=self._calls,
            answered=self._answered,
            leaves=self._leaves,
            chance=random.Random(f"{scenario.seed} callbacks"),  # noqa: S311 - repeatable draws
        )
        self._to_come = len(scenario.callers)
        self._begin = min(caller.at_ms for caller in scenario.callers)
        for number, caller in enumerate(scenario.callers):
            self._agenda.note(caller.at_ms, self._arrives, number, caller)
        self._agenda.note(self._begin + SWEEP_MS, self._sweep)

    def run(self) -> Played:
        """Play it to the end. Raises ports.StoreDown."""
        end = self._agenda.run()
        self._floor.close(end)
        return Played(
            fates=self._fates,
            agents=dict(self._floor.times()),
            overtaken=self._fairness.overtaken_by_score,
            overtaken_for_a_reason=self._fairness.overtaken_by_time,
            examples=self._fairness.examples[:5],
            deeds=self._agenda.done,
            begin_ms=self._begin,
            end_ms=end,
        )

    # --- callers ---------------------------------------------------------------------------------------------------
    def _arrives(self, at_ms: int, number: int, caller: Caller) -> None:
        name = f"CA{number:032x}"
        call = self._calls[name] = new_call(name, caller, self._queues[caller.queue])
        self._fairness.stands(call.place)
        said = self._joining.join(session_of(name), join_of(caller), self._told(at_ms))
        call.queued = not said.offers
        if call.queue.overflow:
            kept = self._lines.call(name)
            if kept is not None and kept.queue != call.queue.name:
                self._comes_into(call, self._queues[kept.queue])
        self._follow_line(at_ms, call, said)
        if not call.over:
            self._agenda.note(at_ms + caller.patience_ms, self._gives_up, call)
            if caller.callback is not None:
                self._agenda.note(at_ms + caller.callback.after_ms, self._back.books, call)
            self._waits(at_ms, call)

    def _waits(self, at_ms: int, call: Call) -> None:
        """What will be due while it stands in the line it is in."""
        queue = call.queue
        if queue.max_wait_seconds:
            self._agenda.note(call.joined_ms + queue.max_wait_seconds * 1000, self._looks, call, queue)
        for ring in range(call.ring + 1, len(call.rings) + 1):
            opens_ms = call.joined_ms + call.rings[ring - 1].after_ms
            self._agenda.note(max(at_ms, opens_ms), self._widens, call, queue, ring)

    def _comes_into(self, call: Call, queue: QueueDefinition) -> None:
        """It stands in another line now, in the place it has."""
        self._fairness.gone(call.id)
        kept = self._lines.call(call.id)
        call.stands_in(queue, ask_again(queue, kept.asks if kept else "", "").rings)
        self._fairness.stands(call.place)

    def _gives_up(self, at_ms: int, call: Call) -> None:
        if call.over or call.talks_with or call.booked_ms:
            return
        gone = self._lines.leave(call.id, "abandoned", self._told(at_ms))
        self._leaves(at_ms, call, gone.reason)
        self._follow(at_ms, gone.offers)

    def _looks(self, at_ms: int, call: Call, queue: QueueDefinition) -> None:
        """The wait may have reached its limit; a call that is being offered just then is looked at again."""
        if call.over or call.talks_with or call.booked_ms or call.queue is not queue:
            return
        self._follow_line(at_ms, call, self._lines.waiting(call.id, self._told(at_ms)))
        if not call.over:
            self._agenda.note(at_ms + RETRY_MS, self._looks, call, queue)

    def _widens(self, at_ms: int, call: Call, queue: QueueDefinition, ring: int) -> None:
        """A ring opens by the hour."""
        if call.over or call.talks_with or call.queue is not queue or ring <= call.ring:
            return
        offers = self._lines.widen(call.id, self._told(at_ms))
        self._is_in(call, ring)
        self._follow(at_ms, offers)

    def _is_in(self, call: Call, ring: int) -> None:
        if ring != call.ring and not call.over:
            call.ring = ring
            call.place = replace(call.place, wanted=call.rings[ring - 1].wanted)
            if self._fairness.gone(call.id):
                self._fairness.stands(call.place)

    def _follow_line(self, at_ms: int, call: Call, said: InLine) -> None:
        if said.overflow:
            self._runs_over(at_ms, call, said)
            return
        self._is_in(call, said.ring)
        if said.state == "left" and not call.over:
            self._leaves(at_ms, call, said.left_reason)
        self._follow(at_ms, said.offers)

    def _runs_over(self, at_ms: int, call: Call, said: InLine) -> None:
        """Its line keeps it no longer and names one that does."""
        placed = self._joining.run_over(call.id, said, self._told(at_ms))
        if placed.refused:
            return
        self._comes_into(call, self._queues[said.overflow])
        self._follow(at_ms, placed.offers)
        if not call.offers and not call.talks_with:
            self._is_in(call, self._lines.waiting(call.id, self._told(at_ms)).ring)
        self._waits(at_ms, call)

    def _leaves(self, at_ms: int, call: Call, reason: str) -> None:
        call.over = True
        self._frees_line(call)
        self._fairness.gone(call.id)
        self._fates.append(call.fate(at_ms, reason))
        self._to_come -= 1
        for agent in call.offers.values():
            self._floor.let_go(agent, at_ms)
        call.offers.clear()
        del self._calls[call.id]

    # --- offers ----------------------------------------------------------------------------------------------------
    def _follow(self, at_ms: int, offers: Sequence[str]) -> None:
        for offer in offers:
            self._rings(at_ms, offer)

    def _rings(self, at_ms: int, offer: str) -> None:
        call = self._calls[offer.rpartition("-")[0]]
        ring_ms = call.queue.ring_seconds * 1000
        said = self._lines.ringing(offer, LEG, self._told(at_ms), lease_ms=2 * ring_ms)
        if said.stale:
            return
        call.offers[offer] = said.agent
        if not call.busy:
            call.busy = True
            self._busy[call.queue.name] += 1
        self._fairness.offered(call.id, said.agent)
        answer, then = self._floor.rings(said.agent, at_ms, ring_ms)
        deed = self._accepts if answer == "accept" else self._refuses
        if then == at_ms:
            deed(at_ms, call, offer, answer)
        else:
            self._agenda.note(then, deed, call, offer, answer)

    def _accepts(self, at_ms: int, call: Call, offer: str, _: str) -> None:
        agent = call.offers.pop(offer, "")
        if not agent:
            return
        now = self._told(at_ms)
        accepted = self._lines.accept(offer, now)
        self._floor.talks(agent, at_ms)
        for other in call.offers.values():
            self._floor.let_go(other, at_ms)
        call.offers.clear()
        if call.booked_ms:
            self._back.dials(at_ms, call, offer, agent)
        else:
            self._lines.bridged(offer, call.id, now)
            self._lines.met(offer, now)
            self._answered(at_ms, call, agent)
        self._follow(at_ms, accepted.offers)

    def _answered(self, at_ms: int, call: Call, agent: str) -> None:
        call.talks_with = agent
        self._fates.append(call.fate(at_ms, "answered", agent))
        self._agenda.note(at_ms + call.caller.talk_ms, self._hangs_up, call)

    def _refuses(self, at_ms: int, call: Call, offer: str, answer: str) -> None:
        agent = call.offers.pop(offer, "")
        if not agent:
            return
        cause: Cause = "declined" if answer == "declined" else "no_answer"
        if not call.offers:
            self._frees_line(call)
            self._fairness.stands(call.place)
        ended = self._lines.end_offer(offer, cause, self._told(at_ms))
        self._floor.backs_off(agent, at_ms, cause)
        self._follow(at_ms, ended.offers)
        if not (call.offers or call.over or call.talks_with or call.booked_ms):  # perhaps it has rung long enough
            self._follow_line(at_ms, call, self._lines.waiting(call.id, self._told(at_ms)))

    def _hangs_up(self, at_ms: int, call: Call) -> None:
        call.over = True
        self._frees_line(call)
        self._to_come -= 1
        gone = self._lines.leave(call.id, "talked", self._told(at_ms))
        self._floor.finishes(call.talks_with, at_ms, call.queue.wrap_up_seconds * 1000)
        del self._calls[call.id]
        self._follow(at_ms, gone.offers)

    def _frees_line(self, call: Call) -> None:
        if call.busy:
            call.busy = False
            self._busy[call.queue.name] -= 1

    def _capped(self, queue: str) -> bool:
        most = self._queues[queue].max_talking
        return bool(most) and self._busy[queue] >= (most or 0)

    # --- deadlines -------------------------------------------------------------------------------------------------
    def _sweep(self, at_ms: int) -> None:
        now = self._told(at_ms)
        for kind, subject in self._lines.due(now, MOST_DUE):
            if kind == "agent":
                self._floor.due(at_ms, subject)
            elif kind in {"call", "ring"} and subject in self._calls:
                call = self._calls[subject]
                if call.booked_ms:
                    self._back.looks(at_ms, call)
                    continue
                self._follow_line(at_ms, call, self._lines.waiting(subject, now))
            elif kind == "group":
                self._follow(at_ms, self._lines.widen_group(subject, now))
            else:
                self._lines.put_off(kind, subject, 0, now)
        if self._to_come:
            self._agenda.note(at_ms + SWEEP_MS, self._sweep)
