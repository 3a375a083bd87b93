"""The newcomers' page, done as it is written: its files, its commands on a real `hotline run`, what they print."""

import re
import shlex
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.docs.page import Given, Written, changed, is_as_shown, read_page

pytestmark = pytest.mark.xdist_group("hotline-run")

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "first-flow.md"
READY = "Ctrl-C stops everything."
START_SECONDS = 120
SPEED = 2
TUESDAY_MORNING = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
"""When the page's call is made: within the club's hours."""
PLEASE_HOLD = re.compile(r"^\S+ +hotline +Please hold .*\n", re.MULTILINE)
"""After it come more words the longer the agent's phone takes to ring, on a busy machine."""


class Desk:
    """A newcomer's desk: Hotline's folder with its demo, one terminal for the server, one for everything else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: subprocess.Popen[bytes] | None = None
        (folder / "flows").symlink_to(PROJECT / "flows")
        (folder / ".venv").symlink_to(sys.prefix)
        clock = f"{SPEED}@{time.time()}={TUESDAY_MORNING.timestamp()}"
        home = {"PATH": f"{folder / '.venv' / 'bin'}:/usr/bin:/bin", "HOME": str(folder), "USER": "ana"}
        self.environment = {**home, "LANG": "C.UTF-8", "HOTLINE_CLOCK": clock}

    def write(self, written: Written) -> None:
        """Write a file, or the part of it that changes. Its folder has to be there."""
        path = self.folder / written.path
        part = written.text
        path.write_text(changed(path.read_text(), part) if path.exists() else part, encoding="utf-8")

    def give(self, given: Given) -> str:
        """Give commands; what they printed. `make run` and `hotline run` go on in the other terminal."""
        return "".join(self._one(command, given.typed) for command in given.commands)

    def _one(self, command: str, typed: str) -> str:
        command = "hotline run" if command == "make run" else command
        if command.startswith("hotline run"):
            return self._serve(command)
        done = subprocess.run(
            ["/bin/bash", "-c", command], cwd=self.folder, env=self.environment, input=typed, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        mistaken = re.search(r"\b[1-9]\d* error|\d failed", done.stdout) is not None
        assert done.returncode == int(mistaken), f"{command} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def _serve(self, command: str) -> str:
        """Start the server anew and wait until it is ready. Only its ports and how fast it may ring are chosen here."""
        self.stop()
        output = self.folder / "server.out"
        options = [*shlex.split(command)[1:], "--port", "0", "--ring-starts-per-second", "10"]
        with output.open("wb") as out:
            self.server = subprocess.Popen(
                [self.folder / ".venv" / "bin" / "hotline", *options],
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while READY not in (said := output.read_text()):
            assert self.server.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        return said

    def stop(self) -> None:
        """Ctrl-C in the server's terminal."""
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(30)
            self.server = None


@pytest.mark.timeout(400)
def test_the_page_from_nothing_to_a_line_that_answers(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = 0
    try:
        for act in read_page(PAGE):
            if isinstance(act, Written):
                desk.write(act)
                continue
            printed = desk.give(act)
            done += len(act.commands)
            if act.shown is not None:
                told = f"{PAGE.name}:{act.line}: {'; '.join(act.commands)} prints\n{printed}"
                assert is_as_shown(printed, PLEASE_HOLD.sub(r"\g<0>...\n", act.shown)), told
    finally:
        desk.stop()
    assert done > 12


def test_make_run_starts_hotline_run() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "-n", "-o", ".venv/.runtime", "run"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.splitlines()[-1] == ".venv/bin/hotline run"


def test_every_link_on_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE.read_text())
    assert len(links) > 8
    for link in links:
        assert (PAGE.parent / link).exists(), link


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("sailing-club 1  2026-11-24 10:32  ana", "sailing-club 1  2031-01-02 03:04  ana"),
        ("00:07.5  you  presses 2", "00:09.1  you  presses 2"),
        ("answered, 5 s of talk, 5.3 s in line", "answered, 4.9 s of talk, 12 s in line"),
        ("a\nb\nc", "...\nc"),
        ("a\nb\nc", "a\n...\nb\nc\n..."),
    ],
)
def test_what_may_differ(printed: str, shown: str) -> None:
    assert is_as_shown(printed, shown)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("club: 1 error, 0 warnings", "club: 2 errors, 0 warnings"),
        ("club/sailing-club.yaml:35:33: F020", "club/sailing-club.yaml:36:33: F020"),
        ("sailing-club 2  2026-11-24 10:32  ana", "sailing-club 1  2026-11-24 10:32  ana"),
        ("a\nb\nc", "a"),
        ("a\nb\nc", "...\nb"),
        ("hears for 5 s", "hears for 6 s"),
    ],
)
def test_what_may_not_differ(printed: str, shown: str) -> None:
    assert not is_as_shown(printed, shown)


def test_a_step_is_replaced_by_its_name_and_nothing_else() -> None:
    before = "steps:\n  a:\n    say: A\n    next: b\n\n  b:\n    hangup: B\n"
    assert changed(before, "  a:\n    say: C\n    next: b\n") == before.replace("say: A", "say: C")
    assert changed(before, "# top\n") == "# top\n" + before
    with pytest.raises(ValueError, match="0 times"):
        changed(before, "  c:\n    say: C\n")
