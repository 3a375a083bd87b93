"""The split step."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Note
from ivr.core.flow.fields import Percent, Target
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Found, Step, World, step

_ALL = 100
_PARTS = 10_000
"""The draw is one of so many: hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Share:
    """One way and how many calls of a hundred take it."""

    share: Percent
    next: Target


@step("split", main="shares")
@dataclass(frozen=True, slots=True)
class SplitStep(Step):
    """Sends a share of the calls each way, the others to `otherwise`: to try a change on a few callers first.

    The draw follows from the call itself, so a test or a replay always goes the same way. With `by: caller` it follows
    from the number, so that who calls again hears the same.

    ```yaml
    new-menu:
      split:
        - {share: 20, next: matters-short}
      otherwise: matters
    ```
    """

    shares: tuple[Share, ...]
    otherwise: Target
    by: Literal["call", "caller"] = "call"

    def enter(self, context: Context) -> Outcome:
        """Draws, and notes which way was taken."""
        session = context.session
        who = session.caller.number if self.by == "caller" else ""
        drawn = draw(f"{who or session.call_sid}:{context.flow.name}:{context.step}")
        until = 0
        for number, one in enumerate(self.shares, 1):
            until += one.share * _PARTS // _ALL
            if drawn < until:
                return Left(one.next, f"share {number}", (Note(context.step, one.next),))
        return Left(self.otherwise, "otherwise", (Note(context.step, self.otherwise),))

    def problems(self, world: World) -> Iterator[Found]:
        """Shares of more than all calls."""
        total = sum(one.share for one in self.shares)
        if total > _ALL:
            yield Found("F011", "split", f"the shares make {total} of 100", "they may make 100 at most")


def draw(key: str) -> int:
    """A number from 0 to 9,999 that looks drawn and always is the same for the same key."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") % _PARTS
