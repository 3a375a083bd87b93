"""`hotline db`: the history's tables and their version."""

import click

from ivr.cli.archive import vault_here
from ivr.cli.places import setting
from ivr.services.ports import HistoryDown
from ivr.store.sql.engine import DatabaseUnusable
from ivr.store.sql.migrate import current as current_version
from ivr.store.sql.migrate import migrate, newest
from ivr.store.sql.vault import VaultLocked


@click.group()
def db() -> None:
    """Bring the history's tables up to date."""


@db.command()
def upgrade() -> None:
    """Make or change the tables, in one transaction. Safe to repeat, and while the server runs."""
    try:
        click.echo(f"the database is at version {migrate(setting('DATABASE_URL'), vault_here())}")
    except (HistoryDown, DatabaseUnusable, VaultLocked) as fault:
        raise click.ClickException(f"the database can't be upgraded: {fault}") from None


@db.command()
def current() -> None:
    """Show the version the database is at, and the one this program needs; exit 1 where they differ."""
    try:
        at = current_version(setting("DATABASE_URL"))
    except (HistoryDown, DatabaseUnusable) as fault:
        raise click.ClickException(f"the database can't be read: {fault}") from None
    wanted = newest()
    click.echo(f"the database is at {at or 'no version yet'}, this program needs {wanted}")
    if at != wanted:
        raise click.ClickException("run `hotline db upgrade`")
