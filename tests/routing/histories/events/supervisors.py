"""What supervisors and operators do: boost, move, pull, and change a line's rules while calls wait in it."""

from dataclasses import replace

from ivr.core.routing.order import CLASS_SPAN
from tests.routing.histories.dice import Dice
from tests.routing.histories.events.kind import event
from tests.routing.histories.world import LINES, PEOPLE, World, some_line


@event("supervisors", weight=3)
def a_call_is_boosted(world: World, dice: Dice) -> None:
    """A call is worth seconds more, or less."""
    if sid := _somebody(world, dice):
        with world.may_die():
            world.follow(world.lines.boost(sid, dice.of((60, 300, -60)), "sue", world.now))


@event("supervisors", weight=3)
def a_call_is_moved(world: World, dice: Dice) -> None:
    """To the other line, or to the one it is in."""
    line = dice.of(LINES)
    sid = _somebody(world, dice)
    asked = world.asks_in(sid, line) if sid else None
    if asked is not None:
        with world.may_die():
            world.follow(world.lines.move(sid, asked, "sue", world.now, offset=CLASS_SPAN))


@event("supervisors", weight=3)
def a_call_is_pulled(world: World, dice: Dice) -> None:
    """To an agent who is free, or who isn't."""
    free = [name for name, agent in sorted(world.seen.people.items()) if agent["state"] == "available"]
    name = dice.of((*free, *sorted(PEOPLE)))
    if sid := _somebody(world, dice):
        with world.may_die():
            world.follow(world.lines.pull(sid, name, "sue", world.now))


@event("rules", weight=4)
def a_line_gets_other_rules(world: World, dice: Dice) -> None:
    """Skills, rings, strategy or limits; the next sweep tells. Where a line is at its cap, often that is lifted."""
    line = dice.of(LINES)
    full = [name for name in LINES if world.seen.at_its_cap(name)]
    if full and dice.of((True, True, False)):
        world.definitions[full[0]] = replace(world.definitions[full[0]], max_talking=None)
        with world.may_die():
            world.sweep()
    else:
        world.definitions[line] = some_line(line, dice)


def _somebody(world: World, dice: Dice) -> str:
    """A call or callback, most often one that waits; empty for none."""
    waiting = [sid for sid, call in world.seen.calls.items() if call["state"] == "waiting"]
    known = (*waiting, *list(world.seen.calls)[-3:])
    return dice.of(known) if known else ""
