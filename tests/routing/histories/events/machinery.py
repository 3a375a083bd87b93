"""Workers, sweepers, time, and everything that breaks."""

from ivr.services.ports import CarrierError
from tests.routing.histories.dice import Dice
from tests.routing.histories.events.kind import event
from tests.routing.histories.world import World


@event("workers", weight=6)
def a_worker_takes_a_job(world: World, dice: Dice) -> None:
    """Any job; perhaps it is done twice, or dies with its worker before it began."""
    hints = world.jobs.hints
    if not hints:
        return
    job, *args = hints.pop(dice.below(8) % len(hints))
    for _ in range(dice.of((1, 1, 1, 0, 2))):
        with world.may_die():
            world.perform(job, tuple(args))


@event("workers", weight=3)
def workers_catch_up(world: World, dice: Dice) -> None:
    """All jobs are done."""
    with world.may_die():
        world.work()


@event("workers", weight=4)
def somebody_sweeps(world: World, dice: Dice) -> None:
    """What is due is done."""
    with world.may_die():
        world.sweep()


@event("time", weight=6)
def time_passes(world: World, dice: Dice) -> None:
    """From an instant to minutes."""
    world.clock.pass_ms(dice.of((1, 500, 3_000, 10_000, 30_000, 100_000)))


@event("faults")
def the_clock_jumps_back(world: World, dice: Dice) -> None:
    """A host's time is set right."""
    world.clock.pass_ms(-dice.of((5_000, 300, 60_000)))
    world.swept_ms = min(world.swept_ms, world.now)


@event("faults", weight=2)
def the_carrier_will_fail(world: World, dice: Dice) -> None:
    """At its next request of a kind: refused, busy, or its answer lost, before or after it acted."""
    request = dice.of(("call", "redirect", "hang_up", "leg", "legs_to"))
    kind = dice.of(("refused", "retry", "lost", "lost-after"))
    error = CarrierError(kind, retry=kind == "retry", ambiguous=kind.startswith("lost"))
    world.carrier.fail(request, error, after=kind == "lost-after")


@event("deaths", weight=3)
def somebody_will_die(world: World, dice: Dice) -> None:
    """A process dies at one of its next steps, before or after it."""
    world.lines.arm(1 + dice.below(4), after=dice.of((False, True)))


@event("deaths", weight=2)
def answers_are_lost(world: World, dice: Dice) -> None:
    """From now on every request comes twice; or no more."""
    world.lines.twice = dice.of((False, True))
