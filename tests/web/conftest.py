"""The application under test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.house import House


@pytest.fixture
def house(redis_url: str, tmp_path: Path) -> Iterator[House]:
    """An application on an empty Redis."""
    house = House(redis_url, tmp_path)
    yield house
    house.close()
