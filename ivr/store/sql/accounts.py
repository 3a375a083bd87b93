"""Accounts that sign in to the console."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

import sqlalchemy as sa

from ivr.store.sql.engine import Database
from ivr.store.sql.schema import accounts

Role = Literal["agent", "supervisor", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in. `password_hash` is argon2id (`ivr.services.passwords`); `agent_id` empty for no agent's."""

    username: str
    password_hash: str
    role: Role
    created_at: datetime
    disabled: bool = False
    agent_id: str = ""


class AccountExists(Exception):  # noqa: N818 - reads as what it says
    """This username is taken."""


class SqlAccounts:
    """The accounts, in SQL. Usernames are matched without regard to case, and kept in lower case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Account]:
        """Every account, by username."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.username))]

    def get(self, username: str) -> Account | None:
        """The account of this name, disabled or not."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.username == username.casefold())).first()
        return _account(row) if row else None

    def add(self, account: Account) -> None:
        """Keep a new account. Raises AccountExists."""
        values = {
            "username": account.username.casefold(),
            "password_hash": account.password_hash,
            "role": account.role,
            "agent_id": account.agent_id or None,
            "created_at": account.created_at,
            "disabled": account.disabled,
        }
        with self._database.writing() as connection:
            taken = sa.select(accounts.c.username).where(accounts.c.username == values["username"])
            if connection.execute(taken).first():
                raise AccountExists(account.username)
            connection.execute(sa.insert(accounts).values(values))

    def set_password(self, username: str, password_hash: str) -> bool:
        """Keep a new password's hash; False where there is no such account."""
        return self._change(username, password_hash=password_hash)

    def set_disabled(self, username: str, disabled: bool) -> bool:
        """Shut an account out, or let it in again; False where there is no such account."""
        return self._change(username, disabled=disabled)

    def remove(self, username: str) -> bool:
        """Forget an account; False where there is none."""
        with self._database.writing() as connection:
            return (
                connection.execute(sa.delete(accounts).where(accounts.c.username == username.casefold())).rowcount > 0
            )

    def _change(self, username: str, **values: Any) -> bool:
        change = sa.update(accounts).where(accounts.c.username == username.casefold()).values(values)
        with self._database.writing() as connection:
            return connection.execute(change).rowcount > 0


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        username=row.username,
        password_hash=row.password_hash,
        role=cast("Role", row.role),
        created_at=row.created_at,
        disabled=row.disabled,
        agent_id=row.agent_id or "",
    )
