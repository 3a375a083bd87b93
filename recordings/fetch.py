"""A recording comes home: fetched from the carrier, checked, kept, noted, then deleted there. Each step may be repeated.

A job does this; it may be lost or run twice. The order keeps one copy at all times: the carrier's goes only after ours
is on the disk, in the index and has been read back. What a crash leaves is finished by the next run.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from ivr.services.keeping import Recording, RecordingIndex
from ivr.services.ports import Carrier, CarrierError
from recordings.keep import AudioFolder
from recordings.wav import seconds_of

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between tries while the carrier says 404: media follow the recording's end after a while (contract 4.5 D)."""


class NotThere(Exception):  # noqa: N818 - a state of the world
    """The carrier hasn't got this recording: not yet, no more, or never."""


def fetch(
    recording_sid: str,
    call_sid: str,
    *,
    carrier: Carrier,
    index: RecordingIndex,
    folder: AudioFolder,
    new_id: str,
    now: Callable[[], datetime],
    wait: Callable[[float], None],
    pauses: Sequence[float] = PAUSES,
) -> Recording:
    """Bring one recording home, or finish doing so. `new_id` is 32 random hex digits, used where it isn't kept yet.

    Raises NotThere, CarrierError (try again later), wav.NotAudio (what came is kept nowhere, the carrier's copy stays)
    and ports.HistoryDown.
    """
    kept = index.of(recording_sid) or _bring(recording_sid, call_sid, carrier, index, folder, new_id, now, wait, pauses)
    if kept.deleted_at_carrier is None:
        _check(kept, folder)
        carrier.delete_recording(recording_sid)
        index.deleted_at_carrier(kept.id, now())
    return kept


def _bring(
    recording_sid: str,
    call_sid: str,
    carrier: Carrier,
    index: RecordingIndex,
    folder: AudioFolder,
    new_id: str,
    now: Callable[[], datetime],
    wait: Callable[[float], None],
    pauses: Sequence[float],
) -> Recording:
    audio = _download(recording_sid, carrier, wait, pauses)
    recording = Recording(
        id=new_id,
        recording_sid=recording_sid,
        call_sid=call_sid,
        sha256=hashlib.sha256(audio).hexdigest(),
        bytes=len(audio),
        seconds=seconds_of(audio),
        stored_at=now(),
    )
    folder.put(new_id, audio)
    if index.add(recording):
        return recording
    folder.delete(new_id)  # another run of this job was quicker
    other = index.of(recording_sid)
    if other is None:
        raise RuntimeError(f"recording {recording_sid} is neither new nor known")
    return other


def _download(recording_sid: str, carrier: Carrier, wait: Callable[[float], None], pauses: Sequence[float]) -> bytes:
    for pause in pauses:
        try:
            return carrier.recording(recording_sid)
        except CarrierError as error:
            if not error.gone:
                raise
        wait(pause)
    try:
        return carrier.recording(recording_sid)
    except CarrierError as error:
        if error.gone:
            raise NotThere(f"recording {recording_sid}: {error}") from error
        raise


def _check(kept: Recording, folder: AudioFolder) -> None:
    """Read back what is on the disk. Raises OSError where it is not what was fetched: the carrier's copy then stays."""
    file = folder.open(kept.id)
    if file is None:
        raise FileNotFoundError(f"the audio of recording {kept.id} is gone")
    with file:
        if hashlib.file_digest(file, "sha256").hexdigest() != kept.sha256:
            raise OSError(f"the audio of recording {kept.id} is damaged")
