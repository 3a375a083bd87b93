"""Agents at work, from the command line: log in, pause, resume, finish wrap-up, log out. Part of `hotline agents`."""

from collections.abc import Callable, Sequence

import click

from ivr.core.agent import Agent, IllegalTransition
from ivr.services.ports import AgentProfile, StoreDown
from ivr.services.presence import Presence, UnknownAgent


@click.command("log-in")
@click.argument("agent_id")
def log_in(agent_id: str) -> None:
    """Start an agent's work: calls can come in."""
    _wish(lambda presence: presence.log_in(agent_id), agent_id)


@click.command("log-out")
@click.argument("agent_id")
def log_out(agent_id: str) -> None:
    """End an agent's work, after the call that is going on."""
    _wish(lambda presence: presence.log_out(agent_id), agent_id)


@click.command()
@click.argument("agent_id")
@click.option("--reason", default="break", show_default=True, help="A word for the figures, e.g. meal.")
def pause(agent_id: str, reason: str) -> None:
    """Offer an agent no calls until `resume`."""
    _wish(lambda presence: presence.pause(agent_id, reason), agent_id)


@click.command()
@click.argument("agent_id")
def resume(agent_id: str) -> None:
    """Offer a paused agent calls again."""
    _wish(lambda presence: presence.resume(agent_id), agent_id)


@click.command("finish-wrap-up")
@click.argument("agent_id")
def finish_wrap_up(agent_id: str) -> None:
    """End an agent's after-call work now."""
    _wish(lambda presence: presence.finish_wrap_up(agent_id), agent_id)


COMMANDS = (log_in, log_out, pause, resume, finish_wrap_up)


def presence_here() -> Presence:
    """The verbs of agents on the Redis of this place. Raises click.ClickException where settings are missing."""
    from ivr.cli.here import hotline_here

    presence: Presence = hotline_here().presence
    return presence


def states_of(profiles: Sequence[AgentProfile]) -> dict[str, str]:
    """What each does now; `unknown` where nothing runs here: the list is still worth having."""
    try:
        presence = presence_here()
        return {profile.id: said(presence.state(profile.id)) for profile in profiles}
    except (click.ClickException, StoreDown):
        return dict.fromkeys((profile.id for profile in profiles), "unknown")


def said(agent: Agent) -> str:
    """An agent's state in words."""
    reason = f" ({agent.pause_reason})" if agent.pause_reason else ""
    wish = f", then {agent.wish}" if agent.wish else ""
    return f"{agent.state}{reason}{wish}"


def _wish(wish: Callable[[Presence], Agent], agent_id: str) -> None:
    presence = presence_here()
    try:
        agent = wish(presence)
    except UnknownAgent:
        raise click.ClickException(f"there is no agent {agent_id}: `hotline agents list` shows who there is") from None
    except IllegalTransition as refusal:
        raise click.ClickException(f"not now: {refusal}") from None
    except StoreDown as fault:
        raise click.ClickException(f"{fault}: is Hotline running, is REDIS_URL right?") from None
    click.echo(f"{agent_id} is {said(agent)}")
