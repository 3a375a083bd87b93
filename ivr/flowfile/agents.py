"""`agents.yaml`: people to import into the database. Once imported, the database has the say, not this file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from ivr.core.flow.fields import Label, Language, Level, Name, PhoneNumber, Shape
from ivr.core.flow.problem import Problem
from ivr.flowfile.neighbours import read_entries
from ivr.flowfile.values import read_table
from ivr.services.passwords import pin_fault

_ID_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class _Entry:
    name: Label
    number: PhoneNumber
    skills: Mapping[Name, Level] = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    pin: Annotated[str, Shape(re.compile(r"\d{4,8}"), "4 to 8 digits")] = ""


@dataclass(frozen=True, slots=True)
class AgentEntry:
    """One agent as the file has them. `number` is E.164; `pin` in clear, empty where none is given: never log it."""

    id: str
    name: str
    number: str
    skills: Mapping[str, int]
    languages: tuple[str, ...]
    pin: str


def decode_agents(source: bytes, file: str) -> tuple[list[AgentEntry] | None, list[Problem]]:
    """The agents, or None where there was an error. `file` is the name told in problems."""
    reading, tables = read_entries(source, file, "agents")
    agents: dict[str, AgentEntry] = {}
    for agent_id, node in tables.items():
        path = f"agents.{agent_id}"
        values = read_table(reading, _Entry, node, path)
        if len(agent_id) > _ID_CHARACTERS:
            reading.bad(node, "F012", f"'{agent_id}' has more than {_ID_CHARACTERS} characters")
        if values is None:
            continue
        entry = _Entry(**values)
        fault = pin_fault(entry.pin) if entry.pin else ""
        if fault:
            reading.bad(reading.positions[f"{path}.pin"], "F011", fault)
        if entry.number in agents:
            message = f"agent '{agents[entry.number].id}' has this number already"
            reading.bad(reading.positions[f"{path}.number"], "F031", message)
        agents[entry.number] = AgentEntry(agent_id, entry.name, entry.number, entry.skills, entry.languages, entry.pin)
    return (None if reading.problems else list(agents.values())), reading.problems
