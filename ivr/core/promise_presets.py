"""Promises to callers that others have set and published, by the name a line's `promise` gives them.

Read as: of all calls, `target_percent` reach a person within `answer_within_seconds` of the caller's last choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Preset:
    """One promise. `answer_within_seconds` None: a person is promised, but no time; `source` says who set it."""

    answer_within_seconds: int | None
    target_percent: int
    source: str


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "be-charter-2011": Preset(150, 90, "Belgian charter of customer friendliness, 2011"),
        "es-2025": Preset(180, 95, "Spanish law on customer services, 2025"),
        "fr-services-publics-plus": Preset(None, 85, "French telephone plan of Services Publics+, 2023"),
        "80-20": Preset(20, 80, "custom of call centres: 80 % within 20 seconds"),
    }
)


def answer_within(name: str) -> int:
    """The seconds within which a promise of that name says a person answers; 0 where it names no time, or is none."""
    preset = PRESETS.get(name)
    return (preset.answer_within_seconds or 0) if preset else 0
