"""Passwords and PINs: kept as argon2id hashes, checked without telling by time whether the person exists.

Parameters are OWASP's first choice: 19 MiB, two passes, one lane. About 20 ms a check on a small server.
"""

from itertools import pairwise

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$O5d51nlsLKfDrv+N91LQrsS7j5zXLndKQgLQIpNSCKc"
"""What nobody's secret hashes to, at the same cost: written out, since hashing it would slow every process's start."""

PIN_LENGTHS = range(4, 9)


def hash_secret(secret: str) -> str:
    """The hash to keep of a password or PIN, with a salt of its own."""
    return _HASHER.hash(secret)


def matches(kept: str, secret: str) -> bool:
    """Whether `secret` is the one `kept` is the hash of. An empty `kept` (nobody) costs the same time and is False."""
    try:
        _HASHER.verify(kept or _NOBODY, secret)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def pin_fault(pin: str) -> str:
    """Why a PIN can't be used, in one sentence; empty where it can."""
    if not (pin.isascii() and pin.isdigit() and len(pin) in PIN_LENGTHS):
        return "A PIN has 4 to 8 digits."
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        return "This PIN is too easy to guess: take one that is neither one digit repeated nor a run."
    return ""
