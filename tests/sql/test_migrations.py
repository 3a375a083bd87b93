"""Models and migrations say the same, and an upgrade from nothing works, on both databases."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from ivr.services.ports import HistoryDown
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.audit import Act, SqlAudit
from ivr.store.sql.engine import Database, DatabaseUnusable
from ivr.store.sql.migrate import config, current, migrate, newest
from ivr.store.sql.schema import metadata


def test_an_upgrade_from_empty_makes_what_the_models_describe(empty_url: str) -> None:
    assert current(empty_url) == ""
    assert migrate(empty_url) == newest() != ""
    database = Database(empty_url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_the_comparison_sees_a_difference(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    with database.writing() as connection:
        connection.execute(sa.text("DROP INDEX ix_calls_started_at"))
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata)
    database.close()


def test_going_back_leaves_nothing(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    with database.writing() as connection:
        command.downgrade(config(connection), "base")
    with database.reading() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}
    database.close()
    assert migrate(empty_url) == newest()


def test_upgrading_in_several_processes_at_once_harms_nobody(empty_url: str) -> None:
    program = "import sys; from ivr.store.sql.migrate import migrate; print(migrate(sys.argv[1]))"
    racing = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in racing]
    assert [(out.decode().strip(), code) for out, _, code in ended] == [(newest(), 0)] * 3, ended


def test_a_new_file_opened_by_many_at_once_is_opened_by_all(tmp_path: Path) -> None:
    for number in range(60):  # the change to write-ahead logging is refused at once while another makes it
        url, together = f"sqlite:///{tmp_path}/{number}.sqlite", threading.Barrier(6)

        def write(url: str = url, together: threading.Barrier = together) -> str:
            database = Database(url)
            together.wait()
            try:
                with database.writing() as connection:
                    return str(connection.scalar(sa.text("PRAGMA journal_mode")))
            finally:
                database.close()

        with ThreadPoolExecutor(6) as threads:
            assert {each.result() for each in [threads.submit(write) for _ in range(6)]} == {"wal"}


def test_without_tables_it_says_what_to_run(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(HistoryDown, match="hotline db upgrade"):
        SqlAgents(database).all()
    database.close()


def test_a_server_that_is_away_is_history_down() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(HistoryDown):
        SqlAgents(database).all()
    database.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://x/y", "only sqlite and postgresql"),
        ("nonsense", "can't be read"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_unusable_url_is_told_in_a_sentence(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnusable, match=says):
        Database(url)


def test_many_threads_write_without_losing_any(database: Database) -> None:
    audit = SqlAudit(database)

    def write(number: int) -> None:
        for step in range(10):
            audit.note(Act(datetime.now(UTC), f"t{number}", f"s{step}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(audit.newest(1000)) == 80


FORKING = """
import os, sys
from datetime import UTC, datetime
from ivr.store.sql.audit import Act, SqlAudit
from ivr.store.sql.engine import Database

database = Database(sys.argv[1])
audit = SqlAudit(database)
audit.note(Act(datetime.now(UTC), "parent", "before"))
for _ in range(3):
    child = os.fork()
    if child == 0:
        audit.note(Act(datetime.now(UTC), "child", "inside"))
        database.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    audit.note(Act(datetime.now(UTC), "parent", "after"))
print(len(audit.newest()))
"""


def test_a_forked_worker_opens_connections_of_its_own(empty_url: str) -> None:
    migrate(empty_url)
    done = subprocess.run([sys.executable, "-c", FORKING, empty_url], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.decode().strip()) == (0, "7"), done.stderr.decode()
