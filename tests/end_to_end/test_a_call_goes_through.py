"""Dial, choose, wait, be answered: through every part there is, as somebody does who has just cloned the project."""

import json
import time

import pytest

from tests.end_to_end.conftest import Running

pytestmark = pytest.mark.xdist_group("hotline-run")

CALLER = "+33612345678"


def dial(running: Running, *words: str) -> dict[str, object]:
    """A call from a second shell; what `--json` printed."""
    done = running.hotline(
        "call", "--var", str(running.var), "--from", CALLER, "--to", "+33199001000", "--json", *words
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout)
    return said


def test_an_agent_accepts_and_both_are_bridged(running: Running) -> None:
    heard = dial(running, "--interrupt", "--press", "1", "--press", "1", "--hang-up-after", "3")
    assert heard["outcome"] == "answered"
    assert heard["bridged"] is True
    assert heard["agent"]
    assert isinstance(heard["wait_seconds"], int | float)
    assert heard["wait_seconds"] < 30
    words = " ".join(line["text"] for line in heard["transcript"])  # type: ignore[attr-defined]
    assert "mairie" in words.lower()


def test_the_call_is_remembered(running: Running) -> None:
    sid = dial(running, "--interrupt", "--press", "1", "--press", "1", "--hang-up-after", "1")["call_sid"]
    deadline = time.monotonic() + 60
    while True:
        shown = running.hotline("history", "show", str(sid))
        if shown.returncode == 0 and "answered" in shown.stdout:
            break
        assert time.monotonic() < deadline, shown.stdout + shown.stderr
        time.sleep(0.3)
    assert CALLER not in shown.stdout
    explained = running.hotline("why", str(sid)[:30])
    assert explained.returncode == 0, explained.stderr
    assert explained.stdout.startswith(f"{sid}: waited ")
    assert "took it by key" in explained.stdout


def test_agents_are_listed_with_their_state(running: Running) -> None:
    listed = running.hotline("agents", "list")
    assert listed.returncode == 0, listed.stderr
    assert "available" in listed.stdout or "wrap_up" in listed.stdout
