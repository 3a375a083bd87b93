"""The agents of a played day: their hands, their breaks, and how their time goes."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ivr.core.agent import AgentState
from ivr.core.reservation import BACK_OFF_SECONDS, MISSES_TO_PAUSE, Cause
from ivr.services.lines_port import LineStore
from ivr.simulation.agenda import Agenda
from ivr.simulation.scenario import Hands, Person, Turning
from ivr.simulation.time_spent import Doing, TimeSpent

Answer = Literal["accept", "declined", "no_answer"]
FollowOffers = Callable[[int, Sequence[str]], None]

_WISHES: Mapping[Turning, tuple[AgentState, str]] = {
    "out": ("offline", ""),
    "pause": ("paused", "break"),
    "resume": ("available", ""),
}
_DOING: Mapping[AgentState, Doing] = {"offline": "away", "paused": "paused"}


@dataclass(slots=True)
class _Agent:
    person: Person
    time: TimeSpent = field(default_factory=TimeSpent)
    wish: AgentState | None = None
    misses: int = 0
    owed_ms: int = 0
    """Break still to be taken."""
    back_ms: int = 0
    """When they come back from their break."""
    lease: int = 0
    """Counts the states that end by themselves: what was noted for an earlier one means nothing any more."""


class Floor:
    """Everybody who answers. `follow` is told of the offers that an agent's coming or being free makes."""

    def __init__(
        self,
        people: Sequence[Person],
        lines: LineStore,
        agenda: Agenda,
        *,
        told: Callable[[int], int],
        follow: FollowOffers,
        chance: random.Random,
    ) -> None:
        self._lines = lines
        self._agenda = agenda
        self._told = told
        self._follow = follow
        self._chance = chance
        self._agents = {person.id: _Agent(person) for person in people}
        for person in people:
            for turn in person.turns:
                agenda.note(turn.at_ms, self._turn, person.id, turn.turning, turn.for_ms)

    @property
    def skills(self) -> Mapping[str, Mapping[str, int]]:
        """Everybody's."""
        return {name: agent.person.skills for name, agent in self._agents.items()}

    def times(self) -> Mapping[str, TimeSpent]:
        """How everybody's time went."""
        return {name: agent.time for name, agent in self._agents.items()}

    def close(self, at_ms: int) -> None:
        """The day is over."""
        for agent in self._agents.values():
            agent.time.turn(agent.time.doing, at_ms)

    # --- a call comes and goes -------------------------------------------------------------------------------------
    def rings(self, name: str, at_ms: int, ring_ms: int) -> tuple[Answer, int]:
        """Their phone rings: what they will do, and when."""
        agent = self._agents[name]
        agent.time.turn("ringing", at_ms)
        hands = agent.person.hands
        if hands == Hands():
            return "accept", at_ms
        after = self._chance.randint(hands.least_ms, hands.most_ms)
        drawn = self._chance.random()
        if drawn < hands.miss or after > ring_ms:
            return "no_answer", at_ms + ring_ms
        return ("declined" if drawn < hands.miss + hands.decline else "accept"), at_ms + after

    def talks(self, name: str, at_ms: int) -> None:
        """They have accepted."""
        agent = self._agents[name]
        agent.misses = 0
        agent.time.calls += 1
        agent.time.turn("talking", at_ms)

    def finishes(self, name: str, at_ms: int, wrap_ms: int) -> None:
        """The talk is over; then comes wrap-up, unless they wish to go."""
        agent = self._agents[name]
        if not self._granted(agent, at_ms):
            self._lease(agent, "wrap_up", at_ms, max(1, wrap_ms))

    def let_go(self, name: str, at_ms: int) -> None:
        """The offer they had is gone, through no fault of theirs."""
        agent = self._agents[name]
        if not self._granted(agent, at_ms):
            agent.time.turn("idle", at_ms)

    def backs_off(self, name: str, at_ms: int, cause: Cause) -> None:
        """They declined or missed an offer."""
        agent = self._agents[name]
        agent.misses = agent.misses + 1 if cause == "no_answer" else 0
        if self._granted(agent, at_ms):
            return
        if agent.misses >= MISSES_TO_PAUSE:
            self._lease(agent, "paused", at_ms, agent.person.hands.away_ms, comes_back=True)
        else:
            self._lease(agent, "paused", at_ms, BACK_OFF_SECONDS[cause] * 1000)

    # --- of their own ----------------------------------------------------------------------------------------------
    def due(self, at_ms: int, name: str) -> None:
        """Their wrap-up or back-off is over: by the hour, or as a sweep found."""
        agent = self._agents[name]
        if agent.time.doing in {"wrap_up", "paused"}:
            agent.lease += 1
            agent.time.turn("idle", at_ms)
        offers = self._lines.agent_due(name, self._told(at_ms))
        self._follow(at_ms, offers)

    def _turn(self, at_ms: int, name: str, turning: Turning, for_ms: int = 0) -> None:
        agent, now = self._agents[name], self._told(at_ms)
        if turning == "in":
            said = self._lines.log_in(name, name, agent.person.skills, now)
        else:
            wished, reason = _WISHES[turning]
            said = self._lines.wish(name, wished, reason, now)
            if said.later:
                agent.wish = None if wished == "available" else wished
            if not said.refused:
                agent.owed_ms += for_ms
        if not said.refused and not said.later and said.state not in {"on_call", "wrap_up"}:
            agent.lease += 1
            agent.time.turn(_DOING.get(said.state, "idle"), at_ms)
            self._break_begins(agent, at_ms)
        if turning == "in":
            agent.wish, agent.owed_ms = None, 0
        self._follow(at_ms, said.offers)

    def _granted(self, agent: _Agent, at_ms: int) -> bool:
        agent.lease += 1
        wished, agent.wish = agent.wish, None
        if wished is not None:
            agent.time.turn(_DOING[wished], at_ms)
            self._break_begins(agent, at_ms)
        return wished is not None

    def _break_begins(self, agent: _Agent, at_ms: int) -> None:
        """What is owed of breaks is taken now; one that comes during another is added to it."""
        if agent.owed_ms and agent.time.doing == "paused":
            agent.back_ms = max(agent.back_ms, at_ms) + agent.owed_ms
            agent.owed_ms = 0
            self._agenda.note(agent.back_ms, self._lease_ends, agent, agent.lease, True)

    def _lease(self, agent: _Agent, doing: Doing, at_ms: int, for_ms: int, *, comes_back: bool = False) -> None:
        agent.time.turn(doing, at_ms)
        self._agenda.note(at_ms + for_ms, self._lease_ends, agent, agent.lease, comes_back)

    def _lease_ends(self, at_ms: int, agent: _Agent, lease: int, comes_back: bool) -> None:
        if agent.lease != lease:
            return
        if comes_back:
            agent.misses = 0
            self._turn(at_ms, agent.person.id, "resume")
        else:
            self.due(at_ms, agent.person.id)
