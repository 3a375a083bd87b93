"""`hotline run` starts clean, says what is in the way, and leaves nothing behind."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.end_to_end.conftest import Running, start

pytestmark = pytest.mark.xdist_group("hotline-run")


def processes_of(var: Path) -> set[int]:
    """Every process that has this folder in its command or environment."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if str(var).encode() in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes():
                found.add(int(entry.name))
    return found


def gone(var: Path, seconds: float) -> bool:
    """Whether no process of it is left within some seconds."""
    deadline = time.monotonic() + seconds
    while processes_of(var):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def fresh(tmp_path: Path) -> Running:
    """A stack of this test's own."""
    return start(tmp_path / "var")


def test_ctrl_c_stops_everything(fresh: Running) -> None:
    assert len(processes_of(fresh.var)) > 5
    assert fresh.stop() == 0
    assert gone(fresh.var, 3), processes_of(fresh.var)


def test_nothing_is_left_when_it_is_killed(fresh: Running) -> None:
    fresh.process.send_signal(signal.SIGKILL)
    fresh.process.wait()
    assert gone(fresh.var, 15), processes_of(fresh.var)


def test_a_port_in_use_is_a_clear_error(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(AssertionError, match=f"port {port}, wanted for web, is in use"):
            start(tmp_path / "var", "--port", str(port))
    assert not processes_of(tmp_path / "var")
