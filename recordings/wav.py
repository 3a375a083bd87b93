"""Is this audio, and how long is it? Reads the RIFF chunks of a WAV file in whatever encoding it is."""

import struct

MAX_BYTES = 256 * 1024 * 1024
_HEADER = 12
_CHUNK = 8
_FORMAT = 16


class NotAudio(Exception):  # noqa: N818 - says what it is
    """What came is no WAV file, or one without sound or end; the message says why."""


def seconds_of(audio: bytes) -> float:
    """How long a WAV file lasts. Raises NotAudio."""
    if len(audio) > MAX_BYTES:
        raise NotAudio(f"{len(audio)} bytes are more than a recording has")
    if len(audio) < _HEADER or audio[:4] != b"RIFF" or audio[8:12] != b"WAVE":
        raise NotAudio("no RIFF WAVE header")
    bytes_a_second = 0
    at = _HEADER
    while at + _CHUNK <= len(audio):
        name, size = audio[at : at + 4], struct.unpack_from("<I", audio, at + 4)[0]
        body = at + _CHUNK
        if name == b"fmt ":
            if size < _FORMAT or body + _FORMAT > len(audio):
                raise NotAudio("its format is cut off")
            bytes_a_second = struct.unpack_from("<I", audio, body + 8)[0]
        elif name == b"data":
            if not bytes_a_second:
                raise NotAudio("sound before its format")
            if body + size > len(audio):
                raise NotAudio(f"{body + size - len(audio)} bytes of sound are missing")
            return float(size / bytes_a_second)
        at = body + size + size % 2
    raise NotAudio("no sound in it")
