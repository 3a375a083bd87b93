"""Was anybody overtaken? Kept beside the store, and by other means, so that a fault there shows here.

Of every group (a line and what is asked of it just now) the waiting calls are known by their place (class, order) and
by their virtual start. When an agent is offered a call, the first of every group they may answer is looked at. A line
that has reached its cap of talks is passed over: that is a reason.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ivr.core.routing.skills import may_answer

Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: its line, what it asks for, its score, its virtual start, all as told when it joined."""

    call: str
    queue: str
    wanted: str
    score: int
    start_ms: int

    @property
    def group(self) -> Group:
        """Its group."""
        return self.queue, self.wanted


@dataclass(slots=True)
class _Heads:
    """The calls of a group by one number, and who is still there."""

    heap: list[tuple[int, str]] = field(default_factory=list)

    def first(self, places: Mapping[str, Place], group: Group) -> tuple[int, str] | None:
        while self.heap:
            at = places.get(self.heap[0][1])
            if at is not None and at.group == group:
                return self.heap[0]
            heapq.heappop(self.heap)
        return None


class Fairness:
    """The waiting calls, as somebody in the room would see them."""

    def __init__(self, skills: Mapping[str, Mapping[str, int]], capped: Callable[[str], bool] | None = None) -> None:
        self._skills = skills
        self._capped = capped or (lambda _: False)
        self._waiting: dict[str, Place] = {}
        self._by_score: dict[Group, _Heads] = {}
        self._by_start: dict[Group, _Heads] = {}
        self._may: dict[tuple[str, str], bool] = {}
        self.overtaken_by_score = 0
        self.overtaken_by_time = 0
        self.examples: list[str] = []

    def stands(self, place: Place) -> None:
        """A call stands in line, in this place from now on."""
        self._waiting[place.call] = place
        heapq.heappush(self._by_score.setdefault(place.group, _Heads()).heap, (place.score, place.call))
        heapq.heappush(self._by_start.setdefault(place.group, _Heads()).heap, (place.start_ms, place.call))

    def gone(self, call: str) -> Place | None:
        """It stands there no more."""
        return self._waiting.pop(call, None)

    def offered(self, call: str, agent: str) -> None:
        """An agent is offered a call: somebody before it whom they may answer has been overtaken."""
        place = self.gone(call)
        if place is None:
            return
        by_score = self._first(self._by_score, agent)
        if by_score is not None and by_score[0] < place.score:
            self.overtaken_by_score += 1
            self.examples.append(f"{agent} was offered {call} before {by_score[1]}")
        by_start = self._first(self._by_start, agent)
        if by_start is not None and by_start[0] < place.start_ms:
            self.overtaken_by_time += 1

    def _first(self, heads: Mapping[Group, _Heads], agent: str) -> tuple[int, str] | None:
        found = None
        for group, its in heads.items():
            if not its.heap or not self._may_answer(agent, group[1]) or self._capped(group[0]):
                continue
            first = its.first(self._waiting, group)
            if first is not None and (found is None or first < found):
                found = first
        return found

    def _may_answer(self, agent: str, wanted: str) -> bool:
        known = self._may.get((agent, wanted))
        if known is None:
            known = self._may[agent, wanted] = may_answer(self._skills[agent], wanted, agent)
        return known
