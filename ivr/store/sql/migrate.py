"""Bringing a database to the newest version, programmatically. Safe to run from several processes at once."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ivr.store.sql.engine import Database
from ivr.store.sql.vault import Vault

_HERE = Path(__file__).with_name("migrations")
_LOCK = 0x686F746C696E65  # "hotline": one migration at a time on a shared PostgreSQL


def migrate(url: str, vault: Vault | None = None) -> str:
    """Bring the database at `url` to the newest version, in one transaction. Returns the version it is at now.

    `vault` seals what was kept in clear. Raises VaultLocked where there is something to seal and no key.
    """
    database = Database(url)
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            command.upgrade(config(connection, vault), "head")
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        database.close()


def current(url: str) -> str:
    """The version the database at `url` is at; empty for an empty database."""
    database = Database(url)
    try:
        with database.reading() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        database.close()


def newest() -> str:
    """The version this code needs."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def config(connection: sa.Connection | None = None, vault: Vault | None = None) -> Config:
    """Alembic's configuration, without a file: the scripts' folder, and the connection and the vault to work with."""
    made = Config()
    made.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    if connection is not None:
        made.attributes["connection"] = connection
        made.attributes["vault"] = vault
    return made
