"""Files written as a whole or not at all, also over a loss of power; and a lock between processes."""

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path


def write_whole(path: Path, content: bytes, *, flush: bool = True) -> None:
    """Write a file beside its place, flush it to the disk, put it into its place. Raises OSError; then nothing changed.

    A reader sees the old content or the new, never a part. A link is followed; the file's mode is kept. Without `flush`
    the file may be gone or cut off after a loss of power: for what can be made again.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.part")
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            if flush:
                os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    if flush:
        flush_folder(target.parent)


def append_line(path: Path, line: bytes) -> None:
    """Add a line (without its end) to a file and flush it to the disk. Raises OSError.

    Where the last writer was cut off within a line, the new one still begins on a line of its own.
    """
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a renamed file is found after a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that one process at a time, and one thread of it, can hold. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
