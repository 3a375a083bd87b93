"""Those who answer and those who may sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """A person who answers. `skills` maps a skill to a level from 1 to 10. `number` is E.164: never log it."""

    id: str
    name: str
    number: str
    skills: dict[str, int]
    languages: tuple[str, ...] = ()
    pin_hash: str = ""


class Agents(Protocol):
    """The people who answer."""

    def all(self) -> Sequence[AgentProfile]:
        """Every agent, by id."""

    def get(self, agent_id: str) -> AgentProfile | None:
        """One agent."""

    def by_number(self, number: str) -> AgentProfile | None:
        """The agent who has this phone (E.164)."""


class AgentSkills(Agents, Protocol):
    """The people who answer, and what they can do: changed one skill at a time, or all at once. Raises HistoryDown."""

    def set_skill(self, agent_id: str, skill: str, level: int | None) -> bool:
        """Give a skill at a level, or take it away (None), others untouched; False where there is no such agent."""

    def set_skills(self, agent_id: str, skills: dict[str, int]) -> bool:
        """Replace all skills; False where there is no such agent."""


Role = Literal["agent", "supervisor", "operator"]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. `name` is what they type; `agent_id` is theirs where they also answer calls."""

    id: str
    name: str
    role: Role
    agent_id: str = ""
    created_at: datetime | None = None
    disabled: bool = False


class Accounts(Protocol):
    """Who may sign in. Passwords are kept as argon2id hashes only."""

    def check(self, name: str, password: str) -> Account | None:
        """The account, where the password is right and it isn't disabled; as slow for a name that doesn't exist."""

    def get(self, account_id: str) -> Account | None:
        """One account that isn't disabled."""
