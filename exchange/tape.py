"""What a recording holds before it is audio: who spoke when. Made into a WAV only when somebody fetches it, since a
busy hour on a fast clock records days of silence.
"""

import io
import math
import struct
import wave
from array import array
from dataclasses import dataclass, field

RATE = 8000
_WIDTH = 2
_LOUD = 1800
_FADE = 80


@dataclass(frozen=True, slots=True)
class Segment:
    """Sound on a channel (0 the parent leg, 1 the other side) from `start` for `seconds`; `audio` is WAV or None (a
    tone).
    """

    channel: int
    start: float
    seconds: float
    audio: bytes | None = None


@dataclass(slots=True)
class Tape:
    """A recording under way; times in exchange seconds. `paused_at` marks a pause; skipped time is cut out."""

    started: float
    segments: list[Segment] = field(default_factory=list)
    paused_at: float | None = None
    skip: bool = False
    skipped: float = 0.0

    def position(self, now: float) -> float:
        """Seconds of recording so far."""
        at = now if self.paused_at is None or not self.skip else self.paused_at
        return max(0.0, at - self.started - self.skipped)

    def add(self, channel: int, now: float, seconds: float, audio: bytes | None = None) -> None:
        """Sound begins; nothing while paused."""
        if self.paused_at is None:
            self.segments.append(Segment(channel, self.position(now), seconds, audio))

    def pause(self, now: float, *, skip: bool) -> None:
        """Stop listening; `skip` cuts the time out, else it is silence."""
        if self.paused_at is None:
            self.paused_at, self.skip = now, skip

    def resume(self, now: float) -> None:
        """Listen again."""
        if self.paused_at is not None:
            if self.skip:
                self.skipped += now - self.paused_at
            self.paused_at = None


def render(segments: list[Segment], seconds: float, channels: int) -> bytes:
    """A WAV of 16-bit samples at 8 kHz: a quiet tone per channel where somebody speaks, or their own audio."""
    frames = max(1, int(seconds * RATE))
    tracks = [array("h", bytes(2 * frames)) for _ in range(channels)]
    for segment in segments:
        track = tracks[min(segment.channel, channels - 1)]
        _lay(track, int(segment.start * RATE), _samples(segment))
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(channels)
        target.setsampwidth(2)
        target.setframerate(RATE)
        if channels == 1:
            target.writeframes(tracks[0].tobytes())
        else:
            mixed = array("h", bytes(2 * channels * frames))
            for number, track in enumerate(tracks):
                mixed[number::channels] = track
            target.writeframes(mixed.tobytes())
    return out.getvalue()


def mono(wav: bytes) -> bytes:
    """Several channels of a WAV mixed into one."""
    with wave.open(io.BytesIO(wav), "rb") as source:
        channels = source.getnchannels()
        samples = array("h", source.readframes(source.getnframes()))
    out = io.BytesIO()
    with wave.open(out, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        mixed = array("h", [_clip(sum(samples[i : i + channels])) for i in range(0, len(samples), channels)])
        target.writeframes(mixed.tobytes())
    return out.getvalue()


def wav_seconds(audio: bytes) -> float | None:
    """How long a WAV lasts, None where it is none."""
    try:
        with wave.open(io.BytesIO(audio), "rb") as source:
            return source.getnframes() / max(1, source.getframerate())
    except (wave.Error, EOFError, struct.error):
        return None


def _clip(value: int) -> int:
    return max(-32768, min(32767, value))


def _lay(track: "array[int]", at: int, samples: "array[int]") -> None:
    room = min(len(samples), len(track) - at)
    for i in range(room):
        track[at + i] = _clip(track[at + i] + samples[i])


def _samples(segment: Segment) -> "array[int]":
    if segment.audio is not None:
        own = _decoded(segment.audio)
        if own is not None:
            return own
    return _tone(330 if segment.channel == 0 else 440, segment.seconds)


def _tone(pitch: int, seconds: float) -> "array[int]":
    # One period of samples repeated: a tone's cost is a copy, whatever its length.
    period = array(
        "h", [int(_LOUD * math.sin(2 * math.pi * pitch * i / RATE)) for i in range(RATE // math.gcd(RATE, pitch))]
    )
    frames = int(seconds * RATE)
    tone = period * (frames // len(period) + 1)
    del tone[frames:]
    for i in range(min(_FADE, frames // 2)):
        tone[i] = tone[i] * i // _FADE
        tone[-1 - i] = tone[-1 - i] * i // _FADE
    return tone


def _decoded(audio: bytes) -> "array[int] | None":
    """A WAV's samples as mono 16-bit at 8 kHz by nearest neighbour, None where it can't be read."""
    try:
        with wave.open(io.BytesIO(audio), "rb") as source:
            width, channels, rate = source.getsampwidth(), source.getnchannels(), source.getframerate()
            raw = source.readframes(source.getnframes())
    except (wave.Error, EOFError, struct.error):
        return None
    if width == 1:
        samples = array("h", [(value - 128) << 8 for value in raw])
    elif width == _WIDTH:
        samples = array("h", raw)
    else:
        return None
    samples = samples[::channels]
    frames = len(samples) * RATE // max(1, rate)
    return array("h", [samples[i * rate // RATE] for i in range(frames)])
