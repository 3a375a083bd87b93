"""Databases as for the history's own tests, and short ways to write events."""

from collections.abc import Iterator

import pytest

from ivr.store.redis.client import StateClient
from tests.sql.conftest import database, empty_url, postgres

__all__ = ["database", "empty_url", "postgres"]


@pytest.fixture
def client(redis_url: str) -> Iterator[StateClient]:
    """The state client on an empty Redis."""
    made = StateClient(redis_url, timeout=2.0)
    yield made
    made.close()
