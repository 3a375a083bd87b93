"""Agents and their skills over the API."""

from collections.abc import Mapping

from flask import Blueprint, Response

from ivr.core.agent import Agent
from ivr.core.routing.skills import SkillProblem
from ivr.services.clock import Clock
from ivr.services.desk_ports import SkillBook
from ivr.services.lines_port import LineStore
from ivr.services.lines_view import moment
from ivr.services.ports import AgentProfile, Agents
from ivr.services.presence import UnknownAgent
from ivr.web.api.bearer import account_now
from ivr.web.api.lines import STAFF
from ivr.web.api.problems import ApiProblem
from ivr.web.api.shapes import AgentAnswer, AgentsAnswer, Level, Skill, answer, body_as
from ivr.web.policy import policy


def add(api: Blueprint, *, agents: Agents, store: LineStore, skills: SkillBook, clock: Clock) -> None:
    """Add the addresses."""

    @api.get("/agents")
    @policy(*STAFF)
    def all_agents() -> Response:
        """Every agent, with skills and what they do now."""
        present = {agent.id: agent for agent in store.snapshot(clock.now_ms(), calls=0).agents}
        shown = [_agent(profile, present) for profile in agents.all()]
        return answer(AgentsAnswer(clock.now(), shown))

    @api.put("/agents/<agent>/skills/<skill>")
    @policy(*STAFF)
    def set_skill(agent: str, skill: str) -> Response:
        """Give an agent a skill, or another level of it, from the next decision on."""
        level = body_as(Level).level
        try:
            skills.set(agent, skill, level, account_now().name)
        except SkillProblem as problem:
            raise ApiProblem("wrong_value", str(problem)) from None
        except UnknownAgent:
            raise ApiProblem("unknown_agent") from None
        return _as_it_is(agent)

    @api.delete("/agents/<agent>/skills/<skill>")
    @policy(*STAFF)
    def drop_skill(agent: str, skill: str) -> Response:
        """Take a skill from an agent, from the next decision on."""
        if skill not in _known(agent).skills:
            raise ApiProblem("unknown_skill")
        skills.set(agent, skill, None, account_now().name)
        return _as_it_is(agent)

    def _known(agent: str) -> AgentProfile:
        profile = agents.get(agent)
        if profile is None:
            raise ApiProblem("unknown_agent")
        return profile

    def _as_it_is(agent: str) -> Response:
        present = {found.id: found for found in store.snapshot(clock.now_ms(), calls=0).agents}
        return answer(_agent(_known(agent), present))


def _agent(profile: AgentProfile, present: Mapping[str, Agent]) -> AgentAnswer:
    now = present.get(profile.id, Agent(profile.id))
    return AgentAnswer(
        id=profile.id,
        name=profile.name,
        state=now.state,
        skills=[Skill(skill, level) for skill, level in sorted(profile.skills.items())],
        since=moment(now.since_ms) if now.since_ms else None,
        reason=now.pause_reason,
        call=now.call,
        wish=now.wish,
    )
