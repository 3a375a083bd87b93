"""Versions of flows on disk, each under its digest, and the last good version of every file beside them."""

import logging
import os
import re
import threading
from pathlib import Path

from ivr.core.flow.model import Flow
from ivr.flowfile.decode import decode_flow, digest_of

_log = logging.getLogger(__name__)
_DIGEST = re.compile(r"[a-z0-9_-]{1,64}-[0-9a-f]{16}")
_POINTER = ".current"


class Kept:
    """The folder of versions (`var/flows`). Several processes may read and write it at once.

    A disk that fails is logged and otherwise as if nothing were kept: calls go on with what is in memory.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, name: str, digest: str, source: bytes) -> None:
        """Keep a version and note it as the last good one of its flow."""
        if not (self.folder / f"{digest}.yaml").exists():
            self.write(f"{digest}.yaml", source)
        if self.read(name + _POINTER) != digest.encode():
            self.write(name + _POINTER, digest.encode())

    def last_good(self, name: str) -> Flow | None:
        """The last good version of a flow."""
        return self.flow(self.read(name + _POINTER).decode(errors="replace").strip())

    def flow(self, digest: str) -> Flow | None:
        """A version, if it is there and is what its name says."""
        source = self.source(digest)
        return None if source is None else decode_flow(source, digest.rpartition("-")[0], f"{digest}.yaml").flow

    def source(self, digest: str) -> bytes | None:
        """The text of a version, if it is there and is what its name says."""
        if _DIGEST.fullmatch(digest) is None:
            return None
        source = self.read(f"{digest}.yaml")
        return source if digest_of(digest.rpartition("-")[0], source) == digest else None

    def read(self, name: str) -> bytes:
        """A file; empty where it isn't kept yet, or couldn't be, which `write` has logged."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return b""

    def write(self, name: str, content: bytes) -> None:
        """Write a file as a whole or not at all."""
        target = self.folder / name
        if self.read(name) == content:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{name}.{os.getpid()}.{threading.get_ident()}.part")
            part.write_bytes(content)
            part.replace(target)
        except OSError as error:
            _log.error("flow version not kept: %s: %s; a call on it will not survive a restart", target, error)
