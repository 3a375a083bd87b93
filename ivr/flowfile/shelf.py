"""The `Shelf` port on disk: the folder of flows, its drafts, and the folder of versions by their digest."""

import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from ivr.core.flow.fields import NAME
from ivr.core.flow.problem import Problem
from ivr.flowfile.atomic import locked, write_whole
from ivr.flowfile.decode import digest_of
from ivr.flowfile.folder import Reader
from ivr.flowfile.journal import Journal
from ivr.flowfile.paths import DRAFTS, LIBRARY, SUFFIX, flow_names
from ivr.services.ports import FileChanged, Version

_DIGEST = re.compile(r"[a-z0-9_-]{1,64}-[0-9a-f]{16}")
_LOCK = ".lock"


class FolderShelf:
    """Flow files in `folder`, versions in `versions`. OSError where the disk fails, ValueError for a wrong name."""

    def __init__(self, folder: Path, versions: Path) -> None:
        self.folder = folder
        self.kept = versions
        self.journal = Journal(versions)
        self._reader = Reader()
        self._reading = threading.Lock()

    def names(self) -> Sequence[str]:
        """Every flow that has a file."""
        return flow_names(self.folder)

    def file(self, name: str) -> bytes | None:
        """The flow's file as it is now."""
        return _read(self._file(name))

    def draft(self, name: str) -> bytes | None:
        """The flow's draft."""
        return _read(self._draft(name))

    def drafts(self) -> Sequence[str]:
        """Every flow that has a draft."""
        folder = self.folder / DRAFTS
        return flow_names(folder) if folder.is_dir() else ()

    def keep_draft(self, name: str, source: bytes | None) -> None:
        """Write the draft as a whole; None takes it away."""
        path = self._draft(name)
        if source is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(exist_ok=True)
            write_whole(path, source)

    def check(self, name: str, source: bytes) -> Sequence[Problem]:
        """Every problem a text would have as this flow's file."""
        path = self._file(name)
        instead = {path.relative_to(self.folder).as_posix(): source}
        with self._reading:
            found = self._reader.read(self.folder, instead=instead)
        return [problem for problem in found.problems if problem.file == str(path)]

    def publish(self, version: Version, source: bytes, base: str | None) -> Version:
        """Keep the text, write the file, note the version: in this order, so that whatever is noted is there.

        Raises FileChanged where the file is not the one of digest `base`.
        """
        path = self._file(version.flow)
        with locked(self.kept / _LOCK):
            before = _read(path)
            if base is not None and base != ("" if before is None else digest_of(version.flow, before)):
                raise FileChanged(f"{path} has been changed meanwhile")
            kept = self.kept / f"{version.digest}{SUFFIX}"
            if _read(kept) != source:
                write_whole(kept, source)
            if before != source:
                write_whole(path, source)
            return self.journal.add(version)

    def versions(self, name: str) -> Sequence[Version]:
        """The published versions, oldest first."""
        self._file(name)
        return self.journal.versions(name)

    def source(self, digest: str) -> bytes | None:
        """The text of a version, if it is kept and is what its name says."""
        if _DIGEST.fullmatch(digest) is None:
            return None
        source = _read(self.kept / f"{digest}{SUFFIX}")
        return source if source is not None and digest_of(digest.rpartition("-")[0], source) == digest else None

    def pins(self) -> Mapping[str, str]:
        """The lines that keep one version: its digest by the line's name."""
        return self.journal.pins()

    def pin(self, line: str, digest: str | None) -> None:
        """Pin a line to a version; None frees it."""
        with locked(self.kept / _LOCK):
            self.journal.pin(line, digest)

    def _file(self, name: str) -> Path:
        """Where a flow's file is, or would be: in the library only where it is there already."""
        path = self.folder / _named(name)
        shared = self.folder / LIBRARY / path.name
        return shared if shared.is_file() and not path.exists() else path

    def _draft(self, name: str) -> Path:
        return self.folder / DRAFTS / _named(name)


def _named(name: str) -> str:
    if NAME.pattern.fullmatch(name) is None:
        raise ValueError(f"'{name[:40]}' is not a flow's name: {NAME.said}")
    return f"{name}{SUFFIX}"


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
