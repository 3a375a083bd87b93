"""Databases as for the history's own tests, and short ways to write events."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.redis.client import StateClient
from ivr.store.sql.engine import Database
from tests.databases import make_tables
from tests.sql.conftest import database, empty_url, postgres

__all__ = ["database", "empty_url", "postgres"]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an empty SQLite database with its tables."""
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    make_tables(url)
    return url


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database with its tables."""
    made = Database(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def client(redis_url: str) -> Iterator[StateClient]:
    """The state client on an empty Redis."""
    made = StateClient(redis_url, timeout=2.0)
    yield made
    made.close()
