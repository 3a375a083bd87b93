"""The port `Accounts`: who signs in, by the accounts kept in a store and their argon2id hashes."""

import threading
from typing import Protocol

from ivr.services.passwords import matches
from ivr.services.ports import Account, Role


class KeptAccount(Protocol):
    """An account as a store keeps it."""

    @property
    def username(self) -> str:
        """What they type, in lower case."""

    @property
    def password_hash(self) -> str:
        """argon2id."""

    @property
    def role(self) -> Role:
        """What they may do."""

    @property
    def disabled(self) -> bool:
        """Shut out."""

    @property
    def agent_id(self) -> str:
        """The agent they are, or empty."""


class AccountStore(Protocol):
    """Where accounts are kept: `ivr.store.sql.accounts.SqlAccounts`."""

    def get(self, username: str) -> KeptAccount | None:
        """The account of this name, disabled or not."""


class KnownAccounts:
    """`Accounts` over a store. One password is hashed at a time in a process: a burst of tries leaves calls a core."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self._one = threading.Lock()

    def check(self, name: str, password: str) -> Account | None:
        """The account where the password is right and it isn't disabled; takes as long where there is none."""
        kept = self._store.get(name.strip())
        with self._one:
            right = matches(kept.password_hash if kept is not None else "", password)
        return _account(kept) if kept is not None and right and not kept.disabled else None

    def get(self, account_id: str) -> Account | None:
        """One account that isn't disabled."""
        kept = self._store.get(account_id)
        return _account(kept) if kept is not None and not kept.disabled else None


def _account(kept: KeptAccount) -> Account:
    return Account(kept.username, kept.username, kept.role, kept.agent_id)
