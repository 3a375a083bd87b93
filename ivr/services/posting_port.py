"""The port by which subscribers are sent events. `ivr/lookups/posting.py` is the real one."""

from collections.abc import Mapping
from typing import Protocol


class AddressRefused(Exception):  # noqa: N818 - a decision, not a mistake
    """Nothing is sent to this address. The message says why."""


class NotSent(Exception):  # noqa: N818 - what became of it
    """There was no answer. The message says why, in few words."""


class Post(Protocol):
    """Posts JSON to an address outside, guarded as look-ups are."""

    def check(self, url: str) -> None:
        """Raises AddressRefused for an address that would never be sent anything."""

    def send(self, url: str, body: str, headers: Mapping[str, str], seconds: float) -> int:
        """The status of the answer, which came within so many seconds. Redirects aren't followed.

        Raises AddressRefused and NotSent.
        """
