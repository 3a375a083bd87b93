"""What must be read again but not by whoever gets hold of the database: sealed by a key that isn't in it.

The key is derived from the house's secret key (HKDF-SHA256, under a name of its own, so that it is good for nothing
else); texts are sealed as Fernet has it (AES-128-CBC and HMAC-SHA256). What was sealed by a former key is opened as
well, as long as that is named. A text is written `sealed:1:` and the token; one without that is from before there was
a vault, and is read as it is.
"""

import base64
from collections.abc import Sequence
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED: Final = "sealed:1:"
_PURPOSE: Final = b"hotline: secrets in the database, 1"


class VaultLocked(Exception):  # noqa: N818 - says what it is
    """The key at hand doesn't fit; the message says what to do."""


class Vault:
    """Seals and opens texts. `secret_key` empty: nothing can be sealed, nor what is sealed be opened."""

    def __init__(self, secret_key: str = "", former: Sequence[str] = ()) -> None:
        self._present = _fernet(secret_key) if secret_key else None
        keys = [self._present, *(_fernet(key) for key in former)]
        self._keys = [key for key in keys if key is not None]

    def seal(self, text: str) -> str:
        """A text, sealed by the present key. Raises VaultLocked where there is none."""
        if self._present is None:
            raise VaultLocked("HOTLINE_SECRET_KEY is not set: what is secret is sealed with it in the database")
        return SEALED + self._present.encrypt(text.encode()).decode()

    def open(self, kept: str) -> str:
        """A text as it was. Raises VaultLocked where no key at hand fits."""
        if not is_sealed(kept):
            return kept
        if self._keys:
            try:
                return MultiFernet(self._keys).decrypt(kept.removeprefix(SEALED)).decode()
            except InvalidToken:
                pass
        raise VaultLocked(
            "it was sealed by another HOTLINE_SECRET_KEY: set that again, or name it in HOTLINE_SECRET_KEYS_FORMER"
        )

    def fresh(self, kept: str) -> bool:
        """Whether a text is sealed by the present key."""
        if self._present is None or not is_sealed(kept):
            return False
        try:
            self._present.decrypt(kept.removeprefix(SEALED))
        except InvalidToken:
            return False
        return True


def is_sealed(kept: str) -> bool:
    """Whether a text as it stands in the database is sealed."""
    return kept.startswith(SEALED)


def former_keys(written: str) -> tuple[str, ...]:
    """The former keys as the setting has them, with commas between."""
    return tuple(key.strip() for key in written.split(",") if key.strip())


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
