"""A history told: numbers become events, and after each the invariants are held against the store."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from ivr.core.flow.effects import Join
from tests.routing.histories.dice import Dice
from tests.routing.histories.events import KINDS, Family, Kind
from tests.routing.histories.invariants import hold
from tests.routing.histories.world import ASKED, LINES, PEOPLE, World, some_line

HISTORIES = int(os.environ.get("ROUTING_HISTORIES", "2000"))
"""How many histories are told in all, by the seven tests together."""

TESTS = 7

_SLOTS = 256
_LEFT_OUT = 3
_NUMBERS = st.integers(0, 2**24 - 1)
"""A step: which event in the low byte, its choices above. No wider: Hypothesis draws wider ones mostly small."""

Ending = Callable[[World, Callable[[], None]], None]


@dataclass(frozen=True)
class Proof:
    """What a test wants to see: events of these families so many times as often, and how a history ends."""

    ending: Ending
    more_of: Mapping[Family, int] = field(default_factory=dict)

    def prove(self, url: str) -> None:
        """Tell this test's share of the histories."""

        @settings(
            max_examples=-(-HISTORIES // TESTS),
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(begins=st.tuples(*[_NUMBERS] * 4), steps=st.lists(_NUMBERS, min_size=20, max_size=60))
        def history(begins: tuple[int, ...], steps: list[int]) -> None:
            self.tell(url, begins, steps)

        history()

    def tell(self, url: str, begins: Sequence[int], steps: Sequence[int]) -> None:
        """One history. What happened is said where it fails."""
        world = World(url)
        told: list[str] = []
        try:
            left_out, present, *lines = map(Dice, begins)
            begin(world, present, lines)
            told.append(f"{present.shown}; lines {[dice.shown for dice in lines]}")
            look(world)
            self._happens(world, self._slots(left_out), steps, told)
        except BaseException:
            note("\n".join(told))
            raise
        finally:
            world.centre.client.close()

    def _happens(self, world: World, slots: Sequence[Kind], steps: Sequence[int], told: list[str]) -> None:
        began = world.now
        for step in filter(None, steps):
            kind = slots[step % _SLOTS]
            chosen = Dice(step // _SLOTS)
            told.append(f"{(world.now - began) / 1000:9.3f} {kind.name} ")
            try:
                kind.happens(world, chosen)
            finally:
                told[-1] += ", ".join(map(str, chosen.shown))
            look(world)
        told.append(f"{(world.now - began) / 1000:9.3f} the end: {self.ending.__name__}")
        self.ending(world, lambda: look(world))

    def _slots(self, dice: Dice) -> list[Kind]:
        """The event of each low byte. Each history leaves some families out, so that others come in rows."""
        left_out = {family for family in _FAMILIES if dice.below(4) == _LEFT_OUT and family not in self.more_of}
        chosen = [
            kind
            for kind in KINDS
            if kind.family not in left_out
            for _ in range(kind.weight * self.more_of.get(kind.family, 1))
        ]
        return [chosen[slot * len(chosen) // _SLOTS] for slot in range(_SLOTS)]


_FAMILIES: Sequence[Family] = sorted({kind.family for kind in KINDS})


def begin(world: World, dice: Dice, lines: Sequence[Dice]) -> None:
    """The lines have rules, some agents are logged in, some calls wait."""
    for line, rolled in zip(LINES, lines, strict=True):
        world.definitions[line] = some_line(line, rolled)
    present = dice.below(1 << len(PEOPLE))
    for number, name in enumerate(sorted(PEOPLE)):
        if present >> number & 1:
            world.presence.log_in(name)
            world.clock.pass_ms(1)
    for _ in range(dice.below(5)):
        world.call(Join("help", dice.of(ASKED)))
        world.clock.pass_ms(1)


def look(world: World) -> None:
    """Read the store and hold it against what must be true."""
    if world.look():
        hold(world)
