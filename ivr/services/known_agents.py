"""The people who answer, as last known: phones are rung while the database is away.

For ringing and the whisper. Whoever signs in is looked up in the database itself.
"""

from collections.abc import Sequence

from ivr.services.ports import AgentProfile, Agents, HistoryDown


class KnownAgents:
    """The `Agents` port over another, whose answers it remembers. Safe to share between threads.

    Raises HistoryDown for who was never seen.
    """

    def __init__(self, agents: Agents) -> None:
        self._agents = agents
        self._known: dict[str, AgentProfile] = {}
        self._seen_all = False

    def all(self) -> Sequence[AgentProfile]:
        """Every agent, by id."""
        return self._agents.all()

    def get(self, agent_id: str) -> AgentProfile | None:
        """One agent; as they were, where the database is away."""
        try:
            if not self._seen_all:
                self._known = {profile.id: profile for profile in self._agents.all()}
                self._seen_all = True
            found = self._agents.get(agent_id)
        except HistoryDown:
            if agent_id in self._known:
                return self._known[agent_id]
            raise
        if found is None:
            self._known.pop(agent_id, None)
        else:
            self._known[agent_id] = found
        return found

    def by_number(self, number: str) -> AgentProfile | None:
        """The agent who has this phone (E.164)."""
        return self._agents.by_number(number)
