"""Composes `flows/prompts/attente.wav`, what the demo's callers hear while they wait: python tools/make_hold_music.py

Soft bells over slow chords, 32 seconds that go round without a seam, as the telephone has it: 8,000 samples of 16 bits
a second, one channel, nothing above 1.8 kHz. The same every time.
"""

import math
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

RATE = 8_000
BAR_SECONDS = 4.0
CHORDS = (("D3", "A3", "F#4"), ("B2", "F#3", "D4"), ("G2", "D3", "B3"), ("A2", "E3", "C#4")) * 2
MELODY = "A4 F#5 E5 D5  B4 D5 F#5 E5  D5 B4 G4 B4  C#5 E5 A4 -  F#5 A5 E5 F#5  D5 F#5 B4 D5  B4 D5 G5 D5  E5 C#5 A4 -"
LOUDEST = 9_000
PARTIALS = ((1, 1.0), (2, 0.35), (3, 0.12))
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def frequency(note: str) -> float:
    """Hz, equal temperament, A4 = 440."""
    step = STEPS[note[0]] + ("#" in note) + 12 * int(note[-1])
    return 440.0 * 2 ** ((step - 57) / 12)


@dataclass(frozen=True, slots=True)
class Voice:
    """How a tone sounds: it swells for `attack` seconds and dies away within `seconds`."""

    loud: float
    attack: float
    seconds: float

    def add(self, sound: list[float], begin: float, hertz: float) -> None:
        """One tone; what lasts beyond the end goes on at the beginning."""
        for n in range(int(self.seconds * RATE)):
            at = n / RATE
            swell = min(1.0, at / self.attack) * math.exp(-2.2 * at / self.seconds) * (1 - at / self.seconds)
            tone = sum(share * math.sin(2 * math.pi * hertz * partial * at) for partial, share in PARTIALS)
            sound[(int(begin * RATE) + n) % len(sound)] += self.loud * swell * tone


STRINGS = Voice(0.35, 0.9, BAR_SECONDS * 1.6)
BELLS = Voice(0.5, 0.02, 2.6)


def composed() -> "array[int]":
    """The samples."""
    sound = [0.0] * int(len(CHORDS) * BAR_SECONDS * RATE)
    for bar, chord in enumerate(CHORDS):
        for note in chord:
            STRINGS.add(sound, bar * BAR_SECONDS, frequency(note))
    for beat, note in enumerate(MELODY.split()):
        if note != "-":
            BELLS.add(sound, beat * BAR_SECONDS / 4, frequency(note))
    peak = max(map(abs, sound))
    return array("h", (round(LOUDEST * value / peak) for value in sound))


if __name__ == "__main__":
    target = Path(__file__).parents[1] / "flows" / "prompts" / "attente.wav"
    target.parent.mkdir(exist_ok=True)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(composed().tobytes())
