"""What must be true at every moment of a history, one file an invariant. A breach says its name."""

from tests.routing.histories.invariants import caps, lost, nobody, overtaking, pairs, places, stuck, twice
from tests.routing.histories.world import World

CHECKS = (
    ("nobody is lost", lost.check),
    ("nobody is taken twice", twice.check),
    ("no eligible pair waits", pairs.check),
    ("no overtaking without a reason", overtaking.check),
    ("places survive", places.check),
    ("nobody waits for nobody", nobody.check),
    ("no agent is stuck", stuck.check),
    ("a line keeps its cap", caps.check),
)


def hold(world: World) -> None:
    """Hold the store, as just looked at, against all of them."""
    for name, check in CHECKS:
        try:
            check(world)
        except AssertionError as broken:
            raise AssertionError(f"{name}: {broken}") from broken
