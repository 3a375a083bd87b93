"""What a call asks of a line: its rings, from the line's definition and from what its step wants.

A call keeps its step's part as two short texts (`asks`, `prefer`), so that it can be asked anew when the line's rules
change while it waits, or when it is moved to another line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.rings import OpenRing, rings_of
from ivr.core.routing.skills import Level, alternatives, requirement


@dataclass(frozen=True, slots=True)
class Asked:
    """Rings, and the step's part as kept: `asks` canonical, `prefer` as `20 ana bea` (seconds, then ids)."""

    rings: tuple[OpenRing, ...]
    asks: str = ""
    prefer: str = ""

    @property
    def requirement(self) -> str:
        """What the first ring asks for."""
        return self.rings[0].wanted


def ask(
    queue: QueueDefinition,
    skills: Mapping[str, Level],
    preferred: tuple[str, ...] = (),
    prefer_seconds: int = 0,
) -> Asked:
    """What a step with `skills` asks of a line. `prefer_seconds` 0: the line's own. Raises SkillProblem."""
    seconds = prefer_seconds or queue.prefer_seconds
    rings = rings_of((queue.skills, skills), queue.rings, preferred, seconds)
    kept = f"{seconds} {' '.join(preferred)}" if preferred and seconds else ""
    return Asked(rings, requirement(skills), kept)


def ask_again(queue: QueueDefinition, asks: str, prefer: str) -> Asked:
    """What a call that is in a line asks, by the definition as it is now. Raises SkillProblem."""
    skills = alternatives(asks)[0].skills
    seconds, *preferred = prefer.split() or ("0",)
    return ask(queue, skills, tuple(preferred), int(seconds))
