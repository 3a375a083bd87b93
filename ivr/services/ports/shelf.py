"""Flow files, drafts and published versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.flow.problem import Problem


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a flow. `number` counts from 1 by flow; `restores` is the one it brings back, 0 for none.

    `at` is aware UTC; `who` an account's name or `command line`.
    """

    flow: str
    number: int
    digest: str
    at: datetime
    who: str
    message: str
    restores: int = 0


class FileChanged(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The flow's file is no longer the one that was edited: somebody else has changed it meanwhile."""


class Shelf(Protocol):
    """Where flow files, drafts and published versions are kept. All raise OSError where the disk fails.

    `name` is a flow's, of small letters, digits and dashes; ValueError for any other.
    """

    def names(self) -> Sequence[str]:
        """Every flow that has a file."""

    def file(self, name: str) -> bytes | None:
        """The flow's file as it is now."""

    def draft(self, name: str) -> bytes | None:
        """The flow's draft."""

    def drafts(self) -> Sequence[str]:
        """Every flow that has a draft."""

    def keep_draft(self, name: str, source: bytes | None) -> None:
        """Write the draft as a whole; None takes it away."""

    def check(self, name: str, source: bytes) -> Sequence[Problem]:
        """Every problem a text would have as this flow's file, in the company of its neighbours."""

    def publish(self, version: Version, source: bytes, base: str | None) -> Version:
        """Write the flow's file and note the version, whose number is given here.

        `base` is the digest of the file as it was when the edit began, empty where there was none, None for whatever
        is there. Raises FileChanged where the file is another by now; nothing is written then.
        """

    def versions(self, name: str) -> Sequence[Version]:
        """The published versions, oldest first."""

    def source(self, digest: str) -> bytes | None:
        """The text of a version."""

    def pins(self) -> Mapping[str, str]:
        """The lines that answer with one version, whatever is published: its digest by the line's name."""

    def pin(self, line: str, digest: str | None) -> None:
        """Pin a line to a version; None frees it."""
