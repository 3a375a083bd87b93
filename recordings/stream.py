"""A recording to listen to, and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from ivr.services.keeping import Recording, RecordingIndex
from recordings.keep import AudioFolder

MEDIA_TYPE = "audio/x-wav"


@dataclass(frozen=True, slots=True)
class Audio:
    """An opened recording: close `file`. `name` is what a browser may call it, and says nothing of the caller."""

    recording: Recording
    file: BinaryIO
    name: str


def open_recording(recording_id: str, index: RecordingIndex, folder: AudioFolder) -> Audio | None:
    """A recording by its id; None for an unknown id, a deleted one or a lost file. Whoever asks has been checked."""
    recording = index.get(recording_id)
    if recording is None or recording.deleted_at is not None:
        return None
    file = folder.open(recording.id)
    return Audio(recording, file, f"{recording.id}.wav") if file else None


def delete_recording(
    recording_id: str, index: RecordingIndex, folder: AudioFolder, now: Callable[[], datetime]
) -> bool:
    """Delete a recording's audio; what remains is that it was there. False for an unknown id or one deleted before."""
    recording = index.get(recording_id)
    if recording is None or recording.deleted_at is not None:
        return False
    folder.delete(recording.id)
    index.deleted(recording.id, now())
    return True
