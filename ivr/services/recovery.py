"""After a store that was started anew: what it may have forgotten of talks is learned from the carrier.

A Redis that dies may lose the last two seconds of its log (`appendfsync everysec`). What a caller or an agent asks next
mends most of it (`waiting.py`, `overdue.py`); but two who talk ask nothing. Forgotten, their agent would be offered
others, and their caller led out of the talk to somebody else. So before any deadline is kept again, somebody looks who
talks in which room, and binds them as they were. What the store does know is left alone.
"""

import logging
from dataclasses import dataclass
from typing import Protocol

from ivr.core.routing.skills import SkillProblem
from ivr.services.agent_side import ROOM
from ivr.services.commands import join_from, joined_ms_from
from ivr.services.dispatch import Dispatch
from ivr.services.lines_port import LineStore
from ivr.services.ports import Agents, Carrier, CarrierError, HistoryDown, Jobs, OpenRoom, Rooms, SessionStore

log = logging.getLogger(__name__)


class Memory(Protocol):
    """Whether somebody has looked since the store was started. Raises StoreDown."""

    def settled(self) -> bool:
        """Whether that is so."""

    def begin(self) -> bool:
        """Whether this process is to look: nobody else does so now."""

    def settle(self) -> None:
        """It was done."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """The verbs. Safe to share between threads. Raise StoreDown."""

    memory: Memory
    lines: LineStore
    rooms: Rooms
    carrier: Carrier
    agents: Agents
    sessions: SessionStore
    dispatch: Dispatch
    jobs: Jobs

    def sweep(self, now_ms: int) -> int:
        """Dispatch's sweep, as soon as somebody has looked: until then no deadline is kept."""
        return self.dispatch.sweep(now_ms) if self.settled(now_ms) else 0

    def reconcile(self, now_ms: int) -> int:
        """Dispatch's repairs, as soon as somebody has looked: until then a talk nobody knows of looks like none."""
        return self.dispatch.reconcile(now_ms) if self.memory.settled() else 0

    def bridge_caller(self, reservation_id: str) -> None:
        """Dispatch's, but for a store nobody has looked at: the caller may be in that very room."""
        if self.memory.settled():
            self.dispatch.bridge_caller(reservation_id)

    def settled(self, now_ms: int) -> bool:
        """Whether somebody has looked since the store was started; looks where nobody has or does."""
        if self.memory.settled():
            return True
        if not self.memory.begin():
            return False
        try:
            found = self._look(now_ms)
        except (CarrierError, HistoryDown) as error:
            log.warning("who talks to whom wasn't learned", extra={"reason": str(error)})
        else:
            log.info("the store was started anew", extra={"talks_found": found})
        self.memory.settle()
        return True

    def _look(self, now_ms: int) -> int:
        if not self.lines.snapshot(now_ms, calls=0).agents:
            return 0  # nobody has ever been on duty here
        return sum(self._bind(room, now_ms) for room in self.rooms.rooms() if room.name.startswith(ROOM))

    def _bind(self, room: OpenRoom, now_ms: int) -> bool:
        """Make the store know of a room; whether it had to be told."""
        reservation = room.name.removeprefix(ROOM)
        call_sid, _, epoch = reservation.rpartition("-")
        held = self.lines.reservation(reservation)
        known = held is not None and (held.bridged_ms or held.ended_ms or held.callback)
        if known or not call_sid or not epoch.isdecimal():
            return False
        legs = self.rooms.in_room(room.sid)
        leg = next((each for each in legs if each != call_sid), "")
        agent = self.agents.by_number(self.carrier.leg(leg).to_number) if leg else None
        if agent is None:
            return False
        self._join(call_sid, now_ms)
        self._let_go(agent.id, reservation, now_ms)
        found = self.lines.found(reservation, agent.id, leg, now_ms)
        self._follow(found.offers, found.drops)
        if found.stale:
            log.warning("a talk stays unknown", extra={"reservation": reservation, "reason": found.stale})
            return False
        if call_sid in legs:
            self.lines.bridged(reservation, call_sid, now_ms)
            self.lines.met(reservation, now_ms)
        else:
            self.jobs.hint("bridge", reservation)
        return True

    def _join(self, call_sid: str, now_ms: int) -> None:
        """A call whose very joining is forgotten joins again, where its session is not."""
        if self.lines.call(call_sid) is not None:
            return
        self.sessions.again(call_sid)
        loaded, facts = self.sessions.load(call_sid), self.sessions.facts(call_sid)
        join = join_from(facts)
        if loaded is None or join is None:
            return
        try:
            self.dispatch.join(loaded[0], join, now_ms, joined_ms_from(facts))
        except SkillProblem as problem:
            log.warning("line not joined", extra={"call": call_sid, "queue": join.queue, "reason": str(problem)})

    def _let_go(self, agent_id: str, reservation: str, now_ms: int) -> None:
        """Whatever else the store believes of an agent who talks: another offer, or the talk before."""
        agent = self.lines.agent(agent_id)
        if agent is None or not agent.reservation or agent.reservation == reservation:
            return
        if agent.state == "on_call":
            self._follow(self.lines.finish(agent.reservation, now_ms).offers, ())
        elif agent.state == "reserved":
            ended = self.lines.end_offer(agent.reservation, "busy", now_ms)
            self._follow(ended.offers, (ended.drop,) if ended.drop else ())

    def _follow(self, offers: tuple[str, ...], drops: tuple[str, ...]) -> None:
        for offer in offers:
            self.jobs.hint("ring", offer)
        for leg in drops:
            self.jobs.hint("drop_leg", leg)
