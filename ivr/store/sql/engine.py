"""The way to the database: SQLite in WAL mode by default, PostgreSQL by URL. Reading never waits for a writer.

SQLite: writing begins IMMEDIATE, so that two writers queue up (busy timeout) and none fails half-way on an upgrade
of its lock. PostgreSQL: short time-outs throughout, since a caller may be waiting for the answer.
"""

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from ivr.services.ports import HistoryDown

_BUSY_MS = 5_000
_CONNECT_SECONDS = 2
_STATEMENT_MS = 2_000


class DatabaseUnusable(Exception):  # noqa: N818 - a state of the world, not a mistake
    """The database URL can't be used; the message says what to do."""


class Database:
    """A process's way to the history. Thread-safe; a forked child opens connections of its own. `close` when done.

    Raises DatabaseUnusable where the URL is neither SQLite nor PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(hotline_reading=True)
        here = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget(here()))

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file, not a server."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to ask with; what it sees is one moment's state. Raises HistoryDown."""
        with _telling(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: kept when the block ends, undone when it raises. Raises HistoryDown."""
        with _telling(), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def _forget(database: Database | None) -> None:
    """In a forked child: the parent's connections are the parent's to use and to close."""
    if database is not None:
        database._engine.dispose(close=False)  # noqa: SLF001 - the class's own half, outside it only for the weak reference


@contextmanager
def _telling() -> Iterator[None]:
    """The driver's ways of saying that the database is away, as the port's one. Programming errors stay."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise HistoryDown(_first_line(error)) from error
    except sa.exc.ProgrammingError as error:
        if "does not exist" in str(error.orig):  # PostgreSQL without its tables
            raise HistoryDown(_first_line(error)) from error
        raise


def _first_line(error: sa.exc.SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    text = (str(cause) or type(cause).__name__).splitlines()[0]
    missing = "no such table" in text or "does not exist" in text
    return f"{text}; `hotline db upgrade` makes the tables" if missing else text


def insert_once(
    connection: sa.Connection, table: sa.Table, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> int:
    """Insert rows; those whose key exists already change nothing. Returns how many are new."""
    values = [rows] if isinstance(rows, Mapping) else list(rows)
    if not values:
        return 0
    # The rows go beside the statement, not into it: a statement with its values is compiled anew every time.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite as dialect
    else:
        from sqlalchemy.dialects import postgresql as dialect  # type: ignore[no-redef]  # each is slow to import
    key = table.primary_key.columns  # returned and counted: the drivers' own row counts differ
    once = dialect.insert(table).on_conflict_do_nothing().returning(*key)
    return len(connection.execute(once, values).all())


def _engine(text: str) -> sa.Engine:
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError as error:
        raise DatabaseUnusable(
            "DATABASE_URL can't be read: use sqlite:///var/hotline.sqlite or postgresql+psycopg://..."
        ) from error
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return _postgresql(url)
    raise DatabaseUnusable(
        f"DATABASE_URL names {url.get_backend_name()}: only sqlite and postgresql+psycopg are supported"
    )


def _sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnusable(
            "an SQLite DATABASE_URL needs a file that all processes share: sqlite:///var/hotline.sqlite"
        )
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: `begin` below does
        _keep_a_log(connection)
        for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("hotline_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Write-ahead logging for a file that doesn't have it yet.

    Several processes may open a new file at once. The lock that the change needs isn't waited for by the busy timeout
    (a deadlock could come of it: https://www.sqlite.org/c3ref/busy_handler.html), so it is asked for again.
    """
    until = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _postgresql(url: sa.URL) -> sa.Engine:
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=8,
        pool_timeout=_CONNECT_SECONDS,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "hotline",
            "options": f"-c statement_timeout={_STATEMENT_MS} -c timezone=UTC",
        },
    )
