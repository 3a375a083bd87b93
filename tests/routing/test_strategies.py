"""Who goes first among those who are free: the ranks of the scripts are those of the core."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.queue_rules import QueueDefinition, Rules
from ivr.core.routing.strategies import LETTERS, STRATEGIES, Freed
from tests.routing.conftest import Centre

freed = st.builds(
    Freed,
    at_ms=st.integers(1_600_000_000_000, 2_000_000_000_000),
    calls=st.integers(0, 500),
    busy_ms=st.integers(0, 8 * 3_600_000),
    login_ms=st.integers(1_599_000_000_000, 1_600_000_000_000),
    offered_ms=st.integers(0, 2_000_000_000_000),
    skilled=st.integers(0, 80),
)


@given(freed)
def test_every_rank_is_a_whole_number_a_score_holds_exactly(known: Freed) -> None:
    for rank in STRATEGIES.values():
        assert isinstance(rank(known), int)
        assert abs(rank(known)) < 2**53


def free_again(centre: Centre, *names: str) -> None:
    """These pause and resume, one after the other."""
    for name in names:
        centre.presence.pause(name, "x")
        centre.clock.pass_ms(7_000)
        centre.presence.resume(name)


def talk(centre: Centre, rules: Rules) -> str:
    """A talk from its beginning; the reservation."""
    centre.carrier.inbound("CA0")
    centre.join("CA0", "fr:1", rules=rules)
    centre.dispatch.ring("CA0-1")
    return centre.talk("CA0")


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_the_scripts_rank_as_the_core_does(centre: Centre, strategy: str) -> None:
    rules = QueueDefinition("help", strategy=strategy).rules()  # type: ignore[arg-type]
    centre.agent("ann", fr=9)
    offer = talk(centre, rules)
    centre.agent("bea", fr=2)
    centre.clock.pass_ms(95_000)
    centre.lines.finish(offer, centre.now)
    centre.sweep(60_000)
    free_again(centre, "bea", "ann")
    dump = centre.lines.dump()
    group = next(group for group, name in dump["groups:names"].items() if name.endswith(f"~{strategy}"))
    assert group.startswith(LETTERS[strategy])
    for name, skilled in (("ann", 9), ("bea", 2)):
        kept = dump[f"agent:{name}"]
        known = Freed(
            int(kept["since"]), int(kept["calls"]), int(kept["busy"]), int(kept["login"]), int(kept["offered"]), skilled
        )
        assert dump[f"group:{group}:agents"][name] == STRATEGIES[strategy](known)
    assert int(dump["agent:ann"]["busy"]) == 95_000 + 15_000, "the talk and the wrap-up"


CHOSEN = {
    "longest_idle": "bea",
    "fewest_calls": "bea",
    "round_robin": "bea",
    "most_skilled": "ann",
    "least_skilled": "bea",
    "fair_load": "bea",
}


@pytest.mark.parametrize(("strategy", "chosen"), sorted(CHOSEN.items()))
def test_who_is_chosen(centre: Centre, strategy: str, chosen: str) -> None:
    rules = QueueDefinition("help", strategy=strategy).rules()  # type: ignore[arg-type]
    centre.agent("ann", fr=9)
    offer = talk(centre, rules)
    centre.lines.finish(offer, centre.now)
    centre.sweep(20_000)
    centre.agent("bea", fr=2)
    if strategy == "longest_idle":
        free_again(centre, "ann")
    else:
        free_again(centre, "bea")
    centre.join("CA1", "fr:1", rules=rules)
    assert centre.lines.call("CA1").agent == chosen  # type: ignore[union-attr]
