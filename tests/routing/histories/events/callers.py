"""What callers do."""

from ivr.core.flow.effects import Join
from tests.routing.histories.dice import Dice
from tests.routing.histories.events.kind import event
from tests.routing.histories.world import ASKED, LINES, NUMBERS, World


@event("callers", weight=8)
def a_caller_joins(world: World, dice: Dice) -> None:
    """Somebody calls and is put into a line, with more or less weight."""
    world.call(
        Join(
            dice.of(("help", "help", "taxes")),
            dice.of(ASKED),
            priority_seconds=dice.of((0, 0, 30, 600)),
            urgent=dice.of((False, False, False, True)),
            max_wait_seconds=dice.of((None, None, 60)),
            leave_if_nobody=dice.of((False, True)),
            preferred=dice.of(((), (), ("ann",), ("bea", "cid"))),
            prefer_seconds=20,
        ),
        dice.of(("", *NUMBERS)),
    )


@event("callers", weight=3)
def a_call_joins_again(world: World, dice: Dice) -> None:
    """A caller comes by a sub-menu to the same line or another; or the same request comes twice."""
    sid = world.some_call(dice.below(8))
    if sid and not world.hung_up(sid):
        world.join(sid, Join(dice.of(LINES), dice.of(ASKED)), 1 + dice.below(3))


@event("callers", weight=4)
def a_heartbeat_comes(world: World, dice: Dice) -> None:
    """The carrier asks for the wait document of a call."""
    if sid := world.some_call(dice.below(16)):
        with world.may_die():
            world.dispatch.waiting(sid, world.now)


@event("callers")
def a_caller_presses_a_key_that_leaves(world: World, dice: Dice) -> None:
    """A caller takes another way while waiting."""
    if sid := world.some_call(dice.below(16)):
        with world.may_die():
            world.dispatch.left_by_key(sid, world.now)


@event("callers", weight=3)
def a_caller_hangs_up(world: World, dice: Dice) -> None:
    """And the carrier says so."""
    if sid := world.some_call(dice.below(16)):
        world.carrier.legs[sid].status = "completed"
        with world.may_die():
            world.dispatch.caller_gone(sid, world.now, world.numbers[sid])


@event("callers", weight=3)
def a_line_drops_and_the_caller_phones_again(world: World, dice: Dice) -> None:
    """Soon, or later; to the same line, or another."""
    sid = world.some_call(dice.below(8))
    if sid and world.numbers[sid] and not world.hung_up(sid):
        world.carrier.legs[sid].status = "completed"
        with world.may_die():
            world.dispatch.caller_gone(sid, world.now, world.numbers[sid])
        world.clock.pass_ms(dice.of((5_000, 60_000, 130_000)))
        world.call(Join(dice.of(LINES), dice.of(ASKED)), world.numbers[sid])


@event("callers")
def a_caller_hangs_up_unheard(world: World, dice: Dice) -> None:
    """The carrier's word gets lost."""
    if sid := world.some_call(dice.below(16)):
        world.carrier.legs[sid].status = "completed"
