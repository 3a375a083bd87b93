"""Accounts that sign in to the console: the port `Accounts` in SQL, and what changes them.

Names are matched without regard to case and kept in lower case. An account's id is random, so that a name given again
later is another account.
"""

import secrets
import threading
from datetime import datetime
from typing import Any, cast, get_args

import sqlalchemy as sa

from ivr.services import passwords
from ivr.services.ports import Account, Role
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import accounts

ROLES: tuple[Role, ...] = get_args(Role)


class AccountTaken(Exception):  # noqa: N818 - reads as what it says
    """There is an account of this name already."""


class SqlAccounts:
    """Who may sign in, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hashing = threading.Lock()  # one at a time: a burst of tries leaves the other cores to calls

    def check(self, name: str, password: str) -> Account | None:
        """The account where the password is right and it isn't disabled; as slow for a name that doesn't exist."""
        row = self._row(accounts.c.name == name.casefold())
        with self._hashing:
            right = passwords.matches(row.password_hash if row else "", password)
        return _account(row) if row and right and not row.disabled else None

    def get(self, account_id: str) -> Account | None:
        """One account that isn't disabled."""
        row = self._row(sa.and_(accounts.c.id == account_id, sa.not_(accounts.c.disabled)))
        return _account(row) if row else None

    def all(self) -> list[Account]:
        """Every account, disabled ones as well, by name."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.name))]

    def add(self, name: str, password: str, *, role: Role, now: datetime, agent_id: str = "") -> Account:
        """Make an account. Raises AccountTaken."""
        made = Account(
            id=secrets.token_hex(16), name=name.casefold(), role=role, agent_id=agent_id, created_at=now, disabled=False
        )
        values = {
            "id": made.id,
            "name": made.name,
            "password_hash": passwords.hash_secret(password),
            "role": role,
            "agent_id": agent_id or None,
            "created_at": now,
            "disabled": False,
        }
        with self._database.writing() as connection:
            if not insert_once(connection, accounts, values):
                raise AccountTaken(made.name)
        return made

    def set_password(self, name: str, password: str) -> bool:
        """Give an account another password; False where there is no such account."""
        return self._change(name, password_hash=passwords.hash_secret(password))

    def set_disabled(self, name: str, disabled: bool) -> bool:
        """Shut an account out, or let it in again; False where there is no such account."""
        return self._change(name, disabled=disabled)

    def remove(self, name: str) -> bool:
        """Forget an account; False where there is none."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(accounts).where(accounts.c.name == name.casefold())).rowcount > 0

    def _row(self, which: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(sa.select(accounts).where(which)).first()

    def _change(self, name: str, **values: Any) -> bool:
        change = sa.update(accounts).where(accounts.c.name == name.casefold()).values(values)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount > 0


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=cast("Role", row.role),
        agent_id=row.agent_id or "",
        created_at=row.created_at,
        disabled=row.disabled,
    )
