"""The people who answer: the port `Agents` in SQL, and what changes them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.services.ports import AgentProfile
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import agents


class AgentTaken(Exception):  # noqa: N818 - reads as what it says
    """The id or the number is another agent's; the message says which."""


class SqlAgents:
    """Every agent, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[AgentProfile]:
        """Every agent, by id."""
        with self._database.reading() as connection:
            return [_profile(row) for row in connection.execute(sa.select(agents).order_by(agents.c.id))]

    def get(self, agent_id: str) -> AgentProfile | None:
        """One agent."""
        return self._one(agents.c.id == agent_id)

    def by_number(self, number: str) -> AgentProfile | None:
        """The agent who has this phone (E.164)."""
        return self._one(agents.c.number == number)

    def add(self, profile: AgentProfile, number_raw: str, now: datetime) -> None:
        """Keep a new agent. Raises AgentTaken."""
        values = {
            "id": profile.id,
            "name": profile.name,
            "number": profile.number,
            "number_raw": number_raw,
            "skills": dict(profile.skills),
            "languages": list(profile.languages),
            "pin_hash": profile.pin_hash,
            "created_at": now,
        }
        with self._database.writing() as connection:
            same = sa.or_(agents.c.id == profile.id, agents.c.number == profile.number)
            other = connection.execute(sa.select(agents.c.id).where(same)).first()
            if other:
                raise AgentTaken("the id is taken" if other.id == profile.id else f"the number is {other.id}'s")
            if not insert_once(connection, agents, values):  # somebody was quicker
                raise AgentTaken("the id or the number is another agent's")

    def set_skills(self, agent_id: str, skills: dict[str, int]) -> bool:
        """Replace an agent's skills; False where there is no such agent."""
        return self._change(agent_id, skills=skills)

    def set_skill(self, agent_id: str, skill: str, level: int | None) -> bool:
        """Give an agent a skill at a level, or take it away (None), whoever else changes others meanwhile.

        False where there is no such agent.
        """
        with self._database.writing() as connection:  # SQLite has locked the whole file by now, PostgreSQL this row
            row = connection.execute(
                sa.select(agents.c.skills).where(agents.c.id == agent_id).with_for_update()
            ).first()
            if row is None:
                return False
            kept = {name: known for name, known in row.skills.items() if name != skill}
            skills = kept if level is None else kept | {skill: level}
            connection.execute(sa.update(agents).where(agents.c.id == agent_id).values(skills=skills))
            return True

    def set_number(self, agent_id: str, number: str, number_raw: str) -> bool:
        """Give an agent another phone (E.164); False where there is no such agent. Raises AgentTaken."""
        try:
            return self._change(agent_id, number=number, number_raw=number_raw)
        except sa.exc.IntegrityError as error:
            raise AgentTaken("the number is another agent's") from error

    def set_pin(self, agent_id: str, pin_hash: str) -> bool:
        """Keep a new PIN's hash; False where there is no such agent."""
        return self._change(agent_id, pin_hash=pin_hash)

    def remove(self, agent_id: str) -> bool:
        """Forget an agent; False where there is none. Past calls keep the id."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(agents).where(agents.c.id == agent_id)).rowcount > 0

    def _one(self, which: sa.ColumnElement[bool]) -> AgentProfile | None:
        with self._database.reading() as connection:
            row = connection.execute(sa.select(agents).where(which)).first()
        return _profile(row) if row else None

    def _change(self, agent_id: str, **values: Any) -> bool:
        with self._database.writing() as connection:
            return connection.execute(sa.update(agents).where(agents.c.id == agent_id).values(values)).rowcount > 0


def _profile(row: sa.Row[Any]) -> AgentProfile:
    return AgentProfile(
        id=row.id,
        name=row.name,
        number=row.number,
        skills={skill: int(level) for skill, level in row.skills.items()},
        languages=tuple(row.languages),
        pin_hash=row.pin_hash,
    )
