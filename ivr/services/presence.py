"""Agents at work: log in, pause, resume, finish wrap-up, log out. By phone, command line and console alike.

Asked for while a call is held for an agent or going on, a pause or log-out is kept and granted when that is over; so it
is while a line's agent still has to say what came of the talk.
"""

from collections.abc import Sequence

from ivr.core.agent import Agent, IllegalTransition, after
from ivr.services.clock import Clock
from ivr.services.lines_port import Changed, LineStore
from ivr.services.ports import Agents, Jobs

MOST_TRIES = 10
"""How often a profile may have changed while it was being taken over."""


class UnknownAgent(LookupError):  # noqa: N818 - says what it is
    """There is no agent of this id."""


class Presence:
    """The verbs of agents; each returns the agent as they are then.

    Raises UnknownAgent, IllegalTransition, StoreDown.
    """

    def __init__(self, lines: LineStore, agents: Agents, jobs: Jobs, clock: Clock) -> None:
        self._lines = lines
        self._agents = agents
        self._jobs = jobs
        self._clock = clock

    def log_in(self, agent_id: str) -> Agent:
        """Start work with the skills of the profile as it is now; while logged in, take over changed skills."""
        profile = self._agents.get(agent_id)
        if profile is None:
            raise UnknownAgent(agent_id)
        return self._done(agent_id, self._lines.log_in(agent_id, profile.name, profile.skills, self._clock.now_ms()))

    def relearn(self, agent_id: str) -> Agent:
        """Take over changed skills of the profile, where the agent is logged in.

        Looked at again when that is done: of two who change a profile at once, the one who comes last here may have
        read it first.
        """
        agent = self.state(agent_id)
        profile = self._agents.get(agent_id)
        for _ in range(MOST_TRIES):
            if profile is None or agent.state == "offline":
                break
            now_ms = self._clock.now_ms()
            taken = self._lines.log_in(agent_id, profile.name, profile.skills, now_ms, relearn=True)
            agent = self._done(agent_id, taken)
            before, profile = profile, self._agents.get(agent_id)
            if profile is not None and profile.skills == before.skills:
                break
        return agent

    def log_out(self, agent_id: str) -> Agent:
        """Stop work."""
        return self._done(agent_id, self._lines.wish(agent_id, "offline", "", self._clock.now_ms()))

    def pause(self, agent_id: str, reason: str = "") -> Agent:
        """Not to be offered calls until `resume`; `reason` is a word such as lunch."""
        return self._done(agent_id, self._lines.wish(agent_id, "paused", reason or "pause", self._clock.now_ms()))

    def resume(self, agent_id: str) -> Agent:
        """To be offered calls again; in wrap-up, sooner than it ends by itself."""
        return self._done(agent_id, self._lines.wish(agent_id, "available", "", self._clock.now_ms()))

    def finish_wrap_up(self, agent_id: str) -> Agent:
        """After-call work is done. Raises IllegalTransition where what came of the talk has to be said first."""
        agent = self.state(agent_id)
        if agent.state != "wrap_up":
            after(agent.state, "wrap_up_ends")
        done = self.resume(agent_id)
        if done.state == "wrap_up":
            raise IllegalTransition("what came of the talk has to be said first, on the agents' line or on their phone")
        return done

    def extend_wrap_up(self, agent_id: str) -> Agent:
        """More time for after-call work: it ends by itself some minutes later."""
        return self._done(agent_id, self._lines.extend_wrap_up(agent_id, self._clock.now_ms()))

    def state(self, agent_id: str) -> Agent:
        """The agent as they are; `offline` where they never logged in."""
        return self._lines.agent(agent_id) or Agent(agent_id)

    def all(self) -> Sequence[Agent]:
        """Every agent with a profile, in order of id, with those logged in whose profile is gone."""
        present = {agent.id: agent for agent in self._lines.snapshot(self._clock.now_ms(), calls=0).agents}
        for profile in self._agents.all():
            present.setdefault(profile.id, Agent(profile.id, name=profile.name))
        return [present[agent_id] for agent_id in sorted(present)]

    def _done(self, agent_id: str, changed: Changed) -> Agent:
        if changed.refused:
            raise IllegalTransition(f"agent {agent_id} is {changed.state}: that means nothing now")
        for reservation in changed.offers:
            self._jobs.hint("ring", reservation)
        return self.state(agent_id)
