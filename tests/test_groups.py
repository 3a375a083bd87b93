"""What tests share is started once: those of one group run in one process."""

import os

import pytest


@pytest.mark.xdist_group("shared")
def test_a_group_is_told_to_who_hands_out_the_tests(request: pytest.FixtureRequest) -> None:
    told = request.node.nodeid.endswith("@shared")
    assert told == ("PYTEST_XDIST_WORKER" in os.environ)
