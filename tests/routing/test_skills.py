"""Skills changed while people work: kept whoever else changes them, and heeded at once."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ivr.core.routing.skills import SkillProblem
from ivr.services.ports import Act, AgentProfile
from ivr.services.presence import Presence, UnknownAgent
from ivr.services.skills import Skilling
from tests.fakes import FakeAgents
from tests.routing.conftest import Centre


@dataclass
class Notes:
    """The `Audit` port in memory."""

    acts: list[Act] = field(default_factory=list)

    def note(self, act: Act) -> None:
        self.acts.append(act)


def skilling(centre: Centre, notes: Notes | None = None) -> Skilling:
    return Skilling(centre.agents, notes or Notes(), centre.clock, centre.presence)


def skills_in_line(centre: Centre, agent: str) -> str:
    return centre.lines.snapshot(centre.now, calls=0).skills[agent]


def test_a_skill_given_to_who_is_logged_in_is_heeded_at_once(centre: Centre) -> None:
    centre.agents.add("ana", accueil=3)
    centre.presence.log_in("ana")
    notes = Notes()
    skilling(centre, notes).set("ana", "tax", 5, "eve")
    assert skills_in_line(centre, "ana") == "accueil:3,tax:5"
    skilling(centre, notes).set("ana", "accueil", None, "eve")
    assert skills_in_line(centre, "ana") == "tax:5"
    skilling(centre, notes).replace("ana", {"nl": 2}, "eve")
    assert skills_in_line(centre, "ana") == "nl:2"
    assert [(act.actor, act.action, act.subject, act.detail) for act in notes.acts] == [
        ("eve", "agent.skills", "ana", "tax 5"),
        ("eve", "agent.skills", "ana", "accueil off"),
        ("eve", "agent.skills", "ana", "nl 2"),
    ]


def test_a_skill_given_to_who_is_away_logs_nobody_in(centre: Centre) -> None:
    centre.agents.add("ana")
    skilling(centre).set("ana", "tax", 5, "eve")
    assert centre.presence.state("ana").state == "offline"
    centre.presence.log_in("ana")
    assert skills_in_line(centre, "ana") == "tax:5"


@pytest.mark.parametrize(("skill", "level"), [("tax", 0), ("tax", 11), ("Tax Office", 3), ("a|b", None)])
def test_what_cannot_be_a_skill_changes_nothing(centre: Centre, skill: str, level: int | None) -> None:
    centre.agents.add("ana", tax=5)
    notes = Notes()
    with pytest.raises(SkillProblem):
        skilling(centre, notes).set("ana", skill, level, "eve")
    with pytest.raises(UnknownAgent):
        skilling(centre, notes).set("bob", "tax", 3, "eve")
    assert centre.agents.profiles["ana"].skills == {"tax": 5}
    assert notes.acts == []


class Interrupted(FakeAgents):
    """Agents of whom somebody changes one right after they were read, so many times."""

    def __init__(self, change: Callable[["Interrupted"], None], times: int) -> None:
        super().__init__()
        self.change, self.times = change, times

    def get(self, agent_id: str) -> AgentProfile | None:
        found = super().get(agent_id)
        if self.times:
            self.times -= 1
            self.change(self)
        return found


def test_a_change_between_reading_and_taking_over_is_taken_over_too(centre: Centre) -> None:
    centre.agents.add("ana", tax=1)
    centre.presence.log_in("ana")
    agents = Interrupted(lambda these: these.train("ana", tax=1, nl=these.times + 1), times=3)
    agents.profiles = centre.agents.profiles
    presence = Presence(centre.lines, agents, centre.jobs, centre.clock)
    presence.relearn("ana")
    assert skills_in_line(centre, "ana") == "nl:1,tax:1"
