"""Files near to flows, drawn at random: slips of the pen, parts swapped, bytes changed."""

import random
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEEDS = sorted(
    [
        *(ROOT / "flows").glob("*.yaml"),
        *(ROOT / "tests/flowfile/bad").glob("*.yaml"),
        *(ROOT / "flows").glob("*/*.yaml"),
    ]
)
SIGNS = [
    *"{}[]:\"'*&!\t|#-?,\x00é%@`<>~",
    "{{",
    "}}",
    "- ",
    "? ",
    "\u2028",
    "<<: ",
    "\r",
    "\r\n",
    "\ufeff",
    "&a ",
    "*a",
]
"""What a slip may put in: signs that mean something in YAML or in a text."""

MOST_BYTES = 40_000
_GOOD = 0.7
"""How many of the slips are made in a flow that is good."""


class Shapes:
    """Draws files. The same seed draws the same files."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.sources = [source for path in SEEDS if len(source := path.read_bytes()) < MOST_BYTES]
        self.good = [(ROOT / "tests/flowfile/house/town-hall.yaml").read_bytes()]
        self.good += [path.read_bytes() for path in (ROOT / "flows").glob("*.yaml") if b"\nsteps:" in path.read_bytes()]
        words = {word for source in self.sources for word in source.decode(errors="replace").split()}
        self.words = sorted(words)

    def file(self) -> bytes:
        """One file: a seed with some slips, two seeds in one, bytes changed, or words thrown together."""
        kind = self.draw.randrange(10)
        if kind < 5:
            return self._slips(self.draw.choice(self.good if self.draw.random() < _GOOD else self.sources))
        if kind < 7:
            return self._bytes(self.draw.choice(self.sources))
        if kind == 7:
            one, other = self.draw.choice(self.sources), self.draw.choice(self.sources)
            cut = self.draw.randrange(len(one) + 1)
            return one[:cut] + other[self.draw.randrange(len(other) + 1) :]
        return self._words() if kind == 8 else self.draw.randbytes(self.draw.randrange(400))

    def _slips(self, source: bytes) -> bytes:
        draw = self.draw
        lines = source.decode(errors="replace").split("\n")
        for _ in range(draw.randint(1, 3)):
            at = draw.randrange(len(lines))
            line = lines[at]
            cut = draw.randint(0, len(line))
            match draw.randrange(8):
                case 0 if len(lines) > 1:
                    del lines[at]
                case 1:
                    lines.insert(at, draw.choice(lines))
                case 2:
                    words = line.split() or [""]
                    lines[at] = line.replace(draw.choice(words), draw.choice(self.words), 1)
                case 3:
                    lines[at] = line[:cut] + draw.choice(SIGNS) + line[cut:]
                case 4:
                    lines[at] = " " * draw.randint(0, 8) + line.lstrip()
                case 5:
                    lines[at] = f"{line} {draw.choice(self.words)}"
                case 6:
                    lines[at] = line[:cut]
                case _:
                    other = draw.randrange(len(lines))
                    lines[at], lines[other] = lines[other], line
        return "\n".join(lines).encode(errors="replace")

    def _bytes(self, source: bytes) -> bytes:
        changed = bytearray(source)
        for _ in range(self.draw.randint(1, 12)):
            at = self.draw.randrange(len(changed) + 1)
            match self.draw.randrange(3):
                case 0:
                    changed[at:at] = self.draw.randbytes(self.draw.randint(1, 4))
                case 1:
                    del changed[at : at + self.draw.randint(1, 40)]
                case _:
                    until = at + self.draw.randint(1, 60)
                    changed[at:at] = changed[at:until] * self.draw.randint(1, 4)
        return bytes(changed)

    def _words(self) -> bytes:
        draw = self.draw
        lines = ["language: fr-FR", "time_zone: Europe/Paris", "on_fault: bye", "steps:", "  bye: {hangup: Au revoir.}"]
        for _ in range(draw.randint(1, 30)):
            key, value = draw.choice(self.words), " ".join(draw.choices(self.words, k=draw.randint(0, 4)))
            lines.append(f"{' ' * draw.choice([0, 2, 4, 6, 8])}{key.rstrip(':')}: {value}")
        return "\n".join(lines).encode(errors="replace")
