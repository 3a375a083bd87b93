"""Tokens of the API: the port `Tokens` in SQL, and what makes them. See services/tokens.py for what a token is."""

from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from ivr.services import tokens
from ivr.services.ports import Account, Role
from ivr.services.tokens import LABEL_CHARACTERS, Token
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import accounts, api_tokens

USED_SECONDS = 60
"""How stale `used_at` may be: it is written at most this often."""


class UnknownAccount(LookupError):  # noqa: N818 - says what it is
    """There is no account of this name."""


class SqlTokens:
    """Tokens, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, account: str, label: str, now: datetime) -> tuple[Token, str]:
        """A new token of the account of this name: what is kept, and the text to show once. Raises UnknownAccount."""
        token_id, kept, text = tokens.make()
        label = " ".join(label.split())[:LABEL_CHARACTERS]
        with self._database.writing() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.name == account.casefold())).first()
            if row is None:
                raise UnknownAccount(account)
            values = {"id": token_id, "account_id": row.id, "secret_hash": kept, "label": label, "made_at": now}
            connection.execute(sa.insert(api_tokens).values(values))
        return Token(token_id, row.name, label, now), text

    def check(self, text: str, now: datetime) -> Account | None:
        """The account a token stands for, where it is one of ours and its account isn't shut out."""
        found = tokens.parts(text)
        if found is None:
            return None
        token_id, secret = found
        with self._database.reading() as connection:
            row = connection.execute(_joined().where(api_tokens.c.id == token_id)).first()
        if row is None or not tokens.same(row.secret_hash, secret) or row.disabled:
            return None
        self._used(token_id, row.used_at, now)
        return Account(row.account_id, row.name, cast("Role", row.role), row.agent_id or "")

    def all(self, account: str = "") -> list[Token]:
        """Every token, oldest first; of one account where its name is given."""
        wanted = _joined().order_by(api_tokens.c.made_at, api_tokens.c.id)
        if account:
            wanted = wanted.where(accounts.c.name == account.casefold())
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(wanted)]

    def revoke(self, token_id: str) -> bool:
        """Take a token back; False where there is none."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(api_tokens).where(api_tokens.c.id == token_id)).rowcount > 0

    def _used(self, token_id: str, before: datetime | None, now: datetime) -> None:
        if before is not None and now - before < timedelta(seconds=USED_SECONDS):
            return
        with self._database.writing() as connection:
            connection.execute(sa.update(api_tokens).where(api_tokens.c.id == token_id).values(used_at=now))


def _joined() -> sa.Select[Any]:
    named = (accounts.c.name, accounts.c.role, accounts.c.agent_id, accounts.c.disabled)
    return sa.select(api_tokens, *named).join(accounts, accounts.c.id == api_tokens.c.account_id)


def _token(row: sa.Row[Any]) -> Token:
    return Token(row.id, row.name, row.label, row.made_at, row.used_at)
