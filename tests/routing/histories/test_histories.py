"""The seven things that must be true, always. Each test tells histories of its own kind; all check everything, and
that lines keep their caps.

`make test` tells 2,000 in all, `make soak` 50,000; ROUTING_HISTORIES says how many.
"""

import pytest

from tests.routing.histories.endings import everybody_behaves, only_sweeps_go_on
from tests.routing.histories.story import HISTORIES, Proof

pytestmark = pytest.mark.timeout(max(600, HISTORIES))


def test_nobody_is_lost(quick_redis: str) -> None:
    Proof(everybody_behaves, {"deaths": 3, "faults": 2}).prove(quick_redis)


def test_nobody_is_taken_twice(quick_redis: str) -> None:
    Proof(everybody_behaves, {"workers": 2, "agents": 2, "deaths": 2}).prove(quick_redis)


def test_no_eligible_pair_waits(quick_redis: str) -> None:
    Proof(everybody_behaves, {"callers": 2, "agents": 2, "rules": 2}).prove(quick_redis)


def test_no_overtaking_without_a_reason(quick_redis: str) -> None:
    Proof(everybody_behaves, {"callers": 3, "talks": 2, "supervisors": 2}).prove(quick_redis)


def test_places_survive(quick_redis: str) -> None:
    Proof(everybody_behaves, {"callers": 2, "callbacks": 4, "talks": 2}).prove(quick_redis)


def test_nobody_waits_for_nobody(quick_redis: str) -> None:
    Proof(only_sweeps_go_on, {"callers": 2, "time": 2, "rules": 2}).prove(quick_redis)


def test_no_agent_is_stuck(quick_redis: str) -> None:
    Proof(only_sweeps_go_on, {"agents": 3, "talks": 3, "time": 2}).prove(quick_redis)
