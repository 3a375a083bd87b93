"""WAV files: how long one lasts, and a piece cut out of one. Bytes in, bytes out, in whatever encoding it is."""

import struct
from array import array
from dataclasses import dataclass
from sys import byteorder

MAX_BYTES = 256 * 1024 * 1024
FADE_SECONDS = 0.2
"""How long a piece of 16-bit sound swells and dies away, so that it neither begins nor ends with a click."""

_HEADER = 12
_CHUNK = 8
_FORMAT = 16
_PCM, _MU_LAW = 1, 7
_RATE = 8000
_SAMPLE_BITS = 16


class NotAudio(Exception):  # noqa: N818 - says what it is
    """What came is no WAV file, or one without sound or end; the message says why."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A WAV file as read. `form` is its format chunk; `frame` is the bytes of one moment in all channels."""

    form: bytes
    sound: bytes
    bytes_a_second: int
    frame: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.sound) / self.bytes_a_second

    def piece(self, at: float, seconds: float) -> bytes:
        """A WAV file of so many seconds from `at` on; at its end it begins anew, as often as it takes."""
        begin, wanted = self._whole(at) % len(self.sound), max(self.frame, self._whole(seconds))
        rounds = -(-(begin + wanted) // len(self.sound))
        sound = (self.sound * rounds)[begin : begin + wanted]
        return _file(self.form, self._faded(sound))

    def _whole(self, seconds: float) -> int:
        """Bytes of that time, up to the next whole frame."""
        return int(seconds * self.bytes_a_second) // self.frame * self.frame

    def _faded(self, sound: bytes) -> bytes:
        encoding, bits = struct.unpack_from("<H", self.form)[0], struct.unpack_from("<H", self.form, 14)[0]
        if (encoding, bits) != (_PCM, _SAMPLE_BITS):
            return sound
        samples = array("h", sound)
        if byteorder == "big":
            samples.byteswap()
        most = min(len(samples) // 2, self._whole(FADE_SECONDS) // 2)
        for n in range(most):
            samples[n] = samples[n] * n // most
            samples[-1 - n] = samples[-1 - n] * n // most
        if byteorder == "big":
            samples.byteswap()
        return samples.tobytes()


def read(audio: bytes) -> Wav:
    """A WAV file's format and sound. Raises NotAudio."""
    if len(audio) > MAX_BYTES:
        raise NotAudio(f"{len(audio)} bytes are more than a recording has")
    if len(audio) < _HEADER or audio[:4] != b"RIFF" or audio[8:12] != b"WAVE":
        raise NotAudio("no RIFF WAVE header")
    form = b""
    at = _HEADER
    while at + _CHUNK <= len(audio):
        name, size = audio[at : at + 4], struct.unpack_from("<I", audio, at + 4)[0]
        body = at + _CHUNK
        if name == b"fmt ":
            if size < _FORMAT or body + _FORMAT > len(audio):
                raise NotAudio("its format is cut off")
            form = audio[body : body + size]
        elif name == b"data":
            if body + size > len(audio):
                raise NotAudio(f"{body + size - len(audio)} bytes of sound are missing")
            return _wav(form, audio[body : body + size])
        at = body + size + size % 2
    raise NotAudio("no sound in it")


def silence(seconds: float) -> bytes:
    """A WAV file in which nothing is heard (8,000 samples a second, mu-law)."""
    return _file(struct.pack("<HHIIHH", _MU_LAW, 1, _RATE, _RATE, 1, 8), b"\xff" * int(seconds * _RATE))


def _wav(form: bytes, sound: bytes) -> Wav:
    if not form or not (bytes_a_second := struct.unpack_from("<I", form, 8)[0]):
        raise NotAudio("sound before its format")
    frame = struct.unpack_from("<H", form, 12)[0] or 1
    return Wav(form, sound, bytes_a_second, frame)


def _file(form: bytes, sound: bytes) -> bytes:
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
        for name, body in ((b"fmt ", form), (b"data", sound))
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
