"""`hotline agents`: the people who answer. Who they are stands in the database, what they do now in Redis."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from ivr.cli import duty
from ivr.cli.archive import Archive, archive
from ivr.cli.duty import presence_here, states_of
from ivr.cli.places import ACTOR
from ivr.core.phone import e164, mask, spaced
from ivr.core.routing.skills import LEVELS, SkillProblem
from ivr.flowfile.agents import decode_agents
from ivr.services.passwords import hash_secret, pin_fault
from ivr.services.ports import AgentProfile, StoreDown
from ivr.services.presence import Presence, UnknownAgent
from ivr.services.skills import Skilling
from ivr.store.sql.agents import AgentTaken, SqlAgents

_ID = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_ID_CHARACTERS = 32
_SKILL = re.compile(r"([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)(?:[=:](\d{1,2}))?")


class AgentsFileWrong(Exception):  # noqa: N818 - reads as what it says
    """A file of agents has problems; the message tells each with its place."""


def import_agents(path: Path, agents: SqlAgents) -> int:
    """Add the agents of a file (`flows/agents.yaml`) who aren't there yet; returns how many were added.

    Known ids are left as they are: once imported, the database has the say. Raises AgentsFileWrong, OSError, AgentTaken
    (a number that another agent has) and ports.HistoryDown.
    """
    entries, problems = decode_agents(path.read_bytes(), str(path))
    if entries is None:
        raise AgentsFileWrong("\n".join(str(problem) for problem in problems))
    known = {agent.id for agent in agents.all()}
    new = [entry for entry in entries if entry.id not in known]
    for entry in new:
        profile = AgentProfile(
            id=entry.id,
            name=entry.name,
            number=entry.number,
            skills=dict(entry.skills),
            languages=entry.languages,
            pin_hash=hash_secret(entry.pin) if entry.pin else "",
        )
        agents.add(profile, entry.number, datetime.now(UTC))
    return len(new)


@click.group()
def agents() -> None:
    """The people who answer: their numbers, skills and state."""


for _command in duty.COMMANDS:
    agents.add_command(_command)


@agents.command()
@click.argument("agent_id")
@click.option("--name", required=True, help="As other people know them.")
@click.option("--number", required=True, help="The phone that rings, e.g. '+33 6 39 98 00 05'.")
@click.option(
    "--skill", "skills", multiple=True, help="SKILL=LEVEL, level 1 to 10 (1 where left out); repeat for more."
)
@click.option(
    "--language", "languages", multiple=True, help="What they speak, e.g. fr-FR; the first is spoken to them."
)
@click.option("--pin", prompt="PIN (4 to 8 digits, empty for none)", default="", show_default=False, hide_input=True)
def add(
    agent_id: str, *, name: str, number: str, skills: tuple[str, ...], languages: tuple[str, ...], pin: str
) -> None:
    """Make an agent."""
    if not _ID.fullmatch(agent_id) or len(agent_id) > _ID_CHARACTERS:
        raise click.ClickException("an agent's id has at most 32 small letters, digits and single dashes, e.g. `ana`")
    with archive() as kept:
        profile = AgentProfile(
            id=agent_id,
            name=name,
            number=_number(number, kept.region),
            skills=_skills(skills),
            languages=languages,
            pin_hash=_pin_hash(pin) if pin else "",
        )
        try:
            kept.agents.add(profile, number, kept.clock.now())
        except AgentTaken as taken:
            raise click.ClickException(f"{agent_id} can't be added: {taken}") from None
        kept.note("agent.add", agent_id)
    click.echo(f"{agent_id} can log in by dialling the agents' number" + ("" if pin else ", once they have a PIN"))


@agents.command("list")
@click.option("--unmasked", is_flag=True, help="Show whole numbers.")
def list_agents(*, unmasked: bool) -> None:
    """Show every agent with what they do now."""
    with archive() as kept:
        profiles = kept.agents.all()
    states = states_of(profiles)
    for profile in profiles:
        number = spaced(profile.number) if unmasked else mask(profile.number)
        skills = " ".join(f"{skill}={level}" for skill, level in sorted(profile.skills.items()))
        click.echo(f"{profile.id:<14} {states[profile.id]:<20} {number:<18} {profile.name}  {skills}".rstrip())
    if not profiles:
        click.echo("no agents yet: `hotline agents add` or `hotline agents import flows/agents.yaml`")


@agents.command()
@click.argument("agent_id")
@click.option("--unmasked", is_flag=True, help="Show the whole number.")
def show(agent_id: str, *, unmasked: bool) -> None:
    """Show one agent."""
    with archive() as kept:
        profile = _profile(kept, agent_id)
    click.echo(f"{profile.name} ({profile.id})")
    click.echo(f"  number     {spaced(profile.number) if unmasked else mask(profile.number)}")
    click.echo(f"  state      {states_of([profile])[profile.id]}")
    click.echo(f"  languages  {', '.join(profile.languages) or 'the house language'}")
    click.echo(f"  PIN        {'set' if profile.pin_hash else 'none: cannot log in by phone'}")
    for skill, level in sorted(profile.skills.items()):
        click.echo(f"  {skill:<18} {level:>2}")


@agents.command()
@click.argument("agent_id")
@click.argument("skill")
@click.argument("level")
def skill(agent_id: str, skill: str, level: str) -> None:
    """Give an agent one skill at a LEVEL from 1 to 10, or take it away (`off`). Heeded from the next call on."""
    if level != "off" and not (level.isascii() and level.isdecimal() and int(level[:3]) in LEVELS):
        raise click.ClickException(f"{level!r} is no level: write one from 1 to 10, or off")
    with archive() as kept:
        number = None if level == "off" else int(level)
        _change_skills(kept, agent_id, lambda skilling: skilling.set(agent_id, skill, number, ACTOR))
    click.echo(f"{agent_id} now has {'no ' if number is None else ''}{skill}{f' {number}' if number else ''}")


@agents.command("set-skills")
@click.argument("agent_id")
@click.argument("skills", nargs=-1)
def set_skills(agent_id: str, skills: tuple[str, ...]) -> None:
    """Replace an agent's skills: SKILL=LEVEL ... (none takes all away). Taken over at once by who is logged in."""
    wanted = _skills(skills)
    with archive() as kept:
        _change_skills(kept, agent_id, partial(_replaced, agent_id, wanted))
    click.echo(f"{agent_id} now has {', '.join(f'{skill} {level}' for skill, level in wanted.items()) or 'no skills'}")


@agents.command("set-number")
@click.argument("agent_id")
@click.argument("number")
def set_number(agent_id: str, number: str) -> None:
    """Give an agent another phone, from the next call on."""
    with archive() as kept:
        try:
            _known(kept.agents.set_number(agent_id, _number(number, kept.region), number), agent_id)
        except AgentTaken as taken:
            raise click.ClickException(f"{taken}: `hotline agents list --unmasked` shows whose") from None
        kept.note("agent.number", agent_id)
    click.echo(f"{agent_id} will be rung there")


@agents.command("set-pin")
@click.argument("agent_id")
@click.option("--pin", prompt="PIN (4 to 8 digits)", hide_input=True, confirmation_prompt=True)
def set_pin(agent_id: str, pin: str) -> None:
    """Give an agent another PIN. It is asked for, so that it stays out of the shell's history."""
    with archive() as kept:
        _known(kept.agents.set_pin(agent_id, _pin_hash(pin)), agent_id)
        kept.note("agent.pin", agent_id)
    click.echo(f"{agent_id} has a new PIN")


@agents.command()
@click.argument("agent_id")
@click.confirmation_option(prompt="Remove this agent for good? Past calls keep the id")
def remove(agent_id: str) -> None:
    """Forget an agent; who is logged in is logged out first."""
    with archive() as kept:
        _profile(kept, agent_id)
        try:
            presence = presence_here()
            if presence.state(agent_id).state != "offline":
                presence.log_out(agent_id)
        except (click.ClickException, StoreDown):
            click.echo("nothing runs here, so nobody had to be logged out", err=True)
        kept.agents.remove(agent_id)
        kept.note("agent.remove", agent_id)
    click.echo(f"{agent_id} is gone")


@agents.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skills", "also_skills", is_flag=True, help="Give those who are there the skills of the file as well.")
def import_(file: Path, *, also_skills: bool) -> None:
    """Add the agents of a YAML file who aren't there yet; known ids are left as they are."""
    with archive() as kept:
        before = {agent.id: agent.skills for agent in kept.agents.all()}
        try:
            added = import_agents(file, kept.agents)
        except AgentsFileWrong as wrong:
            raise click.ClickException(f"nothing was imported\n{wrong}") from None
        except AgentTaken as taken:
            raise click.ClickException(f"the import stopped: {taken}") from None
        kept.note("agent.import", file.name, f"{added} added")
        changed = _skills_of_file(kept, file, before) if also_skills else ()
    click.echo(f"{added} added" + (f", {len(changed)} with other skills" if also_skills else ""))


def _skills_of_file(kept: Archive, file: Path, before: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    """Gives those who were there the skills a file says; who that changed."""
    entries, _ = decode_agents(file.read_bytes(), str(file))
    found = {entry.id: entry.skills for entry in entries or ()}
    changed = tuple(agent for agent in found if agent in before and found[agent] != before[agent])
    for agent in changed:
        _change_skills(kept, agent, partial(_replaced, agent, found[agent]))
    return changed


def _replaced(agent_id: str, skills: Mapping[str, int], skilling: Skilling) -> None:
    skilling.replace(agent_id, skills, ACTOR)


def _change_skills(kept: Archive, agent_id: str, change: Callable[[Skilling], None]) -> None:
    """Changes skills, and says so where nobody who works can be told."""
    presence: Presence | None = None
    with suppress(click.ClickException):
        presence = presence_here()
    told = presence is not None
    try:
        change(Skilling(kept.agents, kept.audit, kept.clock, presence))
    except UnknownAgent:
        _known(False, agent_id)
    except SkillProblem as problem:
        raise click.ClickException(str(problem)) from None
    except StoreDown:
        told = False
    if not told:
        click.echo("saved; heeded when the agent next logs in, since nothing runs here", err=True)


def _profile(kept: Archive, agent_id: str) -> AgentProfile:
    profile = kept.agents.get(agent_id)
    if profile is None:
        raise click.ClickException(f"there is no agent {agent_id}: `hotline agents list` shows who there is")
    return profile


def _known(known: bool, agent_id: str) -> None:
    if not known:
        raise click.ClickException(f"there is no agent {agent_id}: `hotline agents list` shows who there is")


def _number(written: str, region: str) -> str:
    number = e164(written, region)
    if not number:
        raise click.ClickException(f"{written!r} can't be dialled: write it with its country, e.g. +33 6 39 98 00 05")
    return number


def _skills(written: tuple[str, ...]) -> dict[str, int]:
    skills = {}
    for word in written:
        found = _SKILL.fullmatch(word)
        level = int(found[2] or 1) if found else 0
        if found is None or level not in LEVELS:
            raise click.ClickException(
                f"{word!r} is no skill: write SKILL=LEVEL with a level from 1 to 10, e.g. urbanisme=5"
            )
        skills[found[1]] = level
    return skills


def _pin_hash(pin: str) -> str:
    fault = pin_fault(pin)
    if fault:
        raise click.ClickException(fault)
    return hash_secret(pin)
