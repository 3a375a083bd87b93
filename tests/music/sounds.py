"""Sounds to cut."""

import io
import wave
from array import array

RATE = 8_000


def wav(seconds: float = 1.5, rate: int = RATE, sample: bytes = b"\x01\x00") -> bytes:
    """The same sample again and again."""
    return _file(sample * int(seconds * rate), rate)


def rising(seconds: int) -> bytes:
    """No two moments of it are alike for four seconds."""
    return _file(array("h", (n % 32_000 for n in range(seconds * RATE))).tobytes(), RATE)


def _file(frames: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames)
    return out.getvalue()
