"""`hotline messages`: voicemails as work to be done. Numbers are masked unless asked for whole."""

import click

from ivr.cli.archive import archive
from ivr.cli.places import ACTOR
from ivr.core.phone import mask, spaced
from ivr.services.keeping import Message


@click.group()
def messages() -> None:
    """Voicemails: list, read, settle; whom to tell of them."""


@messages.command("list")
@click.option("--mailbox", default="", help="Only this mailbox's.")
@click.option("--all", "everything", is_flag=True, help="Those already dealt with as well.")
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
def list_messages(*, mailbox: str, everything: bool, unmasked: bool) -> None:
    """List messages: those to be dealt with, most overdue first."""
    with archive() as kept:
        found = kept.messages.newest(mailbox) if everything else kept.messages.open(mailbox)
        if unmasked:
            kept.note("history.unmasked", "messages", f"{len(found)} messages")
    for message in found:
        click.echo(line_of(message, unmasked=unmasked))
    click.echo(f"{len(found)} messages")


@messages.command()
@click.argument("message")
@click.option("--unmasked", is_flag=True, help="Show the whole number; noted in the audit.")
def show(message: str, *, unmasked: bool) -> None:
    """Show one message, by its id or the end of it, and where its audio is."""
    with archive() as kept:
        found = kept.messages.get(_whole([one.recording_sid for one in kept.messages.newest(limit=10_000)], message))
        call = kept.history.get(found.call_sid) if found else None
        if unmasked:
            kept.note("history.unmasked", message)
    if found is None:
        raise click.ClickException(f"there is no message {message}: `hotline messages list --all` lists them")
    click.echo(line_of(found, unmasked=unmasked))
    click.echo(f"  left {found.left_at:%Y-%m-%d %H:%M} in {found.mailbox}, call {found.call_sid}")
    if found.due_at:
        click.echo(f"  due {found.due_at:%Y-%m-%d %H:%M}{', urgent' if found.urgent else ''}")
    if found.done_at:
        click.echo(f"  done {found.done_at:%Y-%m-%d %H:%M} by {found.done_by}")
    if call is not None and call.path:
        click.echo(f"  path: {' > '.join(call.path)}")


@messages.command()
@click.argument("message")
@click.option("--by", default=ACTOR, show_default=True, help="Who has dealt with it.")
def done(message: str, by: str) -> None:
    """Say that a message has been dealt with."""
    with archive() as kept:
        sid = _whole([one.recording_sid for one in kept.messages.newest(limit=10_000)], message)
        settled = kept.messages.done(sid, by, kept.clock.now())
        if settled:
            kept.note("message.done", sid, by)
    if not settled:
        raise click.ClickException(f"there is no message {message} to be dealt with")
    click.echo(f"{sid} is done")


@messages.command()
@click.argument("mailbox")
@click.argument("agents", nargs=-1)
def owners(mailbox: str, agents: tuple[str, ...]) -> None:
    """Show who is told of messages in MAILBOX; with AGENTS, from now on these are (by text, where texts are sent)."""
    with archive() as kept:
        unknown = [agent for agent in agents if kept.agents.get(agent) is None]
        if unknown:
            raise click.ClickException(f"there is no agent {', '.join(unknown)}: `hotline agents list` lists them")
        if agents:
            kept.messages.own(mailbox, agents)
            kept.note("mailbox.owners", mailbox, ", ".join(agents))
        found = kept.messages.owners(mailbox)
    click.echo(f"{mailbox}: {', '.join(found) or 'nobody is told'}")


def line_of(message: Message, *, unmasked: bool) -> str:
    """A message on one line."""
    number = (
        (spaced(message.from_number) if message.from_number else message.from_raw or "hidden")
        if unmasked
        else mask(message.from_number or message.from_raw)
    )
    state = f"done by {message.done_by}" if message.done_at else "urgent" if message.urgent else "open"
    due = f"{message.due_at:%Y-%m-%d %H:%M}" if message.due_at else "-"
    said = f"{due:<16}  {message.recording_sid}  {message.mailbox:<14} {number:<18} {message.seconds:>4} s  {state}"
    return f"{said}  {message.reason}".rstrip()


def _whole(known: list[str], written: str) -> str:
    """The id somebody means by its end."""
    meant = [sid for sid in known if sid == written or sid.endswith(written)]
    return meant[0] if len(meant) == 1 else written
