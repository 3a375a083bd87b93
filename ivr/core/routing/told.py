"""What of a forecast is said to a caller, and when. Pure.

A range is said in whole minutes, always outwards: its low end down, its high end up. Beyond ten minutes in steps of
five, so that what is said doesn't sound more exact than it is.
"""

MINUTE = 60
COARSE_FROM, COARSE = 10, 5
"""Minutes from which on, and in steps of how many, a range is said."""


def in_minutes(low_s: float, high_s: float) -> tuple[int, int]:
    """The range as it is said: (0, 1) is less than a minute, (0, n) up to n minutes."""
    low, high = int(max(0.0, low_s) // MINUTE), max(1, int(-(-high_s // MINUTE)))
    if high > COARSE_FROM:
        high = -(-high // COARSE) * COARSE
    if low > COARSE_FROM:
        low = low // COARSE * COARSE
    return low, high
