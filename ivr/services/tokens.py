"""Tokens by which other programs use the API, each with the rights of an account.

A token is `hotline_<id>_<secret>`: 48 and 256 random bits. It is shown once; kept is only the SHA-256 of the secret,
which is enough for a secret nobody can guess. Its beginning lets scanners for leaked secrets find it.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.services.ports import Account

LABEL_CHARACTERS = 60
_TOKEN = re.compile(r"hotline_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. `account` is the account's name; `used_at` is None where it never was."""

    id: str
    account: str
    label: str
    made_at: datetime
    used_at: datetime | None = None


class Tokens(Protocol):
    """The tokens there are. Raises HistoryDown."""

    def check(self, text: str, now: datetime) -> Account | None:
        """The account a token stands for; None where it isn't one of ours, is revoked, or the account is shut out."""

    def all(self, account: str = "") -> Sequence[Token]:
        """Every token, oldest first; of one account where its name is given."""

    def revoke(self, token_id: str) -> bool:
        """Take a token back; False where there is none."""


def make() -> tuple[str, str, str]:
    """A new token: (id, what is kept of its secret, the whole token to be shown once)."""
    token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return token_id, digest(secret), f"hotline_{token_id}_{secret}"


def parts(text: str) -> tuple[str, str] | None:
    """(id, secret) of what may be a token."""
    found = _TOKEN.fullmatch(text)
    return (found[1], found[2]) if found else None


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(kept: str, secret: str) -> bool:
    """Whether a secret is the one kept; as slow for a wrong one."""
    return hmac.compare_digest(kept, digest(secret))
