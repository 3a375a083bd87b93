"""Databases for tests: a file of SQLite's, and a private PostgreSQL of the tests' own."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pytest
import sqlalchemy as sa

from ivr.store.sql.engine import Database
from ivr.store.sql.migrate import migrate
from tests.conftest import free_port
from tests.databases import make_tables

INSTALL = "PostgreSQL's server programs are needed: apt-get install postgresql (or: python tools/install_test_parts.py)"


class PostgresProcess:
    """A private cluster in a folder of its own, run by a user who isn't root: PostgreSQL refuses root."""

    def __init__(self) -> None:
        initdb = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default="")
        if not initdb:
            raise RuntimeError(INSTALL)
        self.bin = Path(initdb).parent
        self.folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self.user = getpass.getuser()
        if os.geteuid() == 0:
            self.user = "postgres" if _user_exists("postgres") else "nobody"
            shutil.chown(self.folder, self.user)
        self.port = free_port()
        self.data = self.folder / "data"

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self._run("initdb", "-D", self.data, "-U", "hotline", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off -c max_connections=40"
        self._run("pg_ctl", "-D", self.data, "-o", options, "-l", self.folder / "log", "-w", "-t", "30", "start")

    def stop(self) -> None:
        """Stop it and take its folder away."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql+psycopg://hotline@127.0.0.1:{self.port}/{database}"

    def make(self, like: str = "template1") -> str:
        """The URL of a new database, like another one that nobody is connected to."""
        name = f"t{os.urandom(6).hex()}"
        server = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {like}"))
        server.dispose()
        return self.url(name)

    @cached_property
    def migrated(self) -> str:
        """The name of a database that went through the migrations: copying it is quicker than going through again."""
        url = self.make()
        migrate(url)
        return url.rpartition("/")[2]

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            check=False,
            user=self.user if os.geteuid() == 0 else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout.decode(errors='replace')[-2000:]}")


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresProcess]:
    """A running PostgreSQL."""
    process = PostgresProcess()
    process.start()
    yield process
    process.stop()


KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql")))
"""Tests on PostgreSQL go to one process: it takes seconds to make a cluster."""


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.sqlite'}"
    process: PostgresProcess = request.getfixturevalue("postgres")
    return process.make()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with its tables, of each kind in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'history.sqlite'}"
        make_tables(url)
    else:
        process: PostgresProcess = request.getfixturevalue("postgres")
        url = process.make(process.migrated)
    made = Database(url)
    yield made
    made.close()
