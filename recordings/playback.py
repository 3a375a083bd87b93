"""A caller's own recording, to be heard again while they are still in the call. The carrier asks for it, unsigned.

So the address itself is the proof: it holds a keyed digest of the call and the recording, and works only while that
call lives. The audio comes from here or, where it hasn't been fetched yet, from the carrier.
"""

import hashlib
import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass

from ivr.services.keeping import RecordingIndex
from ivr.services.ports import Carrier, CarrierError, HistoryDown, SessionStore
from recordings.keep import AudioFolder

_DIGITS = 32
_RATE = 8_000
PAUSES = (0.5, 1.0, 1.0)
"""Seconds between tries while the carrier hasn't got it yet: the caller waits."""


def proof(secret: str, call_sid: str, recording_sid: str) -> str:
    """What only this server could have put into an address."""
    message = f"playback:{call_sid}:{recording_sid}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:_DIGITS]


def address(secret: str, call_sid: str, recording_sid: str) -> str:
    """The path at which a caller's recording can be heard."""
    return f"/playback/{call_sid}/{recording_sid}/{proof(secret, call_sid, recording_sid)}.wav"


@dataclass(frozen=True, slots=True)
class Playback:
    """Finds the audio behind such an address. `wait` (seconds) is the entry point's patience."""

    secret: str
    sessions: SessionStore
    index: RecordingIndex
    folder: AudioFolder
    carrier: Carrier
    wait: Callable[[float], None]

    def audio(self, call_sid: str, recording_sid: str, given: str) -> bytes | None:
        """The audio (WAV); None where the address is not ours or the call is over.

        A second of silence where the audio can't be had: a caller must not be cut off over it (contract 11: an address
        that answers 404 may end the call).
        """
        if not hmac.compare_digest(proof(self.secret, call_sid, recording_sid), given):
            return None
        loaded = self.sessions.load(call_sid)
        if loaded is None or loaded[0].ended:
            return None
        return self._kept(recording_sid) or self._fetched(recording_sid) or silence()

    def _kept(self, recording_sid: str) -> bytes | None:
        try:
            recording = self.index.of(recording_sid)
        except HistoryDown:
            return None
        file = self.folder.open(recording.id) if recording and recording.deleted_at is None else None
        if file is None:
            return None
        with file:
            return file.read()

    def _fetched(self, recording_sid: str) -> bytes | None:
        for pause in (*PAUSES, None):
            try:
                return self.carrier.recording(recording_sid)
            except CarrierError as error:
                if not error.gone or pause is None:
                    return self._kept(recording_sid)
            if (kept := self._kept(recording_sid)) is not None:
                return kept
            self.wait(pause)
        return None


def silence(seconds: int = 1) -> bytes:
    """A WAV file in which nothing is heard."""
    sound = b"\x00\x00" * (_RATE * seconds)
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _RATE, _RATE * 2, 2, 16)
    data = struct.pack("<4sI", b"data", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data
