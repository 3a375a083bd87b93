"""Audio files on disk. A path is made from an id and from nothing else."""

import os
import re
from pathlib import Path
from typing import BinaryIO

_ID = re.compile(r"[0-9a-f]{32}")
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


class AudioFolder:
    """A folder of audio, readable by this server's user only; 256 sub-folders by the first two digits of the id."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, recording_id: str) -> Path:
        """Where a recording is. Raises ValueError on anything but 32 lower-case hex digits: no id leads elsewhere."""
        if not _ID.fullmatch(recording_id):
            raise ValueError("a recording's id is 32 hexadecimal digits")
        return self._root / recording_id[:2] / f"{recording_id}.wav"

    def put(self, recording_id: str, audio: bytes) -> None:
        """Keep audio: complete and on the disk when this returns, or not there at all."""
        path = self.path(recording_id)
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(audio)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)

    def open(self, recording_id: str) -> BinaryIO | None:
        """A recording's audio to read, None where there is none. Close it."""
        try:
            return self.path(recording_id).open("rb")
        except FileNotFoundError:
            return None

    def delete(self, recording_id: str) -> None:
        """Delete a recording's audio; gone already is fine."""
        self.path(recording_id).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """The new name itself has to reach the disk before the carrier's copy may go."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
