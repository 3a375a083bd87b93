"""Databases as for the history's own tests, and short ways to write events."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.redis.client import StateClient
from ivr.store.sql.engine import Database
from ivr.store.sql.migrate import migrate
from tests.sql.conftest import database, empty_url, postgres

__all__ = ["database", "empty_url", "postgres"]


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of SQLite's with all tables: copying is quicker than making them."""
    made = tmp_path_factory.mktemp("template") / "history.sqlite"
    migrate(f"sqlite:///{made}")
    return made


@pytest.fixture
def sqlite_url(_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database with its tables."""
    return f"sqlite:///{shutil.copy(_template, tmp_path / 'history.sqlite')}"


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
