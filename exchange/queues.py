"""Carrier queues: first in, first out, made on first use (contract 3.7, 4.3)."""

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.bridge import Bridge
from exchange.errors import ExchangeError, not_found
from exchange.leg import Goto, Leg
from exchange.records import Hook, Member, Queue

if TYPE_CHECKING:
    from exchange.switch import Switch

_MOST, _NAME = 5000, 64
_KEPT_WAITS = 1000


@dataclass(slots=True)
class Claim:
    """A waiting call taken by a leg that dialled its queue. `lost`: the caller hung up; `abandoned`: the taker did."""

    taker: Leg
    hook: Hook | None
    bridge: Bridge | None = None
    lost: bool = False
    abandoned: bool = False


class Taken(Exception):  # noqa: N818 - a state, not a failure
    """A Dial Queue took the call."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A leg's stay in a queue, since `since` (exchange seconds). `inside` until it leaves, by whatever way."""

    leg: Leg
    queue: Queue
    member: Member
    since: float
    claim: Claim | None = None
    inside: bool = True
    seconds: int = 0

    def look(self) -> None:
        """Raise Taken once claimed."""
        if self.claim is not None:
            raise Taken


class Queues:
    """`switch.queues`."""

    def __init__(self, switch: "Switch") -> None:
        self.switch = switch
        self.all: dict[str, Queue] = {}
        self._waiting: dict[str, Waiting] = {}
        self._takers: dict[str, builtins.list[Leg]] = {}

    # Callers and agents.

    def named(self, name: str) -> Queue | None:
        """The queue of that name."""
        return next((queue for queue in self.all.values() if queue.friendly_name == name), None)

    def enter(self, name: str, leg: Leg) -> Waiting | None:
        """Stand in line, None where the queue is full. The queue is made on first use."""
        queue = self.named(name) or self.create(name)
        if len(queue.members) >= queue.max_size:
            return None
        member = Member(leg.call.sid, self.switch.clock.now())
        waiting = Waiting(leg, queue, member, self.switch.clock.seconds())
        queue.members.append(member)
        self._waiting[leg.call.sid] = waiting
        leg.timeline.add("queued", queue.friendly_name, queue=queue.sid, position=len(queue.members))
        leg.on_end.append(lambda: self.leave(waiting))
        for taker in self._takers.get(queue.sid, []):
            taker.ring_bell()
        return waiting

    def leave(self, waiting: Waiting) -> None:
        """Out of the line; nothing where already out."""
        if not waiting.inside:
            return
        waiting.inside = False
        waiting.seconds = round(self.switch.clock.seconds() - waiting.since)
        waiting.queue.members.remove(waiting.member)
        waiting.queue.waits.append(waiting.seconds)
        del waiting.queue.waits[:-_KEPT_WAITS]
        self._waiting.pop(waiting.leg.call.sid, None)
        waiting.leg.timeline.add("dequeued", waiting.queue.friendly_name, seconds=waiting.seconds)

    def position(self, waiting: Waiting) -> int:
        """1-based."""
        return waiting.queue.members.index(waiting.member) + 1

    def fields(self, waiting: Waiting) -> dict[str, str]:
        """What a wait request adds."""
        queue = waiting.queue
        if not waiting.inside:
            return {"QueueSid": queue.sid, "QueueTime": str(waiting.seconds)}
        return {
            "QueueSid": queue.sid,
            "QueuePosition": str(self.position(waiting)),
            "QueueTime": str(round(self.switch.clock.seconds() - waiting.since)),
            "AvgQueueTime": str(queue.average_wait_time),
            "CurrentQueueSize": str(len(queue.members)),
            "MaxQueueSize": str(queue.max_size),
        }

    def attend(self, queue: Queue, taker: Leg) -> None:
        """A leg that dials the queue wants to know of arrivals."""
        self._takers.setdefault(queue.sid, []).append(taker)

    def part(self, queue: Queue, taker: Leg) -> None:
        """It no longer does."""
        self._takers[queue.sid].remove(taker)

    def take(self, queue: Queue, taker: Leg, hook: Hook | None) -> Waiting | None:
        """Claim the front member for `taker`; None where the queue is empty. Out of line from this moment."""
        if not queue.members:
            return None
        waiting = self._waiting[queue.members[0].call_sid]
        waiting.claim = Claim(taker, hook)
        self.leave(waiting)
        waiting.leg.ring_bell()
        return waiting

    # REST.

    def create(self, friendly_name: str, max_size: int | None = None) -> Queue:
        """Make a queue. 22003 name taken, 20001 bad size or name."""
        if not 1 <= len(friendly_name) <= _NAME:
            raise ExchangeError(20001, f"FriendlyName must have 1 to {_NAME} characters")
        if self.named(friendly_name) is not None:
            raise ExchangeError(22003, f"Queue FriendlyName {friendly_name!r} is already in use")
        size = self.switch.behaviour.queue_size if max_size is None else max_size
        self._check_size(size)
        now = self.switch.clock.now()
        queue = Queue(self.switch.ids.queue(), self.switch.account_sid, friendly_name, size, now, now)
        self.all[queue.sid] = queue
        return queue

    @staticmethod
    def _check_size(size: int) -> None:
        if not 1 <= size <= _MOST:
            raise ExchangeError(20001, f"MaxSize must be between 1 and {_MOST}")

    def get(self, sid: str) -> Queue:
        """20404 where unknown."""
        queue = self.all.get(sid)
        if queue is None:
            raise not_found(f"/Queues/{sid}")
        return queue

    def update(self, sid: str, friendly_name: str | None = None, max_size: int | None = None) -> Queue:
        """Rename or resize."""
        queue = self.get(sid)
        if max_size is not None:
            self._check_size(max_size)
            queue.max_size = max_size
        if friendly_name is not None and friendly_name != queue.friendly_name:
            if self.named(friendly_name) is not None:
                raise ExchangeError(22003, f"Queue FriendlyName {friendly_name!r} is already in use")
            queue.friendly_name = friendly_name
        queue.date_updated = self.switch.clock.now()
        return queue

    def delete(self, sid: str) -> None:
        """Refused (22002) while somebody waits (K)."""
        queue = self.get(sid)
        if queue.members:
            raise ExchangeError(22002, "Queue is not empty")
        del self.all[sid]

    def members(self, sid: str) -> "builtins.list[Member]":
        """In order."""
        return builtins.list(self.get(sid).members)

    def member(self, sid: str, who: str) -> tuple[Member, int]:
        """`who`: CallSid or `Front`. The member and its position, 1-based. 20404 where gone."""
        members = self.get(sid).members
        for position, member in enumerate(members, 1):
            if member.call_sid == who or who.lower() == "front":
                return member, position
        raise not_found(f"/Queues/{sid}/Members/{who}")

    def dequeue(self, sid: str, who: str, document: Hook) -> tuple[Member, int]:
        """Pull a member out to run `document`. Returns the member as it was and its position. 20404 where gone."""
        member, position = self.member(sid, who)
        waiting = self._waiting[member.call_sid]
        if self.switch.faults.strike("member_gone", member.call_sid):
            waiting.leg.hang_up()
            raise not_found(f"/Queues/{sid}/Members/{who}")
        self.leave(waiting)
        if self.switch.faults.strike("hang_up_after_member_post", member.call_sid):
            waiting.leg.hang_up()
        else:
            waiting.leg.send_to(Goto(document, kind="document"))
        return member, position

    def list(self) -> "builtins.list[Queue]":
        """Newest first."""
        return builtins.list(self.all.values())[::-1]
