"""Tables for a test's database, without going through every migration each time: that is done once a process."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from ivr.store.sql.migrate import migrate

_SQLITE = "sqlite:///"


def make_tables(url: str) -> None:
    """Give the SQLite database at `url` its tables: a copy of one that went through the migrations.

    A file that is there already stays as it is, as it would with `migrate` at the newest version.
    """
    path = Path(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE):
        raise ValueError(f"{url} is no file of SQLite's")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_migrated(), path)


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hotline-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "history.sqlite"
    migrate(f"{_SQLITE}{made}")
    return made
