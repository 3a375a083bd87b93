"""Connection overrides in a URL's fragment: `#rc=2&rp=5xx,rt&rt=4000` (contract 1.6, D)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

_RANGES = {"ct": (100, 10000), "rt": (100, 15000), "tt": (100, 15000), "rc": (0, 5)}
_POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """Times in seconds. `policy` names the failures that are retried."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retried(self, kind: str) -> bool:
        """Whether a failure of this kind (`4xx 5xx ct rt`) is tried again."""
        return kind in self.policy or "all" in self.policy


_DEFAULT = Overrides()


def split(url: str) -> tuple[str, Overrides]:
    """The URL without fragment and what the fragment says. Values out of range are clamped, unknown keys passed
    over.
    """
    address, fragment = urldefrag(url)
    if not fragment:
        return address, _DEFAULT
    numbers: dict[str, int] = {}
    policy = _DEFAULT.policy
    for key, value in parse_qsl(fragment):
        if key in _RANGES and value.isdecimal():
            low, high = _RANGES[key]
            numbers[key] = min(high, max(low, int(value)))
        elif key == "rp":
            policy = frozenset(value.split(",")) & _POLICIES
    return address, Overrides(
        connect=numbers.get("ct", 5000) / 1000,
        read=numbers.get("rt", 15000) / 1000,
        total=numbers.get("tt", 15000) / 1000,
        retries=numbers.get("rc", 1),
        policy=policy,
    )
