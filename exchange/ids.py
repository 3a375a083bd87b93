"""Resource identifiers: two letters and 32 hexadecimal digits."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass


def _random_hex() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Ids:
    """Draws SIDs. `draw` returns 32 hexadecimal digits, never the same twice."""

    draw: Callable[[], str] = _random_hex

    def call(self) -> str:
        """A call."""
        return "CA" + self.draw()

    def queue(self) -> str:
        """A queue."""
        return "QU" + self.draw()

    def conference(self) -> str:
        """A conference."""
        return "CF" + self.draw()

    def recording(self) -> str:
        """A recording."""
        return "RE" + self.draw()

    def message(self) -> str:
        """A message."""
        return "SM" + self.draw()

    def account(self) -> str:
        """An account."""
        return "AC" + self.draw()

    def token(self) -> str:
        """An idempotency token: a UUID's shape."""
        raw = self.draw()
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def counted_ids(first: int = 1) -> Ids:
    """Identifiers that count up from `first`, for tests that compare."""
    state = [first - 1]

    def draw() -> str:
        state[0] += 1
        return f"{state[0]:032x}"

    return Ids(draw)
