"""Versions of a flow: checked, drafted, published with a message, compared, brought back, pinned.

    check_text -> problems         save_draft -> heard by test callers only
    publish    -> the file is written as a whole, a version is noted, the running servers pick it up within a second
    rollback   -> the text of an earlier version, published anew

Files stay the source of truth: publishing writes the file, on condition that it is still the one the edit began from.
A text with an error is never published. Live calls keep their version: it stays on disk under its digest.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.core.flow.compare import differences
from ivr.core.flow.model import Flow
from ivr.core.flow.problem import Problem, errors_in
from ivr.services.ports import Act, Audit, FileChanged, HistoryDown, Shelf, Version

__all__ = ["FileChanged", "NotPublished", "Publishing", "Version"]

MESSAGE_CHARACTERS = 200

_log = logging.getLogger(__name__)


class NotPublished(Exception):  # noqa: N818 - a refusal in words
    """The text was not published. The message says why; `problems` are the text's, where it has an error."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Publishing:
    """The verbs. `decode` reads a version's text without telling problems: (name, source) -> Flow or None."""

    shelf: Shelf
    audit: Audit
    decode: Callable[[str, bytes], Flow | None]
    digest: Callable[[str, bytes], str]

    def text(self, name: str) -> tuple[str, str]:
        """(the flow's file, its digest), both empty where there is none: what an editor begins with."""
        source = self.shelf.file(name)
        return ("", "") if source is None else (source.decode(errors="replace"), self.digest(name, source))

    def check_text(self, name: str, text: str) -> list[Problem]:
        """Every problem of a text as it would be as this flow's file."""
        return list(self.shelf.check(name, text.encode()))

    def draft(self, name: str) -> str | None:
        """The flow's draft, None where there is none."""
        source = self.shelf.draft(name)
        return None if source is None else source.decode(errors="replace")

    def save_draft(self, name: str, text: str, who: str, now: datetime) -> list[Problem]:
        """Keep a draft, broken or not; its problems. One with an error is heard by nobody."""
        self.shelf.keep_draft(name, text.encode())
        self._note(Act(now, who, "flow drafted", name))
        return self.check_text(name, text)

    def drop_draft(self, name: str, who: str, now: datetime) -> None:
        """Take a draft away."""
        self.shelf.keep_draft(name, None)
        self._note(Act(now, who, "flow draft dropped", name))

    def publish(
        self, name: str, text: str, message: str, who: str, now: datetime, *, base: str | None = None
    ) -> Version:
        """Write the file and note a version; a draft of the flow is done with and taken away where it was this text.

        `base` is the digest `text` began from (see `text`), None to publish whatever stands there. Raises NotPublished
        for a text with errors or a message without words, FileChanged where the file is another by now.
        """
        source = text.encode()
        self.refuse_errors(name, text)
        version = self._publish(name, source, message, who, now, base=base)
        if self.shelf.draft(name) == source:
            self.shelf.keep_draft(name, None)
        return version

    def refuse_errors(self, name: str, text: str) -> None:
        """Raises NotPublished, with the problems, where a text has errors."""
        problems = errors_in(self.check_text(name, text))
        if problems:
            raise NotPublished(f"'{name}' has {_counted(len(problems), 'error')}", problems)

    def versions(self, name: str) -> list[Version]:
        """The published versions of a flow, newest first."""
        return list(reversed(self.shelf.versions(name)))

    def version_text(self, name: str, number: int) -> str:
        """The text of a version. Raises NotPublished where there is none."""
        return self._source(self._version(name, number)).decode(errors="replace")

    def rollback(
        self, name: str, who: str, now: datetime, number: int | None = None, base: str | None = None
    ) -> Version:
        """Publish an earlier version anew: the one before the newest, or the one of that number.

        Raises NotPublished where there is none, or where it has an error by now (a queue that is gone, say).
        """
        if number is None:
            number = self._before_newest(name)
        old = self._version(name, number)
        source = self._source(old)
        problems = errors_in(list(self.shelf.check(name, source)))
        if problems:
            raise NotPublished(f"version {number} of '{name}' has {_counted(len(problems), 'error')} by now", problems)
        return self._publish(name, source, f"back to version {number}", who, now, base=base, restores=number)

    def diff(self, name: str, older: int | None, newer: int | None) -> list[str]:
        """What is different, in words, by step. None stands for the file as it is."""
        flows = [self._flow(name, number) for number in (older, newer)]
        return differences(flows[0], flows[1])

    def pin(self, line: str, flow: str, number: int | None, who: str, now: datetime) -> None:
        """Let a line answer with one version of its flow whatever is published; None frees it."""
        digest = None if number is None else self._version(flow, number).digest
        self.shelf.pin(line, digest)
        detail = "freed" if number is None else f"{flow} version {number}"
        self._note(Act(now, who, "line pinned" if digest else "line freed", line, detail))

    def _publish(
        self, name: str, source: bytes, message: str, who: str, now: datetime, *, base: str | None, restores: int = 0
    ) -> Version:
        said = " ".join(message.split())
        if not said or len(said) > MESSAGE_CHARACTERS:
            raise NotPublished(f"say in 1 to {MESSAGE_CHARACTERS} characters what is different")
        asked = Version(name, 0, self.digest(name, source), now, who, said, restores)
        version = self.shelf.publish(asked, source, base)
        self._note(Act(now, who, "flow restored" if restores else "flow published", name, f"{version.number}: {said}"))
        return version

    def _before_newest(self, name: str) -> int:
        versions = self.versions(name)
        newest = versions[0] if versions else None
        for version in versions[1:]:
            if newest and version.number < (newest.restores or newest.number) and version.digest != newest.digest:
                return version.number
        raise NotPublished(f"'{name}' has no version before its newest")

    def _version(self, name: str, number: int) -> Version:
        for version in self.shelf.versions(name):
            if version.number == number:
                return version
        raise NotPublished(f"'{name}' has no version {number}")

    def _source(self, version: Version) -> bytes:
        source = self.shelf.source(version.digest)
        if source is None:
            raise NotPublished(f"the text of version {version.number} of '{version.flow}' is no longer kept")
        return source

    def _flow(self, name: str, number: int | None) -> Flow:
        source = self.shelf.file(name) if number is None else self._source(self._version(name, number))
        flow = None if source is None else self.decode(name, source)
        if flow is None:
            which = "the file" if number is None else f"version {number}"
            raise NotPublished(f"{which} of '{name}' can't be read as a flow")
        return flow

    def _note(self, act: Act) -> None:
        """The audit is a second record, beside the versions' own: without its database publishing still works."""
        try:
            self.audit.note(act)
        except HistoryDown as error:
            _log.error("act not noted in the audit: %s of %s by %s: %s", act.action, act.subject, act.actor, error)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
