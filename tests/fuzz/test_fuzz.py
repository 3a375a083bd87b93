"""The small part of `make fuzz` that every test run has: 2,000 files, always the same."""

import pytest

from tests.flowfile.shapes import Shapes
from tests.fuzz.target import offer

PARTS = 4
FILES_A_PART = 500


@pytest.mark.parametrize("seed", range(PARTS))
def test_any_file_ends_in_problems_or_a_flow_that_answers(seed: int) -> None:
    shapes = Shapes(seed)
    good = 0
    for _ in range(FILES_A_PART):
        source = shapes.file()
        try:
            good += offer(source)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r} on {source!r}") from error
    assert 0 < good < FILES_A_PART
