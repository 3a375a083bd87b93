"""A recording comes home: fetched from the carrier, checked, kept, noted, then deleted there. Each step can be redone.

A job does this; it may be lost or run twice. The order keeps one copy at all times: the carrier's goes only after ours
is on the disk, in the index and has been read back. What a crash leaves is finished by the next run.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ivr.core.wav import read
from ivr.services.keeping import Recording, RecordingIndex
from ivr.services.ports import Carrier, CarrierError
from recordings.keep import AudioFolder

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between tries while the carrier says 404: media follow the recording's end after a while (contract 4.5 D)."""


class NotThere(Exception):  # noqa: N818 - a state of the world
    """The carrier hasn't got this recording: not yet, no more, or never."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Brings recordings home. `now` and `wait` (seconds) are the entry point's clock and patience."""

    carrier: Carrier
    index: RecordingIndex
    folder: AudioFolder
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    pauses: Sequence[float] = PAUSES

    def fetch(self, recording_sid: str, call_sid: str, new_id: str) -> Recording:
        """Bring one recording home, or finish doing so. `new_id` is 32 random hex digits, used where it isn't kept yet.

        Raises NotThere, CarrierError (try again later), wav.NotAudio (what came is kept nowhere, the carrier's copy
        stays), OSError (the disk) and ports.HistoryDown.
        """
        kept = self.index.of(recording_sid) or self._bring(recording_sid, call_sid, new_id)
        if kept.deleted_at_carrier is None:
            if self._digest(kept) != kept.sha256:  # lost or damaged here since: the carrier's copy is still the first
                self.folder.put(kept.id, self._download(recording_sid))
            if self._digest(kept) != kept.sha256:
                raise OSError(f"the audio of recording {kept.id} can't be kept")
            self.carrier.delete_recording(recording_sid)
            self.index.deleted_at_carrier(kept.id, self.now())
        return kept

    def _bring(self, recording_sid: str, call_sid: str, new_id: str) -> Recording:
        audio = self._download(recording_sid)
        recording = Recording(
            id=new_id,
            recording_sid=recording_sid,
            call_sid=call_sid,
            sha256=hashlib.sha256(audio).hexdigest(),
            bytes=len(audio),
            seconds=read(audio).seconds,
            stored_at=self.now(),
        )
        self.folder.put(new_id, audio)
        if self.index.add(recording):
            return recording
        self.folder.delete(new_id)  # another run of this job was quicker
        other = self.index.of(recording_sid)
        if other is None:
            raise RuntimeError(f"recording {recording_sid} is neither new nor known")
        return other

    def _download(self, recording_sid: str) -> bytes:
        for pause in (*self.pauses, None):
            try:
                return self.carrier.recording(recording_sid)
            except CarrierError as error:
                if not error.gone:
                    raise
                if pause is None:
                    raise NotThere(f"recording {recording_sid}: {error}") from error
            self.wait(pause)
        raise AssertionError("the last try returns or raises")

    def _digest(self, kept: Recording) -> str:
        """Of what is on the disk; empty where nothing is."""
        file = self.folder.open(kept.id)
        if file is None:
            return ""
        digest = hashlib.sha256()
        with file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
