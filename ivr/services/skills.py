"""What agents can do, changed while they work: kept, noted in the audit, and heeded from the next decision on."""

from collections.abc import Mapping

from ivr.core.routing.skills import requirement
from ivr.services.clock import Clock
from ivr.services.ports import Act, AgentSkills, Audit
from ivr.services.presence import Presence, UnknownAgent


class Skilling:
    """The verbs of skills. Each raises UnknownAgent, SkillProblem, HistoryDown and, with the change kept, StoreDown.

    `presence` None: nothing runs here, so nobody can be told.
    """

    def __init__(self, agents: AgentSkills, audit: Audit, clock: Clock, presence: Presence | None) -> None:
        self._agents = agents
        self._audit = audit
        self._clock = clock
        self._presence = presence

    def set(self, agent_id: str, skill: str, level: int | None, by: str) -> None:
        """Give an agent a skill at a level, or take it away (None). Others' changes of other skills stay."""
        requirement({skill: 1 if level is None else level})
        if not self._agents.set_skill(agent_id, skill, level):
            raise UnknownAgent(agent_id)
        self._done(agent_id, f"{skill} {'off' if level is None else level}", by)

    def replace(self, agent_id: str, skills: Mapping[str, int], by: str) -> None:
        """Replace all of an agent's skills."""
        requirement(skills)
        if not self._agents.set_skills(agent_id, dict(skills)):
            raise UnknownAgent(agent_id)
        self._done(agent_id, ", ".join(f"{skill} {level}" for skill, level in sorted(skills.items())) or "none", by)

    def _done(self, agent_id: str, detail: str, by: str) -> None:
        self._audit.note(Act(self._clock.now(), by, "agent.skills", agent_id, detail))
        if self._presence is not None:
            self._presence.relearn(agent_id)
