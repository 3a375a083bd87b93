"""`hotline todo`: what callers were promised and is not done, in one list by due time. A work queue, not a report."""

from collections.abc import Iterator
from datetime import datetime

import click

from ivr.cli.archive import Archive, archive
from ivr.cli.places import ACTOR
from ivr.core.phone import mask, spaced

Entry = tuple[datetime, str, str, str, str]
"""(due, id, kind and state, number, reason)."""


@click.group(invoke_without_command=True)
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
@click.pass_context
def todo(context: click.Context, *, unmasked: bool) -> None:
    """What callers were promised and is not done: callbacks and messages, most overdue first."""
    if context.invoked_subcommand is not None:
        return
    with archive() as kept:
        found = sorted([*_callbacks(kept), *_messages(kept)])
        now = kept.clock.now()
        if unmasked:
            kept.note("history.unmasked", "todo", f"{len(found)} entries")
    for due, identity, state, number, reason in found:
        late = "LATE" if due < now else ""
        shown = (spaced(number) if number.startswith("+") else number) if unmasked else mask(number)
        said = f"{due:%Y-%m-%d %H:%M} {late:<4}  {state:<18} {identity}  {shown:<18}"
        click.echo(f"{said} {reason}".rstrip())
    overdue = sum(due < now for due, *_ in found)
    click.echo(f"{len(found)} to do, {overdue} of them late")


@todo.command()
@click.argument("identity")
@click.option("--by", default=ACTOR, show_default=True, help="Who has dealt with it.")
def done(identity: str, by: str) -> None:
    """Say that an entry has been dealt with: a callback that failed, or a message."""
    with archive() as kept:
        now = kept.clock.now()
        settled = kept.callbacks.done(identity, by, now) or kept.messages.done(identity, by, now)
        if settled:
            kept.note("todo.done", identity, by)
    if not settled:
        raise click.ClickException(f"there is nothing called {identity} to be done: `hotline todo` lists what is")
    click.echo(f"{identity} is done")


def _callbacks(kept: Archive) -> Iterator[Entry]:
    for one in kept.callbacks.open():
        cause = f" {one.last_cause}" if one.last_cause else ""
        yield one.due_at, one.id, f"callback {one.status}{cause}", one.number, one.reason


def _messages(kept: Archive) -> Iterator[Entry]:
    for one in kept.messages.open():
        state = "message urgent" if one.urgent else "message"
        yield one.due_at or one.left_at, one.recording_sid, state, one.from_number or one.from_raw, one.reason
