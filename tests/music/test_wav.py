"""WAV files as they are read, and pieces cut out of them."""

import io
import itertools
import struct
import wave
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.wav import FADE_SECONDS, NotAudio, read, silence
from tests.music.sounds import rising, wav


def seconds_of(audio: bytes) -> float:
    return read(audio).seconds


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_reader(audio: bytes) -> None:
    for given_bytes in (audio, b"RIFF\0\0\0\0WAVE" + audio, b"RIFF\0\0\0\0WAVEfmt " + audio):
        try:
            assert seconds_of(given_bytes) >= 0
        except NotAudio:
            continue


def test_lengths_and_odd_chunks() -> None:
    assert seconds_of(wav(2.25)) == 2.25
    assert seconds_of(wav(0.5, rate=44_100)) == 0.5
    whole = wav(1)
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    assert seconds_of(whole[:12] + odd + whole[12:]) == 1.0
    ulaw = (
        b"fmt "
        + struct.pack("<IHHIIHH", 16, 7, 1, 8000, 8000, 1, 8)
        + b"data"
        + struct.pack("<I", 4000)
        + b"\xff" * 4000
    )
    assert seconds_of(b"RIFF" + struct.pack("<I", len(ulaw) + 4) + b"WAVE" + ulaw) == 0.5


def samples(audio: bytes) -> "array[int]":
    with wave.open(io.BytesIO(audio)) as file:
        return array("h", file.readframes(file.getnframes()))


def test_a_piece_is_what_plays_then() -> None:
    found = samples(read(rising(10)).piece(3, 2))
    assert len(found) == 16_000
    middle = slice(4_000, 12_000)
    assert list(found[middle]) == list(samples(rising(10)))[28_000:36_000]


def test_a_piece_goes_round_where_the_file_ends() -> None:
    piece = samples(read(rising(10)).piece(29, 12))
    assert len(piece) == 12 * 8_000
    whole = list(samples(rising(10)))
    assert list(piece[4_000:8_000]) == whole[9 * 8_000 + 4_000 :]
    assert list(piece[8_000:12_000]) == whole[:4_000]


def test_a_piece_begins_and_ends_without_a_click() -> None:
    loud = read(wav(10, sample=b"\x00\x40")).piece(1, 3)
    found, fade = samples(loud), int(FADE_SECONDS * 8_000)
    assert (found[0], found[-1]) == (0, 0)
    assert found[fade] == found[-1 - fade] == 0x4000
    assert all(abs(later - earlier) < 0x4000 / fade + 2 for earlier, later in itertools.pairwise(found))


def test_other_encodings_are_cut_as_they_are() -> None:
    ulaw = read(silence(4.0))
    assert ulaw.seconds == 4.0
    assert read(ulaw.piece(3.5, 2)).seconds == 2.0


@given(st.floats(0, 10_000), st.floats(0, 30))
def test_a_piece_is_as_long_as_asked_for_and_whole(at: float, seconds: float) -> None:
    piece = read(read(wav(1.5)).piece(at, seconds))
    assert piece.seconds == pytest.approx(seconds, abs=1 / 4_000)
    assert len(piece.sound) % piece.frame == 0
